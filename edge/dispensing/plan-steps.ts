import type { AuthorisedItem } from '#domain/authorisation/claims.ts'
import type { Stock } from '../stock/stock.ts'
import { refuse } from './refusals.ts'
import type { Step } from './state.ts'

/** Packs that were weighed to learn a lot's mean weight; restock will record it per lot. */
const REFERENCE_PACKS = 10

/** A drug that stands twice on the prescription is taken once, so that no lot is promised twice. */
const totals = (items: readonly AuthorisedItem[]): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>()
  for (const { drug, quantity } of items) sums.set(drug, (sums.get(drug) ?? 0) + quantity)
  return sums
}

/**
 * Drawers to open, in order, first expiry first out. All or nothing: a fill that cannot be served wholly is refused
 * before anything opens. Errors: E_STOCK_SHORT.
 */
export const planSteps = (
  items: readonly AuthorisedItem[],
  stock: Pick<Stock, 'pick'>,
  now: Date,
): readonly Step[] =>
  [...totals(items)].flatMap(([drug, quantity]) => {
    const portions = stock.pick(drug, quantity, now)
    const found = portions.reduce((sum, portion) => sum + portion.quantity, 0)
    if (found < quantity) throw refuse('E_STOCK_SHORT')
    return portions.map(({ lot, quantity: expected }) => ({
      drawer: lot.drawer,
      drug,
      lot: lot.lot,
      expiry: lot.expiry,
      expected,
      pack: { grams: lot.packGrams, cv: lot.packCv, reference: REFERENCE_PACKS },
    }))
  })
