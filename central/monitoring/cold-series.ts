import { sql } from 'kysely'
import type { ColdSeriesView } from '#cloud-sync/contract/edge-cold-chain.ts'
import { coldColumns, coldSummary } from '#cloud-sync/history/cold-view.ts'
import type { HistoryChartBucket } from '#cloud-sync/history/port.ts'
import { type ChartWindow, chartWindow } from '#domain/cold-chain/chart.ts'
import { defaultRecordingConfig } from '#domain/cold-chain/recording.ts'
import { MINUTE } from '#domain/time.ts'
import type { Db } from '../db/open.ts'
import { type KnownPoint, knownPoint } from './points.ts'

/** A record is late by no more than the silence that is a gap at a site. */
const LATE_MS = 5 * MINUTE
const IN_RANGE_MS = defaultRecordingConfig.inRangeMs + LATE_MS
const OUT_MS = defaultRecordingConfig.outOfRangeMs + LATE_MS
/** Of a record after which nothing came in time, only its own minute is known. */
const ALONE_MS = MINUTE
/** More changes of its limits than any refrigerator sees in a year. */
const MAX_LIMITS = 50

export type ColdWindow = {
  readonly site: string
  readonly thermometer: string
  /** UTC ms. */
  readonly from: number
  readonly to: number
}

type Asked = { readonly of: ColdWindow; readonly window: ChartWindow; readonly point: KnownPoint }

/**
 * Official records as spans: each stands until the next, if that came when it was due, else for a minute. `now` ends the
 * newest. Records of an older release name no limits: theirs are the site's.
 */
const spans = ({ of, window: { from, to }, point }: Asked, now: number) => sql`
  SELECT celsius, low, high, greatest(at_ms, ${sql.lit(from)}) AS since,
    least(${sql.lit(to)}, at_ms + CASE
      WHEN step <= CASE WHEN celsius < low OR celsius > high THEN ${sql.lit(OUT_MS)} ELSE ${sql.lit(IN_RANGE_MS)} END
      THEN step ELSE ${sql.lit(ALONE_MS)} END) AS till
  FROM (
    SELECT at_ms, celsius, coalesce(low, ${sql.lit(point.low)}) AS low, coalesce(high, ${sql.lit(point.high)}) AS high,
      lead(at_ms, 1, greatest(at_ms, ${sql.lit(now)}::bigint)) OVER (ORDER BY at_ms) - at_ms AS step
    FROM temperatures
    WHERE site = ${of.site} AND thermometer = ${of.thermometer}
      AND at_ms >= ${sql.lit(from - IN_RANGE_MS)} AND at_ms < ${sql.lit(to + IN_RANGE_MS)}) AS records`

type Row = {
  readonly slot: number
  readonly min: number
  readonly max: number
  readonly covered: number
  readonly over: number
  readonly under: number
  /** The limits of its records: lowest and highest of each. */
  readonly lows: readonly [number, number]
  readonly highs: readonly [number, number]
}

/** In the database, so that a year's records do not travel. Most spans lie in one bucket; the others are cut. */
const rowsOf = async (db: Db, asked: Asked, now: number): Promise<readonly Row[]> => {
  const { from, width } = asked.window
  const first = sql`(since - ${sql.lit(from)}) / ${sql.lit(width)}`
  const last = sql`(till - 1 - ${sql.lit(from)}) / ${sql.lit(width)}`
  const { rows } = await sql<Row>`
    WITH spans AS MATERIALIZED (SELECT * FROM (${spans(asked, now)}) AS s WHERE till > since)
    SELECT slot, min(celsius) AS min, max(celsius) AS max, sum(ms)::bigint AS covered,
      coalesce(sum(ms) FILTER (WHERE celsius > high), 0)::bigint AS over,
      coalesce(sum(ms) FILTER (WHERE celsius < low), 0)::bigint AS under,
      ARRAY[min(low), max(low)] AS lows, ARRAY[min(high), max(high)] AS highs
    FROM (
      SELECT ${first} AS slot, celsius, low, high, till - since AS ms FROM spans WHERE ${first} = ${last}
      UNION ALL
      SELECT slot, celsius, low, high,
        least(till, ${sql.lit(from)} + (slot + 1) * ${sql.lit(width)}) - greatest(since, ${sql.lit(from)} + slot * ${sql.lit(width)})
      FROM spans CROSS JOIN LATERAL generate_series(${first}, ${last}) AS slot WHERE ${first} < ${last}) AS parts
    GROUP BY slot ORDER BY slot`.execute(db)
  return rows
}

