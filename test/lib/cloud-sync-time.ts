import type { Clock, Log, Timers } from '#cloud-sync/link/port.ts'

export type FakeTime = {
  readonly clock: Clock
  readonly timers: Timers
  /** Fires what is due, in order, also what is set on the way. */
  advance(ms: number): void
  /** Milliseconds until each timer that is set, soonest first. */
  waits(): readonly number[]
}

export const createFakeTime = (start = Date.parse('2026-11-22T01:00:00Z')): FakeTime => {
  let elapsed = 0
  let ids = 0
  const due = new Map<number, { readonly at: number; readonly fn: () => void }>()
  const first = () => [...due].sort(([a, x], [b, y]) => x.at - y.at || a - b)[0]
  return {
    clock: { now: () => new Date(start + elapsed), monotonic: () => elapsed },
    timers: {
      after(ms, fn) {
        const id = ++ids
        due.set(id, { at: elapsed + ms, fn })
        return () => void due.delete(id)
      },
    },
    advance(ms) {
      const end = elapsed + ms
      for (let next = first(); next && next[1].at <= end; next = first()) {
        due.delete(next[0])
        elapsed = Math.max(elapsed, next[1].at)
        next[1].fn()
      }
      elapsed = end
    },
    waits: () => [...due.values()].map(({ at }) => at - elapsed).sort((a, b) => a - b),
  }
}

export type Entry = { readonly code?: string; readonly message: string }

/** Keeps what was logged. */
export const createLog = (): Log & { readonly entries: Entry[] } => {
  const entries: Entry[] = []
  const write = (fields: object, message: string) => void entries.push({ ...fields, message })
  return { entries, info: write, warn: write }
}

/** Waits for a condition of the real world, with a deadline. */
export const until = async (what: string, condition: () => boolean, deadlineMs = 30_000): Promise<void> => {
  const end = performance.now() + deadlineMs
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}
