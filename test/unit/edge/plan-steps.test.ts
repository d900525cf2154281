import { describe, expect, it } from 'vitest'
import type { Lot } from '#domain/drug.ts'
import { planSteps } from '#edge/dispensing/plan-steps.ts'
import { outcomeOf } from '#edge/dispensing/state.ts'
import { wrapDatabase } from '#edge/journal/database.ts'
import { createStock } from '#edge/stock/stock.ts'
import { stockOf } from '#test/lib/edge-stock.ts'

const NOW = new Date('2026-11-22T02:00:00Z')
const lot = (changes: Partial<Lot>): Lot => ({
  drug: 'amlodipine-5',
  lot: 'L1',
  drawer: 'D01',
  expiry: '2027-06-30',
  quantity: 10,
  packGrams: 8,
  packCv: 0.01,
  status: 'available',
  ...changes,
})
const item = (quantity: number, drug = 'amlodipine-5') => ({
  drug,
  name: drug,
  spec: '',
  quantity,
  unit: '盒',
  dosing: '',
})
const plan = (lots: readonly Lot[], ...items: readonly ReturnType<typeof item>[]) =>
  planSteps(items, createStock({ db: wrapDatabase(stockOf(lots)), journal: undefined as never }), NOW).map(
    step => [step.drawer, step.lot, step.expected],
  )

describe('the drawers of a withdrawal', () => {
  it('follow first expiry first out over as many lots as it takes (R14)', () => {
    const lots = [
      lot({ lot: 'late', drawer: 'D01', expiry: '2028-01-31' }),
      lot({ lot: 'soon', drawer: 'D02', expiry: '2026-12-31', quantity: 3 }),
      lot({ lot: 'middle', drawer: 'D03', expiry: '2027-06-30', quantity: 4 }),
    ]
    expect(plan(lots, item(8))).toEqual([
      ['D02', 'soon', 3],
      ['D03', 'middle', 4],
      ['D01', 'late', 1],
    ])
    expect(plan(lots, item(2))).toEqual([['D02', 'soon', 2]])
  })

  it.each([
    ['expired yesterday', { expiry: '2026-11-21' }],
    ['quarantined', { status: 'quarantined' }],
    ['recalled', { status: 'recalled' }],
    ['empty', { quantity: 0 }],
    ['below zero in the ledger', { quantity: -2 }],
  ] as const)('never hold a lot that is %s (R14)', (_what, changes) => {
    const lots = [lot({ lot: 'bad', drawer: 'D09', expiry: '2026-12-01', ...changes }), lot({ lot: 'good' })]
    expect(plan(lots, item(3))).toEqual([['D01', 'good', 3]])
    expect(() => plan([lot({ lot: 'bad', ...changes })], item(1))).toThrow(
      expect.objectContaining({ code: 'E_STOCK_SHORT' }),
    )
  })

  it('may hold a lot on its last day, which ends at midnight in Shanghai', () => {
    expect(plan([lot({ expiry: '2026-11-22' })], item(1))).toHaveLength(1)
  })

  it('are none at all when one of the drugs is short by one', () => {
    const lots = [lot({}), lot({ drug: 'metformin-500', lot: 'M1', drawer: 'D02', quantity: 1 })]
    expect(() => plan(lots, item(2), item(2, 'metformin-500'))).toThrow(
      expect.objectContaining({ code: 'E_STOCK_SHORT' }),
    )
  })

  it('promise no lot twice to a drug that stands twice on the prescription', () => {
    expect(plan([lot({ quantity: 3 })], item(1), item(2))).toEqual([['D01', 'L1', 3]])
    expect(() => plan([lot({ quantity: 3 })], item(2), item(2))).toThrow(
      expect.objectContaining({ code: 'E_STOCK_SHORT' }),
    )
  })
})

describe('what a withdrawal came to', () => {
  const counted = (expected: number, taken: number | null) => ({
    drug: 'd',
    lot: 'l',
    drawer: 'D01',
    expected,
    taken,
    grams: 0,
  })
  it.each([
    ['matched', [counted(2, 2), counted(1, 1)]],
    ['partial', [counted(2, 2), counted(1, 0)]],
    ['discrepancy', [counted(2, 3)]],
    ['discrepancy', [counted(2, 1), counted(1, 2)]],
    ['discrepancy', [counted(2, null)]],
    ['discrepancy', [counted(2, -1)]],
  ] as const)('is %s', (outcome, items) => {
    expect(outcomeOf(items)).toBe(outcome)
  })
})
