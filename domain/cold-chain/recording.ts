import { type Limits, sideOf } from './limits.ts'
import type { Reading } from './rule.ts'

/**
 * When readings become official records. Milliseconds; `sampleMs` is the longest time to the next reading,
 * so that a record is made now if waiting one more reading would be too late.
 */
export interface RecordingConfig extends Limits {
  readonly inRangeMs: number
  readonly outOfRangeMs: number
  readonly sampleMs: number
}

/** GSP 附录3, storage: measured each minute, recorded each 30 minutes, each 2 minutes while out of 2 … 8 °C. */
export const defaultRecordingConfig: RecordingConfig = {
  low: 2,
  high: 8,
  inRangeMs: 30 * 60_000,
  outOfRangeMs: 2 * 60_000,
  sampleMs: 60_000,
}

/**
 * Whether `reading` must be recorded, `last` being the last official record (null: none yet).
 * Always on entering or leaving the range or changing sides, and always after the clock was set back.
 */
export const shouldRecord = (last: Reading | null, reading: Reading, config: RecordingConfig): boolean => {
  if (last === null || reading.at < last.at) return true
  const side = sideOf(reading.celsius, config)
  if (side !== sideOf(last.celsius, config)) return true
  const longest = side === null ? config.inRangeMs : config.outOfRangeMs
  return reading.at - last.at + config.sampleMs > longest
}
