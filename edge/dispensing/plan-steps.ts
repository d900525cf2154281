import type { Stock } from '../stock/stock.ts'
import { drawersOutOfService, refuse } from './refusals.ts'
import type { Step } from './state.ts'

type Wanted = { readonly drug: string; readonly quantity: number }

/** A drug that stands twice on the prescription is taken once, so that no lot is promised twice. */
const totals = (items: readonly Wanted[]): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>()
  for (const { drug, quantity } of items) sums.set(drug, (sums.get(drug) ?? 0) + quantity)
  return sums
}

type Options = {
  /** Is this drawer in service (R7, R18)? */
  readonly usable?: (drawer: string) => boolean
  /** A person wants what is there, although it is less. */
  readonly partial?: boolean
  /** Must every pack of this drug be scanned? */
  readonly scanRequired?: (drug: string) => boolean
}

/**
 * Drawers to open, in order, first expiry first out. All or nothing unless `partial`: a fill that cannot be served wholly
 * is refused before anything opens. Errors: E_STOCK_SHORT; E_DRAWER_SERVICE where drawers out of service hold the rest.
 */
export const planSteps = (
  items: readonly Wanted[],
  stock: Pick<Stock, 'pick'>,
  now: Date,
  { usable = () => true, partial = false, scanRequired = () => false }: Options = {},
): readonly Step[] => {
  const steps = [...totals(items)].flatMap(([drug, quantity]) => {
    const portions = stock.pick(drug, quantity, now, usable)
    const found = portions.reduce((sum, portion) => sum + portion.quantity, 0)
    if (found < quantity && !partial) {
      const closed = stock.pick(drug, quantity, now).filter(({ lot }) => !usable(lot.drawer))
      if (closed.length > 0) throw drawersOutOfService(closed.map(({ lot }) => lot.drawer))
      throw refuse('E_STOCK_SHORT')
    }
    return portions.map(({ lot, quantity: expected }) => ({
      drawer: lot.drawer,
      drug,
      lot: lot.lot,
      expiry: lot.expiry,
      expected,
      pack: { grams: lot.packGrams, cv: lot.packCv, reference: lot.reference },
      ...(scanRequired(drug) ? { scan: 'required' as const } : {}),
    }))
  })
  if (steps.length === 0) throw refuse('E_STOCK_SHORT')
  return steps
}

/** What these steps leave unserved. */
export const missingOf = (items: readonly Wanted[], steps: readonly Step[]): readonly Wanted[] =>
  [...totals(items)].flatMap(([drug, quantity]) => {
    const served = steps.reduce((sum, step) => sum + (step.drug === drug ? step.expected : 0), 0)
    return served < quantity ? [{ drug, quantity: quantity - served }] : []
  })
