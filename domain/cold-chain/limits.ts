/** Temperature limits in °C, both strict: a reading equal to a limit is in range. */
export interface Limits {
  readonly low: number
  readonly high: number
}

/** 偏冷 / 偏热. */
export type Side = 'cold' | 'hot'

/** How far a temperature lies outside its limits on one side, in °C; zero or less means inside. */
export const excess = (side: Side, celsius: number, limits: Limits): number =>
  side === 'cold' ? limits.low - celsius : celsius - limits.high

/** The side a temperature is out on, or null when it is in range. */
export const sideOf = (celsius: number, limits: Limits): Side | null => {
  if (excess('cold', celsius, limits) > 0) return 'cold'
  return excess('hot', celsius, limits) > 0 ? 'hot' : null
}
