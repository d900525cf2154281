import { type Limits, sideOf } from './limits.ts'
import type { Reading } from './rule.ts'

/**
 * When readings become official records. Milliseconds; `sampleMs` is the longest time to the next reading,
 * so that a record is made now if waiting one more reading would be too late. `alarm`: the limits of the alarm, where they
 * are others than the range.
 */
export interface RecordingConfig extends Limits {
  readonly inRangeMs: number
  readonly outOfRangeMs: number
  readonly sampleMs: number
  readonly alarm?: Limits
}

/** GSP 附录3, storage: measured each minute, recorded each 30 minutes, each 2 minutes while out of 2 … 8 °C. */
export const defaultRecordingConfig: RecordingConfig = {
  low: 2,
  high: 8,
  inRangeMs: 30 * 60_000,
  outOfRangeMs: 2 * 60_000,
  sampleMs: 60_000,
}

/** In range of the place and of its alarm: no side. */
const sidesOf = ({ celsius }: Reading, config: RecordingConfig) => ({
  range: sideOf(celsius, config),
  alarm: config.alarm ? sideOf(celsius, config.alarm) : null,
})

/**
 * Whether `reading` must be recorded, `last` being the last official record (null: none yet).
 * Always on entering or leaving the range (or the alarm's limits) or changing sides, and always after the clock was set back.
 */
export const shouldRecord = (last: Reading | null, reading: Reading, config: RecordingConfig): boolean => {
  if (last === null || reading.at < last.at) return true
  const [now, before] = [sidesOf(reading, config), sidesOf(last, config)]
  if (now.range !== before.range || now.alarm !== before.alarm) return true
  const longest = now.range === null && now.alarm === null ? config.inRangeMs : config.outOfRangeMs
  return reading.at - last.at + config.sampleMs > longest
}
