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
