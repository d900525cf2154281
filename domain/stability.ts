import type { ExcursionFigures, Stability } from './journal/events-operations.ts'

/** What goods went through in all: minutes, °C. What they bear adds up. Null: nobody measured it. */
export type Borne = {
  readonly minutes: number
  readonly min: number | null
  readonly max: number | null
}

const extreme = (
  values: readonly (number | null)[],
  pick: (...values: number[]) => number,
): number | null => {
  const known = values.filter(value => value !== null)
  return known.length === 0 ? null : pick(...known)
}

type Figures = Pick<ExcursionFigures, 'minutes' | 'min' | 'max' | 'side'> & { readonly mkt?: number | null }

export const borneBy = (seen: readonly Figures[]): Borne => ({
  minutes: seen.reduce((sum, { minutes }) => sum + minutes, 0),
  min: extreme(
    seen.map(({ min }) => min),
    Math.min,
  ),
  max: extreme(
    seen.map(({ max }) => max),
    Math.max,
  ),
})

/**
 * Do the manufacturer's figures cover what the goods went through (R20)? Minutes add up over all excursions. What nobody
 * measured is not covered; nor is cold by figures that name no lowest temperature, since they say nothing of freezing.
 */
export const isCovered = (seen: readonly Figures[], allowed: Stability): boolean => {
  const { minutes, maxCelsius, minCelsius, mkt: most } = allowed
  const tooLong = borneBy(seen).minutes > minutes
  const tooWarm = seen.some(({ side, max }) => side !== 'cold' && (max === null || max > maxCelsius))
  const tooCold = seen.some(
    ({ side, min }) => side === 'cold' && (minCelsius === undefined || min === null || min < minCelsius),
  )
  const tooWarmInTheMean =
    most !== undefined && seen.some(({ side, mkt = null }) => side !== 'cold' && (mkt === null || mkt > most))
  return !tooLong && !tooWarm && !tooCold && !tooWarmInTheMean
}
