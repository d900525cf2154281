import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Debounce, debounce, startDebounce } from '#hardware/gpio/debounce.ts'

type Sample = { readonly high: boolean; readonly now: number }

const run = (samples: readonly Sample[], debounceMs: number): readonly Debounce[] => {
  const [first] = samples
  if (first === undefined) return []
  let state = startDebounce(first.high, first.now)
  return samples.map(sample => {
    state = debounce(state, { ...sample, debounceMs })
    return state
  })
}

/** Samples of a contact: how long after the last one, and the level. */
const samples = fc
  .array(fc.record({ after: fc.integer({ min: 1, max: 40 }), high: fc.boolean() }), { maxLength: 200 })
  .map(steps => {
    let now = 0
    return steps.map(({ after, high }) => {
      now += after
      return { now, high }
    })
  })
const waits = fc.integer({ min: 0, max: 200 })

describe('a debounced contact', () => {
  it('has no level before one has lasted', () => {
    const states = run(
      [0, 10, 20].map(now => ({ now, high: true })),
      30,
    )
    expect(states.at(-1)?.settled).toBeUndefined()
  })

  it('settles on what every sample of the time has shown', () => {
    const states = run(
      [0, 10, 20, 30].map(now => ({ now, high: true })),
      30,
    )
    expect(states.at(-1)?.settled).toBe(true)
  })

  it('does not move for a bounce that is shorter', () => {
    const closed = [0, 10, 20, 30].map(now => ({ now, high: false }))
    const bounce = [40, 50, 60].map(now => ({ now, high: true }))
    const states = run([...closed, ...bounce, { now: 70, high: false }, { now: 200, high: false }], 30)
    expect(states.slice(3).every(({ settled }) => settled === false)).toBe(true)
  })

  it('only ever changes to a level that was shown without a break for the whole time', () => {
    fc.assert(
      fc.property(samples, waits, (all, debounceMs) => {
        let before: boolean | undefined
        run(all, debounceMs).forEach(({ settled }, index) => {
          if (settled !== before) {
            const now = all[index]?.now ?? 0
            const broken = all.slice(0, index + 1).findLastIndex(({ high }) => high !== settled)
            const since = all[broken + 1]?.now ?? now
            expect(now - since).toBeGreaterThanOrEqual(debounceMs)
          }
          before = settled
        })
      }),
    )
  })

  it('always follows a level that lasts', () => {
    fc.assert(
      fc.property(samples, waits, fc.boolean(), (all, debounceMs, high) => {
        const end = all.at(-1)?.now ?? 0
        const steady = [1, debounceMs + 1].map(after => ({ now: end + after, high }))
        expect(run([...all, ...steady], debounceMs).at(-1)?.settled).toBe(high)
      }),
    )
  })

  it('keeps its state object while nothing changes', () => {
    const state: Debounce = { settled: true, shown: true, since: 0 }
    expect(debounce(state, { high: true, now: 500, debounceMs: 30 })).toBe(state)
  })
})
