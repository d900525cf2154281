import type { LineClock } from '#firmware-bridge/link/clock.ts'

/** A clock that stands until `pass` is called; due timers run in order, with the microtasks between them. */
export const fakeLineClock = (): LineClock & { readonly pass: (ms: number) => Promise<void> } => {
  let now = 0
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  return {
    now: () => now,
    after: (ms, run) => {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    pass: async ms => {
      const until = now + ms
      await breathe()
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        timers.delete(next)
        now = Math.max(now, next.at)
        next.run()
        await breathe()
      }
      now = until
    },
  }
}
