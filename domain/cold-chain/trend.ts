import type { Reading } from './rule.ts'

/** A straight line through the last readings: °C at the newest of them, °C per minute, and the slope's standard error. */
export type Trend = { readonly celsius: number; readonly slope: number; readonly error: number }

const MINUTE = 60_000
const LEAST_READINGS = 5
const LEAST_MS = 3 * MINUTE
/** No sensor is better than this, °C: a few equal readings must not pass for certainty. */
const NOISE = 0.03

/** Least squares. Null for fewer than five readings or less than three minutes: a slope of that would be noise. */
export const trendOf = (readings: readonly Reading[]): Trend | null => {
  const newest = readings.at(-1)
  const oldest = readings[0]
  if (!newest || !oldest || readings.length < LEAST_READINGS || newest.at - oldest.at < LEAST_MS) return null
  const count = readings.length
  const points = readings.map(({ at, celsius }) => ({ x: (at - newest.at) / MINUTE, y: celsius }))
  const mean = (of: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / count
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)]
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0)
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread
  const celsius = meanY - slope * meanX
  const rest = points.reduce((sum, { x, y }) => sum + (y - celsius - slope * x) ** 2, 0)
  const noise = Math.max(NOISE, Math.sqrt(rest / (count - 2)))
  return { celsius, slope, error: noise / Math.sqrt(spread) }
}
