import type { ColdSeriesView } from '#cloud-sync/contract/edge-cold-chain.ts'
import type { ChartWindow } from '#domain/cold-chain/chart.ts'
import type { HistoryChartBucket } from './port.ts'

const MINUTE = 60_000

/** Every bucket of the window, measured or not, so that a chart breaks where nothing was measured. */
export const coldColumns = (
  buckets: readonly HistoryChartBucket[],
  { from, to, width }: ChartWindow,
): ColdSeriesView['columns'] => {
  const found = new Map(buckets.map(bucket => [bucket.at, bucket]))
  const times = Array.from({ length: Math.round((to - from) / width) }, (_, index) => from + index * width)
  const all = times.map(at => found.get(at))
  const minutes = (ms: number | undefined): number => Math.round((ms ?? 0) / 600) / 100
  return {
    at: times.map(at => at / 1000),
    min: all.map(one => one?.min ?? null),
    max: all.map(one => one?.max ?? null),
    over: all.map(one => minutes(one?.overMs)),
    under: all.map(one => minutes(one?.underMs)),
    coverage: all.map(one => Math.round(((one?.coveredMs ?? 0) / width) * 1e4) / 1e4),
  }
}

/** Of the part of the window that is past at `now`, UTC ms. */
export const coldSummary = (
  buckets: readonly HistoryChartBucket[],
  { from, to }: ChartWindow,
  now: number,
): ColdSeriesView['summary'] => {
  const sum = (of: (one: HistoryChartBucket) => number): number =>
    buckets.reduce((all, one) => all + of(one), 0)
  const past = Math.min(to, now) - from
  return {
    min: buckets.length === 0 ? null : buckets.reduce((least, { min }) => Math.min(least, min), Infinity),
    max: buckets.length === 0 ? null : buckets.reduce((most, { max }) => Math.max(most, max), -Infinity),
    minutesOver: sum(one => one.overMs) / MINUTE,
    minutesUnder: sum(one => one.underMs) / MINUTE,
    coverage: past > 0 ? Math.min(1, sum(one => one.coveredMs) / past) : 0,
  }
}
