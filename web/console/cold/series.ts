import type { TemperatureSeries } from '#cloud-sync/contract/central-api.ts'

type Column = (number | null)[]
/** Columns as uPlot draws them: seconds, lowest, highest of each bucket. */
export type Columns = readonly [number[], Column, Column]

/** Silence longer than this many usual spacings breaks the line: no line over time nobody measured. */
const GAP = 3

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

export const toColumns = ({ points }: TemperatureSeries): Columns => {
  const spacing = median(points.slice(1).map(([at], index) => at - (points[index]?.[0] ?? at)))
  const [times, lows, highs]: [number[], Column, Column] = [[], [], []]
  let before: number | undefined
  for (const [at, min, max] of points) {
    if (before !== undefined && spacing > 0 && at - before > GAP * spacing) {
      times.push((before + spacing) / 1000)
      lows.push(null)
      highs.push(null)
    }
    times.push(at / 1000)
    lows.push(min)
    highs.push(max)
    before = at
  }
  return [times, lows, highs]
}

export type SeriesSummary = {
  readonly min: number
  readonly max: number
  readonly buckets: number
  readonly outside: number
} | null

/** What the chart says, for whoever cannot see it. Null without points. */
export const summarise = ({ points, low, high }: TemperatureSeries): SeriesSummary => {
  if (points.length === 0) return null
  let [min, max, outside] = [Infinity, -Infinity, 0]
  for (const [, lowest, highest] of points) {
    min = Math.min(min, lowest)
    max = Math.max(max, highest)
    if (lowest < low || highest > high) outside += 1
  }
  return { min, max, buckets: points.length, outside }
}
