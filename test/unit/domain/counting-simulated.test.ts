import { describe, expect, it } from 'vitest'
import { simulateCounting, type Tally } from '#test/lib/domain-counting.ts'
import { GOODS } from '#test/lib/domain-counting-goods.ts'

/** Sachets lie nearest to the limit, so they are counted more often. */
const TALLIES: readonly (readonly [string, Tally])[] = GOODS.map(({ name, ...goods }, at) => [
  name,
  simulateCounting(
    { name, ...goods },
    { withdrawals: name.startsWith('single') ? 20_000 : 4_000, seed: 70 + at },
  ),
])

describe('counting by weight, simulated with noise, creep, drift and a reference that errs', () => {
  it.each(TALLIES)(
    '%s: accepts no wrong number of right packs',
    (_, { whole, right, asked, unknown, silent }) => {
      expect(silent).toBe(0)
      expect(right + asked + unknown).toBe(whole)
    },
  )

  it.each(TALLIES)('%s: sends to a person about what the published formula predicts', (_, tally) => {
    const { whole, asked, unknown, predicted } = tally
    expect(Math.abs(asked - predicted.asked) / whole).toBeLessThan(0.03)
    // Three deviations are kept or bettered: the reference packs are themselves among those taken.
    expect(unknown / whole).toBeLessThan(0.005)
  })

  it.each(TALLIES)('%s: sees most packs of another drug', (_, { swaps }) => {
    expect(swaps.made).toBeGreaterThan(10)
    expect(swaps.alike / swaps.made).toBeLessThan(0.5)
  })

  it('never counts loose tablets, which weigh less than the scale can tell', () => {
    const loose = TALLIES.find(([name]) => name.startsWith('loose'))?.[1]
    expect(loose?.asked).toBe(loose?.whole)
  })

  it('gives the same tally for the same seed and another one for another', () => {
    const [goods] = GOODS
    if (!goods) throw new Error('no goods')
    const run = (seed: number) => simulateCounting(goods, { withdrawals: 1_000, seed })
    expect(run(5)).toEqual(run(5))
    expect(run(5)).not.toEqual(run(6))
  })
})
