/**
 * Temperature limits in °C. Strict unless said otherwise: a reading equal to a limit is in range (so the loggers judge:
 * 8.0 is in, 8.1 is out). `atLimitOut` names the sides on which the limit itself is already out, as WHO's freeze alarm
 * is meant ("at or below −0.5 °C").
 */
export interface Limits {
  readonly low: number
  readonly high: number
  readonly atLimitOut?: readonly Side[]
}

/** 偏冷 / 偏热. */
export type Side = 'cold' | 'hot'

/** How far a temperature lies outside its limits on one side, in °C; zero or less means inside. */
export const excess = (side: Side, celsius: number, limits: Limits): number =>
  side === 'cold' ? limits.low - celsius : celsius - limits.high

/** Half of the finest step that a reading is rounded to, °C. */
const BETWEEN = 5e-5

/** The same limits for those who know only strict ones: what lies at an `atLimitOut` limit lies beyond these. */
export const strictly = ({ low, high, atLimitOut = [] }: Limits): { low: number; high: number } => ({
  low: atLimitOut.includes('cold') ? low + BETWEEN : low,
  high: atLimitOut.includes('hot') ? high - BETWEEN : high,
})

/** The side a temperature is out on, or null when it is in range. */
export const sideOf = (celsius: number, limits: Limits): Side | null => {
  const out = (side: Side): boolean => {
    const beyond = excess(side, celsius, limits)
    return beyond > 0 || (beyond === 0 && (limits.atLimitOut?.includes(side) ?? false))
  }
  if (out('cold')) return 'cold'
  return out('hot') ? 'hot' : null
}
