/** Time as the agent sees it; tests drive it, production reads the machine's. */
export type EdgeClock = {
  now(): Date
  /** Milliseconds since this agent started; never steps. */
  monotonic(): number
  /** Runs `task` once after `ms`; returns how to cancel it. */
  after(ms: number, task: () => void): () => void
}

export const systemClock = (): EdgeClock => ({
  now: () => new Date(),
  monotonic: () => Math.round(performance.now()),
  after: (ms, task) => {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
})

export const pause = (clock: EdgeClock, ms: number): Promise<void> =>
  new Promise(resolve => void clock.after(ms, resolve))

type Loop = {
  readonly ms: number
  /** `ms` counts from when the last turn ended, or from when it began: what must be done each minute is. */
  readonly from?: 'end' | 'begin'
  readonly task: () => Promise<void> | void
  readonly onError: (error: unknown) => void
}

/** Runs `task` again and again, never twice at once; an error is handed on and does not end the loop. */
export const every = (clock: EdgeClock, { ms, from = 'end', task, onError }: Loop): (() => Promise<void>) => {
  let stopped = false
  let cancel = () => {}
  let running: Promise<void> = Promise.resolve()
  const turn = (): void => {
    const began = clock.monotonic()
    const rest = (): number => (from === 'end' ? ms : Math.max(0, ms - (clock.monotonic() - began)))
    running = Promise.resolve()
      .then(task)
      .catch(onError)
      .then(() => {
        if (!stopped) cancel = clock.after(rest(), turn)
      })
  }
  turn()
  return async () => {
    stopped = true
    cancel()
    await running
  }
}
