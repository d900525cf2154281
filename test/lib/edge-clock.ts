import type { EdgeClock } from '#edge/clock.ts'

/** Stands until `pass` is called; due timers run in order. */
export const edgeClock = (start = '2026-11-22T02:00:00.000Z') => {
  let wall = Date.parse(start)
  let mono = 0
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  const step = (to: number): void => {
    wall += to - mono
    mono = to
  }
  return {
    now: () => new Date(wall),
    monotonic: () => mono,
    after: (ms: number, run: () => void) => {
      const timer = { at: mono + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    pass: (ms: number): void => {
      const until = mono + ms
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
        if (!next) break
        timers.delete(next)
        step(Math.max(mono, next.at))
        next.run()
      }
      step(until)
    },
    /** The wall clock alone, as somebody sets it. */
    set: (to: string): void => {
      wall = Date.parse(to)
    },
  } satisfies EdgeClock & { pass(ms: number): void; set(to: string): void }
}
