import { describe, expect, it } from 'vitest'
import type { WithdrawalOutcome } from '#domain/journal/events.ts'
import { reconcile, type Verdict } from '#domain/reconcile.ts'

const ordered = (...pairs: [string, number][]) =>
  pairs.map(([drug, quantity]) => ({ drug, name: drug, spec: '-', unit: '盒', dosing: '-', quantity }))
const counted = (...pairs: [string, number | null][]) =>
  pairs.map(([drug, taken], i) => ({ drug, taken, lot: `l${i}`, drawer: `d${i}`, expected: 0, grams: 0 }))

type Case = readonly [
  title: string,
  order: ReturnType<typeof ordered> | undefined,
  items: ReturnType<typeof counted>,
  outcome: WithdrawalOutcome,
  verdict: Verdict,
]

const TABLE: readonly Case[] = [
  ['exactly what was ordered', ordered(['a', 2]), counted(['a', 2]), 'matched', 'matched'],
  ['one drug out of two lots', ordered(['a', 3]), counted(['a', 1], ['a', 2]), 'matched', 'matched'],
  ['one drug on two lines', ordered(['a', 1], ['a', 2]), counted(['a', 3]), 'matched', 'matched'],
  [
    'what the site calls a discrepancy but is none',
    ordered(['a', 2]),
    counted(['a', 2]),
    'discrepancy',
    'matched',
  ],
  [
    'less, and the person said so',
    ordered(['a', 2], ['b', 1]),
    counted(['a', 1], ['b', 1]),
    'partial',
    'partial',
  ],
  [
    'one drug left out, and the person said so',
    ordered(['a', 2], ['b', 1]),
    counted(['a', 2]),
    'partial',
    'partial',
  ],
  ['less, and nobody said so', ordered(['a', 2]), counted(['a', 1]), 'matched', 'discrepancy'],
  ['an abandoned one, nothing taken', ordered(['a', 2]), [], 'abandoned', 'abandoned'],
  ['an abandoned one, counted as nothing', ordered(['a', 2]), counted(['a', 0]), 'abandoned', 'abandoned'],
  ['one called abandoned that took', ordered(['a', 2]), counted(['a', 1]), 'abandoned', 'discrepancy'],
  ['one called abandoned, unknown', ordered(['a', 2]), counted(['a', null]), 'abandoned', 'discrepancy'],
  ['nothing taken and nobody called it abandoned', ordered(['a', 2]), [], 'matched', 'discrepancy'],
  ['more than ordered, called partial', ordered(['a', 2]), counted(['a', 3]), 'partial', 'discrepancy'],
  [
    'less of one and more of another',
    ordered(['a', 2], ['b', 1]),
    counted(['a', 1], ['b', 2]),
    'partial',
    'discrepancy',
  ],
  ['a drug that was not ordered', ordered(['a', 2]), counted(['a', 2], ['b', 1]), 'matched', 'discrepancy'],
  [
    'a drug that was not ordered, beside a partial one',
    ordered(['a', 2]),
    counted(['a', 1], ['b', 1]),
    'partial',
    'discrepancy',
  ],
  ['more put in than taken', ordered(['a', 2]), counted(['a', -1]), 'partial', 'discrepancy'],
  ['an unknown object', ordered(['a', 2]), counted(['a', null]), 'matched', 'discrepancy'],
  [
    'an unknown object in one of two drawers',
    ordered(['a', 2]),
    counted(['a', 2], ['a', null]),
    'partial',
    'discrepancy',
  ],
  [
    'an unknown object in the first of two drawers',
    ordered(['a', 2]),
    counted(['a', null], ['a', 2]),
    'partial',
    'discrepancy',
  ],
  ['no order at all', undefined, counted(['a', 2]), 'matched', 'unordered'],
  ['no order and nothing taken', undefined, [], 'abandoned', 'unordered'],
]

describe('reconciliation', () => {
  it.each(TABLE)('of %s', (_title, order, items, outcome, verdict) => {
    const result = reconcile(order, { items, outcome })
    expect(result.verdict).toBe(verdict)
    expect(result.differences.length > 0).toBe(
      verdict !== 'matched' && verdict !== 'abandoned' && !(verdict === 'unordered' && items.length === 0),
    )
  })

  it('lists each drug that differs with what was ordered and what was taken', () => {
    const { differences } = reconcile(ordered(['a', 2], ['b', 1], ['c', 1]), {
      items: counted(['a', 3], ['b', null], ['d', 1], ['c', 1]),
      outcome: 'discrepancy',
    })
    expect(differences).toEqual([
      { drug: 'a', ordered: 2, taken: 3 },
      { drug: 'b', ordered: 1, taken: null },
      { drug: 'd', ordered: 0, taken: 1 },
    ])
  })
})
