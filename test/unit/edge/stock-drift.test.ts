import { describe, expect, it } from 'vitest'
import { driftTolerance } from '#edge/stock/drift.ts'

describe('what a closed drawer’s weight may wander', () => {
  it.each([
    ['an empty drawer: never more than a faulty cell', [], 25],
    ['light packs: not less than temperature and creep do', [8], 5],
    ['half of the lightest pack', [60, 30], 15],
    ['heavy packs: a faulty cell is told of all the same', [400], 25],
  ] as const)('%s', (_what, packs, grams) => {
    expect(driftTolerance(packs)).toBe(grams)
  })
})
