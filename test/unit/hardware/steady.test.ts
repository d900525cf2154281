import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeSteady, STEADY_SPREAD_GRAMS } from '#firmware-bridge/protocols/steady.ts'

const grams = fc.integer({ min: -50_000, max: 50_000 }).map(tenths => tenths / 10)

describe('rest judged from several readings', () => {
  it.each([
    [[], 0, false],
    [[5], 5, true],
    [[5, 5.2, 5.1], 5.1, true],
    [[5, 5.2, 5.1, 5.2], 5.15, true],
    // One spike moves the spread, not the weight.
    [[5, 5, 900, 5, 5], 5, false],
    [[1, 2, 3, 4, 5], 3, false],
  ])('of %j is %d g, stable %s', (readings, weight, stable) => {
    const judged = judgeSteady(readings)
    expect(judged.grams).toBeCloseTo(weight, 9)
    expect(judged.stable).toBe(stable)
  })

  it('lies among the readings, whatever their order, and is stable by their spread alone', () => {
    fc.assert(
      fc.property(fc.array(grams, { minLength: 1, maxLength: 9 }), readings => {
        const judged = judgeSteady(readings)
        const [least, most] = [Math.min(...readings), Math.max(...readings)]
        expect(judged.grams).toBeGreaterThanOrEqual(least)
        expect(judged.grams).toBeLessThanOrEqual(most)
        expect(judged.stable).toBe(most - least <= STEADY_SPREAD_GRAMS)
        expect(judgeSteady([...readings].reverse())).toEqual(judged)
      }),
    )
  })
})
