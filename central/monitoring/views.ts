import { type Selectable, sql } from 'kysely'
import type { CentralAlarmView, ExcursionView, TemperatureSeries } from '#cloud-sync/contract/central-api.ts'
import { defaultRecordingConfig } from '#domain/cold-chain/recording.ts'
import { DAY, MINUTE } from '#domain/time.ts'
import type { Db } from '../db/open.ts'
import type { Database } from '../db/schema.ts'

const PAGE = 500
const MAX_POINTS = 600

/** Newest first. */
export const listExcursions = async (db: Db): Promise<readonly ExcursionView[]> => {
  const rows = await db.selectFrom('excursions').selectAll().orderBy('start_at', 'desc').limit(PAGE).execute()
  return rows.map(({ start_at, alarm_at, end_at, limit_celsius, ...row }) => ({
    ...row,
    start: start_at,
    alarmAt: alarm_at,
    end: end_at,
    limit: limit_celsius ?? (row.side === 'cold' ? defaultRecordingConfig.low : defaultRecordingConfig.high),
  }))
}

export const alarmView = (row: Selectable<Database['alarms']>): CentralAlarmView => {
  const ours = row.raised_by === 'centre'
  return {
    site: row.site,
    id: row.id,
    kind: row.kind,
    level: row.level,
    text: { zh: row.zh, en: row.en },
    raisedBy: row.raised_by,
    raisedAt: row.raised_at,
    clearedAt: row.cleared_at,
    checked: ours && row.cleared_at !== null && row.cleared_at === row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    acknowledgedAt: row.acknowledged_at,
    // What was written at a cabinet may name a patient; everybody who may log in reads this list.
    reason: ours ? row.ack_reason : null,
  }
}

/** Each site's newest: one that raises many hides nobody else's. */
const openAlarms = (db: Db) =>
  db
    .selectFrom(
      db
        .selectFrom('alarms')
        .selectAll()
        .select(sql<number>`row_number() OVER (PARTITION BY site, raised_by ORDER BY raised_at DESC)`.as('n'))
        .where('cleared_at', 'is', null)
        .as('numbered'),
    )
    .selectAll()
    .where('n', '<=', PAGE)
    .execute()

const closedAlarms = (db: Db, raisedBy: 'centre' | 'site') =>
  db
    .selectFrom('alarms')
    .selectAll()
    .where('raised_by', '=', raisedBy)
    .where('cleared_at', 'is not', null)
    .orderBy('raised_at', 'desc')
    .limit(PAGE)
    .execute()

const newestFirst = (one: { raised_at: string }, other: { raised_at: string }): number =>
  other.raised_at.localeCompare(one.raised_at)

/**
 * Open ones first, then newest first: of the open at most 500 of each site, of the closed at most 500, and as many again
 * of what the centre raised.
 */
export const listAlarms = async (db: Db): Promise<readonly CentralAlarmView[]> => {
  const open = await openAlarms(db)
  const closed = [...(await closedAlarms(db, 'centre')), ...(await closedAlarms(db, 'site'))]
  return [...open.sort(newestFirst), ...closed.sort(newestFirst)].map(alarmView)
}

export type SeriesQuery = {
  readonly site: string
  readonly thermometer: string
  /** UTC ms; without them the 24 h up to the newest record. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

type Thermometer = { readonly id: string; readonly low: number; readonly high: number }

const limitsOf = async (db: Db, { site, thermometer }: SeriesQuery) => {
  const query = db.selectFrom('site_status').select('thermometers').where('site', '=', site)
  const known = JSON.parse((await query.executeTakeFirst())?.thermometers ?? '[]') as readonly Thermometer[]
  const { low, high } = known.find(({ id }) => id === thermometer) ?? defaultRecordingConfig
  return { low, high }
}

/** Extremes of official records in buckets of at least a minute, at most 600: no mean, which would hide an excursion. */
export const temperatureSeries = async (db: Db, query: SeriesQuery): Promise<TemperatureSeries> => {
  const { site, thermometer } = query
  const of = db.selectFrom('temperatures').where('site', '=', site).where('thermometer', '=', thermometer)
  const newest = await of.select(eb => eb.fn.max('at_ms').as('at')).executeTakeFirst()
  const to = query.to ?? (newest?.at ?? 0) + 1
  const from = query.from ?? to - DAY
  const width = Math.max(MINUTE, Math.ceil((to - from) / MAX_POINTS))
  const bucket = sql<number>`(at_ms - ${sql.lit(from)}) / ${sql.lit(width)}`
  const rows = await of
    .where('at_ms', '>=', from)
    .where('at_ms', '<', to)
    .select(eb => [bucket.as('bucket'), eb.fn.min('celsius').as('min'), eb.fn.max('celsius').as('max')])
    .groupBy(bucket)
    .orderBy(bucket)
    .execute()
  const points = rows.map(({ bucket: n, min, max }) => [from + n * width, min, max] as const)
  return { ...(await limitsOf(db, query)), points }
}
