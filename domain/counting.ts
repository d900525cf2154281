/** One pack of a lot: mean weight in grams, coefficient of variation, and packs that were weighed to learn the mean. */
export type UnitWeight = { readonly grams: number; readonly cv: number; readonly reference: number }

export type CountVerdict =
  | { readonly kind: 'count'; readonly units: number }
  /** The weights are too uncertain for this many: a person counts. */
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

/**
 * Units that left a drawer in one door session, from the signed difference of its weights (before − after, grams).
 * Negative units were put in. Accepted only where 3·sd < 0.5; a residual beyond 3·sd is an unknown object.
 */
export const countDifference = (grams: number, unit: UnitWeight, scaleSd: number): CountVerdict => {
  const estimate = grams / unit.grams
  const units = Math.round(estimate) + 0 // + 0 turns −0 into 0
  const sd = countDeviation(Math.abs(units), unit, scaleSd)
  const residual = estimate - units
  // Asked this way round, so that weights that are no numbers are counted by a person and not taken for zero packs.
  if (!(3 * sd < 0.5)) return { kind: 'ask', estimate: units, sd }
  if (Math.abs(residual) > 3 * sd) return { kind: 'unknown-object', estimate, residual }
  return { kind: 'count', units }
}
