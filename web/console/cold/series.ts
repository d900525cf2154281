import type { ExcursionView, TemperatureSeries } from '#cloud-sync/contract/central-api.ts'
import type { ColdEventView, ColdSeriesView } from '#cloud-sync/contract/edge-cold-chain.ts'

type Column = (number | null)[]

/** Silence longer than this many usual spacings breaks the line: no line over time nobody measured. */
const GAP = 3

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const columnsOf = (
  points: TemperatureSeries['points'],
  spacing: number,
): readonly [number[], Column, Column] => {
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

/** The centre's series as the shared chart draws it. The centre has official records only: it knows no minutes. */
export const chartSeries = (
  { points, low, high }: TemperatureSeries,
  of: { readonly thermometer: string; readonly name: string; readonly from: string; readonly to: string },
): ColdSeriesView => {
  const spacing = median(points.slice(1).map(([at], index) => at - (points[index]?.[0] ?? at)))
  const [at, min, max] = columnsOf(points, spacing)
  const least = points.reduce((most, one) => Math.min(most, one[1]), Infinity)
  const most = points.reduce((so, one) => Math.max(so, one[2]), -Infinity)
  const known = points.length > 0
  return {
    ...of,
    low,
    high,
    width: Math.max(60, spacing / 1000),
    columns: { at, min, max, over: [], under: [], coverage: [] },
    summary: {
      min: known ? least : null,
      max: known ? most : null,
      minutesOver: null,
      minutesUnder: null,
      coverage: null,
    },
  }
}

/** Excursions that lie in the window at least in part. */
export const chartEvents = (
  excursions: readonly ExcursionView[],
  { from, to }: { readonly from: string; readonly to: string },
): readonly ColdEventView[] =>
  excursions
    .filter(({ start, end }) => start < to && (end === null || end > from))
    .map(({ side, start, end, source }) => {
      const replayed = source === 'replay'
      const zh = side === 'hot' ? '高温超限' : '低温超限'
      const en = side === 'hot' ? 'too warm' : 'too cold'
      const text = replayed
        ? { zh: `${zh}（回放，非测量）`, en: `${en} (replayed, not measured)` }
        : { zh, en }
      return { what: 'excursion' as const, start, end, text, replayed }
    })
