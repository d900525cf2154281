/** One pack of a lot: mean weight in grams, coefficient of variation, and packs that were weighed to learn the mean. */
export type UnitWeight = { readonly grams: number; readonly cv: number; readonly reference: number }

export type CountVerdict =
  | { readonly kind: 'count'; readonly units: number }
  /** Too uncertain for this many, or the next number is not out of the question: a person counts. */
  | { readonly kind: 'ask'; readonly estimate: number; readonly sd: number }
  /** No whole number of packs weighs this much: something else was taken or left. */
  | { readonly kind: 'unknown-object'; readonly estimate: number; readonly residual: number }

/**
 * Standard deviation of the estimate of `n` units (RULES.md, "Counting by weight"):
 * var ≈ n·c² + n²·c²/m + (σw/μ)²·(1 + n²/m²). `scaleSd` in grams is the deviation of a weight *difference*.
 */
export const countDeviation = (n: number, unit: UnitWeight, scaleSd: number): number => {
  const { grams, cv, reference: m } = unit
  const variance = n * cv ** 2 + (n ** 2 * cv ** 2) / m + (scaleSd / grams) ** 2 * (1 + n ** 2 / m ** 2)
  return Math.sqrt(variance)
}

/** A number fits a weight within this many deviations, and must do so with less than half a pack (RULES.md). */
const FITS = 3
/** The next number must be at least this many of its own deviations away: one chance in a thousand million. */
const APART = 6

/**
 * Units that left a drawer in one door session, from the signed difference of its weights (before − after, grams).
 * Negative units were put in. Accepted only where 3·sd < 0.5; a residual beyond 3·sd is an unknown object.
 *
 * That alone lets wrong numbers through: near the limit the bands of two numbers meet, and one taking in four hundred errs
 * by more than half a pack and lands in the next band. So the next number on the residual's side is looked at
 * too, and a person counts where it is not out of the question. At a residual of zero this is the published limit again
 * (6·sd < 1); it narrows as the residual grows.
 */
export const countDifference = (grams: number, unit: UnitWeight, scaleSd: number): CountVerdict => {
  const estimate = grams / unit.grams
  const units = Math.round(estimate) + 0 // + 0 turns −0 into 0
  const sd = countDeviation(Math.abs(units), unit, scaleSd)
  const residual = estimate - units
  // Asked this way round, so that weights that are no numbers are counted by a person and not taken for zero packs.
  if (!(FITS * sd < 0.5)) return { kind: 'ask', estimate: units, sd }
  if (Math.abs(residual) > FITS * sd) return { kind: 'unknown-object', estimate, residual }
  const next = countDeviation(Math.abs(units + (residual < 0 ? -1 : 1)), unit, scaleSd)
  if (!(1 - Math.abs(residual) > APART * next)) return { kind: 'ask', estimate: units, sd }
  return { kind: 'count', units }
}
