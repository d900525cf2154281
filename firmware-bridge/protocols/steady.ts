/**
 * How far readings of a pan at rest may lie apart, grams. Well above a cell's noise (0.05) and a step of 0.1; well
 * below one pack, and below what counting allows a weighing (0.1 as a standard deviation).
 */
export const STEADY_SPREAD_GRAMS = 0.3

/**
 * Weight and rest out of several readings, for what cannot tell itself that it rests: the median, and stable when the
 * largest and the smallest are no further apart than `spread`. No reading at all is not stable.
 */
export const judgeSteady = (
  readings: readonly number[],
  spread: number = STEADY_SPREAD_GRAMS,
): { readonly grams: number; readonly stable: boolean } => {
  const sorted = [...readings].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  const lower = sorted[sorted.length - 1 - middle] ?? 0
  const apart = (sorted.at(-1) ?? Number.POSITIVE_INFINITY) - (sorted[0] ?? 0)
  // Zero has no sign on a scale.
  return { grams: (lower + upper) / 2 + 0, stable: apart <= spread }
}
