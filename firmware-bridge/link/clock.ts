/** Monotonic time and timers of a line, as a port so that tests own time. */
export interface LineClock {
  /** Milliseconds from an arbitrary start; never steps back. */
  now(): number
  /** Calls `run` once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void
}

/** The machine's own monotonic clock. */
export const systemLineClock: LineClock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Resolves after `ms` of this clock. */
export const pause = (clock: LineClock, ms: number): Promise<void> =>
  new Promise(resolve => {
    clock.after(ms, resolve)
  })

const SLICE_MS = 20

/**
 * Like `after`, but of a stall of this process it counts 20 ms at most: while a slow card holds up a commit or the machine is
 * busy, the answer lies unread, and that is no silence of the board. Never early; late by what was stalled.
 */
export const afterListening = (clock: LineClock, ms: number, run: () => void): (() => void) => {
  let left = ms
  let cancel = (): void => {}
  const listen = (): void => {
    const slice = Math.min(left, SLICE_MS)
    cancel = clock.after(slice, () => {
      left -= slice
      if (left > 0) listen()
      else run()
    })
  }
  listen()
  return () => cancel()
}