const bucketOf =
  ({ from, width }: ChartWindow) =>
  ({ slot, min, max, covered, over, under }: Row): HistoryChartBucket => ({
    ...{ at: from + slot * width, min, max, coveredMs: covered, overMs: over, underMs: under },
  })

type Limits = { readonly low: number; readonly high: number }

/** Kept strict (see `projectTemperature`): shown as they were written. */
const shown = (celsius: number): number => Math.round(celsius * 1000) / 1000

/** The one pair of limits that all the records name, or undefined. */
const sameAllThrough = (rows: readonly Row[], { low, high }: Limits): Limits | undefined => {
  const [first] = rows
  if (!first) return { low, high }
  const [below, above] = [first.lows[0], first.highs[0]]
  const same = rows.every(
    ({ lows, highs }) => lows.every(one => one === below) && highs.every(one => one === above),
  )
  return same ? { low: shown(below), high: shown(above) } : undefined
}

/** The limits in force from the window's beginning, and each change of them in it. */
const changesOf = async (
  db: Db,
  { of, window: { from, to }, point }: Asked,
): Promise<readonly (Limits & { readonly at: number })[]> => {
  const own = sql`site = ${of.site} AND thermometer = ${of.thermometer}`
  const { rows } = await sql<Limits & { readonly at: number }>`
    SELECT greatest(at_ms, ${sql.lit(from)}::bigint) AS at, low, high FROM (
      SELECT at_ms, low, high, lag(low) OVER (ORDER BY at_ms) AS low0, lag(high) OVER (ORDER BY at_ms) AS high0
      FROM (
        SELECT at_ms, coalesce(low, ${sql.lit(point.low)}) AS low, coalesce(high, ${sql.lit(point.high)}) AS high
        FROM temperatures
        WHERE ${own} AND at_ms < ${sql.lit(to)} AND at_ms >= coalesce(
          (SELECT max(at_ms) FROM temperatures WHERE ${own} AND at_ms <= ${sql.lit(from)}), ${sql.lit(from)})) AS said
    ) AS steps
    WHERE low IS DISTINCT FROM low0 OR high IS DISTINCT FROM high0
    ORDER BY at_ms DESC LIMIT ${sql.lit(MAX_LIMITS)}`.execute(db)
  return rows.toReversed().map(({ at, low, high }) => ({ at: at / 1000, low: shown(low), high: shown(high) }))
}

/** As the site's own chart, from its official records: minutes are exact to the two minutes at which these are written. */
export const coldSeries = async (
  db: Db,
  { now, points, ...of }: ColdWindow & { readonly now: number; readonly points: number },
): Promise<ColdSeriesView> => {
  const point = await knownPoint(db, of)
  const asked = { of, point, window: chartWindow({ from: of.from, to: of.to, points }) }
  const { from, to, width } = asked.window
  const rows = await rowsOf(db, asked, now)
  const buckets = rows.map(bucketOf(asked.window))
  const one = sameAllThrough(rows, point)
  const limits = one ? [] : await changesOf(db, asked)
  const { low, high } = one ?? limits.at(-1) ?? point
  return {
    ...{ thermometer: of.thermometer, name: point.name, low, high },
    ...(limits.length > 1 ? { limits } : {}),
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    width: width / 1000,
    columns: coldColumns(buckets, asked.window),
    summary: coldSummary(buckets, asked.window, now),
  }
}
