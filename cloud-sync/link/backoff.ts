import { MINUTE, SECOND } from '#domain/time.ts'

export const BACKOFF_FIRST_MS = SECOND
export const BACKOFF_LIMIT_MS = 5 * MINUTE

/** Doubles from `first` with each failure up to `limit`, milliseconds. `failures` = 0 gives `first`. */
export const doubled = (failures: number, first: number, limit: number): number =>
  Math.min(limit, first * 2 ** Math.min(failures, 32))

/**
 * Wait before the next attempt: full jitter, so that the sites of a county that lost their line together do not
 * come back together. `random` in [0, 1).
 */
export const backoff = (failures: number, random: () => number): number =>
  Math.round(random() * doubled(failures, BACKOFF_FIRST_MS, BACKOFF_LIMIT_MS))
