import type { EventKind, JournalEvents } from '#domain/journal/events.ts'
import type { Database } from '../journal/database.ts'

/** What the journal says of the cold chain, found by time: see the index `journal_cold`, whose words these are. */
const COLD_KINDS = `kind IN ('temperature.record', 'temperature.fault', 'temperature.suspect', 'excursion.alarm',
  'excursion.ended', 'alarm.acknowledged', 'mains.changed', 'unlock.opened', 'drawer.closed', 'drawer.tamper',
  'door.changed', 'alarm.cleared')`

export type ColdKind =
  | 'temperature.record'
  | 'temperature.fault'
  | 'temperature.suspect'
  | 'excursion.alarm'
  | 'excursion.ended'
  | 'alarm.acknowledged'
  | 'mains.changed'
  | 'unlock.opened'
  | 'drawer.closed'
  | 'drawer.tamper'
  | 'door.changed'
  | 'alarm.cleared'

export type Logged<K extends EventKind> = JournalEvents[K] & {
  readonly loggedAt: string
  readonly seq: number
}

type Window = { readonly from: number; readonly to: number }
type Row = { readonly at: string; readonly seq: number; readonly data: string }

const iso = (ms: number): string => new Date(ms).toISOString()

/** Records of one kind by the time they were written, `[from, to)` in UTC milliseconds, oldest first. */
export const readCold = <K extends ColdKind>(
  db: Pick<Database, 'all'>,
  kind: K,
  { from, to }: Window,
): readonly Logged<K>[] =>
  db
    .all<Row>(
      `SELECT at, seq, data FROM journal WHERE ${COLD_KINDS} AND kind = ? AND at >= ? AND at < ? ORDER BY at`,
      kind,
      iso(Math.max(0, from)),
      iso(to),
    )
    .map(({ at, seq, data }) => ({ ...(JSON.parse(data) as JournalEvents[K]), loggedAt: at, seq }))

export type ColdExcursion = {
  readonly id: string
  readonly side: 'cold' | 'hot'
  readonly limit: number
  readonly start: string
  readonly alarmAt: string
  /** Null: going on. */
  readonly end: string | null
  readonly min: number | null
  readonly max: number | null
  readonly minutes: number | null
  /** Where minutes add up: of the runs before that counted for its alarm. */
  readonly earlier?: NonNullable<JournalEvents['excursion.alarm']['earlier']>
  /** How it ended where no reading in range ended it; `by` and `reason` where a person did. */
  readonly how: JournalEvents['excursion.ended']['how'] | null
  readonly closedBy: string | null
  readonly reason: string | null
  readonly acknowledged: readonly { readonly at: string; readonly actor: string; readonly reason: string }[]
}

/** An excursion longer than this would be a refrigerator that nobody wants. */
const LOOK_BACK_MS = 400 * 86_400_000

/** Measured excursions that lie in the window at least in part, with who acknowledged them, when and why. */
export const coldExcursions = (
  db: Pick<Database, 'all'>,
  thermometer: string,
  { from, to }: Window,
): readonly ColdExcursion[] => {
  const since = { from: from - LOOK_BACK_MS, to: 9e12 }
  const own = (one: { readonly thermometer: string; readonly source: string }): boolean =>
    one.thermometer === thermometer && one.source === 'sensor'
  const alarms = readCold(db, 'excursion.alarm', { ...since, to }).filter(own)
  const ended = new Map(
    readCold(db, 'excursion.ended', since)
      .filter(own)
      .map(one => [one.excursion, one]),
  )
  const inside = alarms.filter(({ excursion, start }) => {
    const end = ended.get(excursion)?.end
    return Date.parse(start) < to && (end === undefined || Date.parse(end) > from)
  })
  const acknowledged = inside.length === 0 ? [] : readCold(db, 'alarm.acknowledged', since)
  return inside.map(({ excursion, side, start, alarmAt, limit, earlier }) => {
    const over = ended.get(excursion)
    const { end = null, min = null, max = null, minutes = null } = over ?? {}
    const { how = null, closedBy = null, reason: why = null } = over ?? {}
    const next = alarms.find(one => one.side === side && one.alarmAt > alarmAt)?.alarmAt ?? '9'
    const mine = acknowledged.filter(
      one =>
        one.alarm === `excursion-${thermometer}-${side}` && one.loggedAt >= alarmAt && one.loggedAt < next,
    )
    return {
      ...{ id: excursion, side, limit, start, alarmAt, end, min, max, minutes, how, closedBy, reason: why },
      ...(earlier ? { earlier } : {}),
      acknowledged: mine.map(({ loggedAt: at, actor, reason }) => ({ at, actor, reason })),
    }
  })
}
