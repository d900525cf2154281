import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type QualityState, type Suspicion, suspect } from '#domain/cold-chain/quality.ts'
import type { Reading } from '#domain/cold-chain/rule.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const tell = (readings: readonly Reading[]): readonly Suspicion[] => {
  let state: QualityState | null = null
  return readings.flatMap(reading => {
    const next = suspect(state, reading)
    state = next.state
    return next.suspicions
  })
}

const still = (minutes: number, celsius = 5, from = 0): Reading[] =>
  Array.from({ length: minutes + 1 }, (_, n) => ({ at: from + n * MINUTE, celsius }))

describe('a sensor that is hard to believe', () => {
  it('is told once when it has not moved for six hours, and once more when it moves again', () => {
    expect(tell(still(359))).toEqual([])
    const stuck = { what: 'stuck', since: 0, at: 6 * HOUR, celsius: 5 }
    expect(tell(still(600))).toEqual([stuck])
    expect(tell([...still(600), { at: 11 * HOUR, celsius: 5.1 }, ...still(10, 5.1, 11 * HOUR)])).toEqual([
      stuck,
      { what: 'moving-again', at: 11 * HOUR },
    ])
  })

  it('is told when it jumps further than goods can, and not when time has passed', () => {
    const jump = (minutes: number) => [
      { at: 0, celsius: 5 },
      { at: minutes * MINUTE, celsius: 13.1 },
    ]
    expect(tell(jump(1))).toEqual([{ what: 'jump', at: MINUTE, from: 5, to: 13.1 }])
    expect(tell(jump(3))).toEqual([])
    expect(
      tell([
        { at: 0, celsius: 5 },
        { at: MINUTE, celsius: 13 },
      ]),
    ).toEqual([])
  })

  it('is told when the clock was set back, which also begins the stillness anew', () => {
    expect(tell([...still(350), ...still(350, 5, 0)])).toEqual([
      { what: 'clock-set', at: 0, before: 350 * MINUTE },
    ])
  })

  it('that stood still before the clock was set back does so until it moves', () => {
    const what = (...then: readonly Reading[]) => tell([...still(400), ...then]).map(each => each.what)
    expect(what({ at: 0, celsius: 5.1 })).toEqual(['stuck', 'clock-set', 'moving-again'])
    expect(what(...still(400), { at: 401 * MINUTE, celsius: 5.1 })).toEqual([
      ...['stuck', 'clock-set', 'moving-again'],
    ])
  })

  it('is never told of a living sensor, nor twice of a dead one', () => {
    const moves = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(moves, deltas => {
        let celsius = 5
        const readings = deltas.map((delta, n) => {
          celsius += delta
          return { at: n * MINUTE, celsius }
        })
        expect(tell(readings)).toEqual([])
        const last = readings.at(-1)?.celsius ?? 5
        const dead = tell([...readings, ...still(2_000, last, deltas.length * MINUTE)])
        expect(dead.filter(({ what }) => what === 'stuck')).toHaveLength(1)
      }),
    )
  })
})
