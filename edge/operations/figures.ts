import { refuse } from '../dispensing/refusals.ts'
import type { Figure, Operation } from './state.ts'

const MAX_PACKS = 999

/** Each line once, in whole packs. Errors: E_COUNT. */
export const checked = (op: Operation, figures: readonly Figure[]): readonly Figure[] => {
  const named = op.lines.map(({ drug, lot }) =>
    figures.filter(figure => figure.drug === drug && figure.lot === lot),
  )
  const whole = figures.every(
    ({ quantity }) => Number.isInteger(quantity) && quantity >= 0 && quantity <= MAX_PACKS,
  )
  if (!whole || figures.length !== op.lines.length || named.some(found => found.length !== 1))
    throw refuse('E_COUNT')
  return figures
}
