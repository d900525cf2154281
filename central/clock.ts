/** Wall clock and timers as ports, so that tests need not wait. */
export type Clock = { readonly now: () => Date }
export type Timers = {
  /** Calls `task` each `ms`; returns what stops it. */
  readonly every: (ms: number, task: () => void) => () => void
}

export const systemClock: Clock = { now: () => new Date() }

export const systemTimers: Timers = {
  every: (ms, task) => {
    const timer = setInterval(task, ms)
    timer.unref()
    return () => clearInterval(timer)
  },
}

export const isoNow = (clock: Clock): string => clock.now().toISOString()
