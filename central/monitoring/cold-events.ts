import { sql } from 'kysely'
import type { ColdEventList } from '#cloud-sync/contract/central-api.ts'
import type { ColdEventView } from '#cloud-sync/contract/edge-cold-chain.ts'
import {
  drawerWords,
  FRIDGE_DOOR_WORDS,
  faultWords,
  intervals,
  MAINS_WORDS,
  outWords,
  suspectWords,
} from '#domain/cold-chain/happenings.ts'
import type { Db } from '../db/open.ts'
import type { ColdWindow } from './cold-series.ts'
import { SUBJECTS } from './marks.ts'
import { knownPoint } from './points.ts'

/** Openings and closings, outages and returns: half as many events. More are said to be there, not sent. */
const MAX_CHANGES = 2_000
const MAX_MARKS = 500
const MAX_EXCURSIONS = 1_000

type Mark = {
  readonly subject: string
  readonly at_ms: number
  readonly what: string
  readonly said: string
}
type Part = { readonly events: readonly ColdEventView[]; readonly since: number | null }

const iso = (ms: number): string => new Date(ms).toISOString()

/** The newest of the window; `since`: there were more before it. */
const newest = async (
  db: Db,
  { site, from, to }: ColdWindow,
  { subjects, most }: { readonly subjects: readonly string[]; readonly most: number },
): Promise<{ readonly marks: readonly Mark[]; readonly since: number | null }> => {
  const rows = await db
    .selectFrom('cold_marks')
    .select(['subject', 'at_ms', 'what', 'said'])
    .where('site', '=', site)
    .where('subject', 'in', subjects)
    .where('at_ms', '>=', from)
    .where('at_ms', '<', to)
    .orderBy('at_ms', 'desc')
    // Of one moment: what was opened, was opened before it was closed.
    .orderBy('what')
    .limit(most + 1)
    .execute()
  const marks = rows.slice(0, most).toReversed()
  return { marks, since: rows.length > most ? (marks[0]?.at_ms ?? null) : null }
}

/** What each subject last did before `ms`, or did first from `ms` on. */
const beside = async (
  db: Db,
  { site }: ColdWindow,
  {
    subjects,
    ms,
    side,
  }: { readonly subjects: readonly string[]; readonly ms: number; readonly side: 'before' | 'after' },
): Promise<readonly Mark[]> => {
  const [compare, order] =
    side === 'before' ? [sql`<`, sql`at_ms DESC, what`] : [sql`>=`, sql`at_ms, what DESC`]
  const names = sql.join(subjects.map(one => sql`(${one}::text)`))
  const { rows } = await sql<Mark>`
    SELECT asked.subject, mark.at_ms, mark.what, mark.said FROM (VALUES ${names}) AS asked (subject)
    CROSS JOIN LATERAL (
      SELECT at_ms, what, said FROM cold_marks
      WHERE site = ${site} AND subject = asked.subject AND at_ms ${compare} ${sql.lit(ms)}
      ORDER BY ${order} LIMIT 1) AS mark`.execute(db)
  return rows
}

/** What lasts: doors and mains. It may have begun before the window, and end after it. */
const lasting = async (db: Db, of: ColdWindow): Promise<Part> => {
  const { drawers } = await knownPoint(db, of)
  const things = [
    ...drawers.map(one => ({ subject: SUBJECTS.drawer(one), what: 'door', text: drawerWords(one) }) as const),
    { subject: SUBJECTS.door(of.thermometer), what: 'door', text: FRIDGE_DOOR_WORDS } as const,
    { subject: SUBJECTS.mains, what: 'mains', text: MAINS_WORDS } as const,
  ]
  const subjects = things.map(({ subject }) => subject)
  const { marks, since } = await newest(db, of, { subjects, most: MAX_CHANGES })
  const begun = await beside(db, of, { subjects, ms: since ?? of.from, side: 'before' })
  const ended = await beside(db, of, { subjects, ms: of.to, side: 'after' })
  const bySubject = Map.groupBy([...begun, ...marks, ...ended], ({ subject }) => subject)
  const events = things.flatMap(({ subject, what, text }) => {
    const changes = (bySubject.get(subject) ?? []).map(one => ({
      at: iso(one.at_ms),
      on: one.what === 'on',
    }))
    return intervals(changes).map(({ start, end }) => ({ what, start, end, text }))
  })
  return { events, since }
}

const moments = async (db: Db, of: ColdWindow): Promise<Part> => {
  const { thermometer } = of
  const subjects = [
    SUBJECTS.thermometer(thermometer),
    SUBJECTS.excursion(thermometer, 'cold'),
    SUBJECTS.excursion(thermometer, 'hot'),
  ]
  const { marks, since } = await newest(db, of, { subjects, most: MAX_MARKS })
  const eventOf = ({ what, said }: Mark): Pick<ColdEventView, 'what' | 'text'> => {
    if (what === 'acknowledged')
      return { what, text: { zh: `${said} 确认超温`, en: `excursion acknowledged by ${said}` } }
    return what === 'fault' ? { what, text: faultWords(said) } : { what: 'suspect', text: suspectWords(said) }
  }
  return { events: marks.map(one => ({ ...eventOf(one), start: iso(one.at_ms), end: null })), since }
}

const excursions = async (db: Db, { site, thermometer, from, to }: ColdWindow): Promise<Part> => {
  const rows = await db
    .selectFrom('excursions')
    .select(['side', 'start_at', 'end_at', 'min', 'max', 'source'])
    .where('site', '=', site)
    .where('thermometer', '=', thermometer)
    .where('start_at', '<', iso(to))
    .where(eb => eb.or([eb('end_at', 'is', null), eb('end_at', '>', iso(from))]))
    .orderBy('start_at', 'desc')
    .limit(MAX_EXCURSIONS + 1)
    .execute()
  const kept = rows.slice(0, MAX_EXCURSIONS)
  const events = kept.map(({ side, start_at: start, end_at: end, min, max, source }) => {
    const cold = side === 'cold'
    const { zh, en } = outWords(cold ? 'cold' : 'hot', cold ? min : max)
    const replayed = source === 'replay'
    const text = replayed ? { zh: `${zh}（回放，非测量）`, en: `${en} (replayed, not measured)` } : { zh, en }
    return { what: 'excursion' as const, start, end, text, replayed }
  })
  const since = rows.length > MAX_EXCURSIONS ? Date.parse(kept.at(-1)?.start_at ?? '') : null
  return { events, since }
}

/** What happened around a thermometer, oldest first: every excursion of the window, and the newest of the rest. */
export const coldEvents = async (db: Db, of: ColdWindow): Promise<ColdEventList> => {
  const parts = [await lasting(db, of), await moments(db, of), await excursions(db, of)]
  const events = parts
    .flatMap(part => part.events)
    .filter(({ what, start, end }) => {
      const lasts = what === 'door' || what === 'mains' || what === 'excursion'
      const begun = Date.parse(start)
      return begun < of.to && (begun >= of.from || (lasts && (end === null || Date.parse(end) > of.from)))
    })
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start))
  const since = Math.max(...parts.map(part => part.since ?? 0))
  return { events, omittedBefore: since === 0 ? null : iso(since) }
}
