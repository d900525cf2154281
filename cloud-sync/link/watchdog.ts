import type { Timers, Unsubscribe } from './port.ts'

export type Watchdog = {
  /** Something is outstanding from now on, until the returned function is called. */
  expect(): Unsubscribe
  clear(): void
}

/** Fed by progress, not by a timer: barks when one outstanding thing is not confirmed within `ms`. */
export const createWatchdog = (timers: Timers, ms: number, onStall: () => void): Watchdog => {
  const outstanding = new Set<Unsubscribe>()
  return {
    expect() {
      const cancel = timers.after(ms, onStall)
      outstanding.add(cancel)
      return () => {
        outstanding.delete(cancel)
        cancel()
      }
    },
    clear() {
      for (const cancel of outstanding) cancel()
      outstanding.clear()
    },
  }
}
