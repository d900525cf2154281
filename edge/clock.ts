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

/** Runs `task` again and again, `ms` after it ended; an error is handed on and does not end the loop. */
export const every = (
  clock: EdgeClock,
  { ms, task, onError }: { ms: number; task: () => Promise<void> | void; onError: (error: unknown) => void },
): (() => Promise<void>) => {
  let stopped = false
  let cancel = () => {}
  let running: Promise<void> = Promise.resolve()
  const turn = (): void => {
    running = Promise.resolve()
      .then(task)
      .catch(onError)
      .then(() => {
        if (!stopped) cancel = clock.after(ms, turn)
      })
  }
  turn()
  return async () => {
    stopped = true
    cancel()
    await running
  }
}
