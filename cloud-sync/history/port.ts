/** What a line of measurements is called: e.g. series `temperature`, site `S001`, channel `F1`. */
export interface HistoryKey {
  readonly series: string
  readonly site: string
  readonly channel: string
}

/** One measurement. `at` is UTC milliseconds; the unit of `value` belongs to the series (temperature: °C). */
export interface HistoryPoint extends HistoryKey {
  readonly at: number
  readonly value: number
}

/** `from` ≤ at < `to`, UTC milliseconds. */
export interface HistoryRange extends HistoryKey {
  readonly from: number
  readonly to: number
}

export interface HistoryBuckets extends HistoryRange {
  readonly width: number
}

export interface HistorySample {
  readonly at: number
  readonly value: number
}

/** Extremes and number of the points in [`at`, `at` + width); no mean, which would hide an excursion. */
export interface HistoryBucket {
  readonly at: number
  readonly min: number
  readonly max: number
  readonly count: number
}

export interface HistoryChart extends HistoryBuckets {
  /** Strict: a value equal to a limit is within. */
  readonly low: number
  readonly high: number
}

/**
 * Extremes of the readings that stood in [`at`, `at` + width), and for how many milliseconds they stood at all, over
 * and under the limits; `coveredMs` < width where nothing was measured. No mean, which would hide an excursion.
 */
export interface HistoryChartBucket {
  readonly at: number
  readonly min: number
  readonly max: number
  readonly coveredMs: number
  readonly overMs: number
  readonly underMs: number
}

export interface History {
  /**
   * Stored durably when it resolves. (series, site, channel, at) is the key: the same points again change
   * nothing, another value for a key replaces it. Any order. One bad point refuses the whole call.
   */
  write(points: readonly HistoryPoint[]): Promise<void>
  /** Oldest first. */
  range(range: HistoryRange): Promise<readonly HistorySample[]>
  /** Buckets of `width` ms counted from `from`, oldest first, empty ones left out. */
  buckets(range: HistoryBuckets): Promise<readonly HistoryBucket[]>
  /**
   * As `buckets`, with the time that counts (`fold.ts`). Quick over a year where width and `from` are multiples of two
   * hours, and over a month where they are of ten minutes. The first question of a channel, and one by other limits
   * than the last, makes its rollups first.
   */
  chart(range: HistoryChart): Promise<readonly HistoryChartBucket[]>
  close(): Promise<void>
}

/**
 * POINT, RANGE: the caller's figures are wrong. AWAY: the store does not answer, or a write may or may not have
 * arrived; writing again is harmless. REFUSED: the store answered no. UNREADABLE: the file is there but is
 * damaged or of another version; it is left as it is. URL: `INFLUX_URL` cannot be one.
 */
export type HistoryErrorCode =
  | 'E_HISTORY_POINT'
  | 'E_HISTORY_RANGE'
  | 'E_HISTORY_AWAY'
  | 'E_HISTORY_REFUSED'
  | 'E_HISTORY_UNREADABLE'
  | 'E_HISTORY_URL'

export class HistoryError extends Error {
  readonly code: HistoryErrorCode
  readonly kind: 'transient' | 'permanent'

  constructor(code: HistoryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'HistoryError'
    this.code = code
    this.kind = code === 'E_HISTORY_AWAY' ? 'transient' : 'permanent'
  }
}

// Narrow enough that no store's syntax needs quoting: InfluxDB's line protocol cannot carry every string.
const NAME = /^[\p{L}\p{N}_:-]{1,64}$/u

/** 2261: InfluxDB counts nanoseconds in 64 bits. */
const MAX_TIME = 9.2e12
/** More than any screen shows, and little enough that no query can stop the house. */
const MAX_BUCKETS = 100_000

const problemOf = ({ series, site, channel }: HistoryKey, times: readonly number[]): string | null => {
  const bad = [series, site, channel].find(name => !NAME.test(name))
  if (bad !== undefined) return `名称 / name “${bad}”`
  const time = times.find(at => !Number.isSafeInteger(at) || at < 0 || at > MAX_TIME)
  return time === undefined ? null : `时间 / time ${time}`
}

/** @throws {HistoryError} E_HISTORY_POINT, naming the first bad point by its index */
export const checkPoints = (points: readonly HistoryPoint[]): void => {
  for (const [index, point] of points.entries()) {
    const problem =
      problemOf(point, [point.at]) ?? (Number.isFinite(point.value) ? null : `值 / value ${point.value}`)
    if (problem !== null) throw new HistoryError('E_HISTORY_POINT', `[${index}] ${problem}`)
  }
}

/** @throws {HistoryError} E_HISTORY_RANGE */
export const checkRange = (range: HistoryRange): void => {
  const problem = problemOf(range, [range.from, range.to])
  if (problem !== null) throw new HistoryError('E_HISTORY_RANGE', problem)
}

/** @throws {HistoryError} E_HISTORY_RANGE, also for more than 100,000 buckets */
export const checkBuckets = (range: HistoryBuckets): void => {
  checkRange(range)
  const { from, to, width } = range
  if (!Number.isSafeInteger(width) || width < 1 || (to - from) / width > MAX_BUCKETS) {
    throw new HistoryError('E_HISTORY_RANGE', `宽度 / width ${width}`)
  }
}
