import { intervals } from '#domain/cold-chain/happenings.ts'
import {
  doorRule,
  notStanding,
  type StandingRule,
  standing,
  whoPowerRule,
} from '#domain/cold-chain/standing.ts'
import type { Db } from '../db/open.ts'
import { SUBJECTS } from './marks.ts'

/** What lasted, UTC ms; `end` infinite: it goes on. */
type Span = { readonly start: number; readonly end: number }

/** What stood too long at a record, and the seconds of the quarter of an hour before it in which the door was open. */
export type StoodAt = { readonly codes: readonly string[]; readonly DORV?: number }

const QUARTER_MS = 15 * 60_000
/** What began earlier and still lasts is nobody's refrigerator any more. */
const LOOK_BACK_MS = 31 * 86_400_000

/** Those that touch the quarter of an hour before `at`; to be asked in the order of time. */
const movingOver = (spans: readonly Span[]) => {
  let first = 0
  return (at: number): readonly Span[] => {
    while ((spans[first]?.end ?? Number.POSITIVE_INFINITY) <= at - QUARTER_MS) first += 1
    const near: Span[] = []
    for (let next = first, span = spans[next]; span && span.start <= at; span = spans[next]) {
      near.push(span)
      next += 1
    }
    return near
  }
}

/** The code of a rule by which something had lasted too long at `at`, and still did. */
const tooLongAt = (spans: readonly Span[], at: number, rule: StandingRule): readonly string[] => {
  const span = spans.find(({ start, end }) => start <= at && at < end)
  if (!span) return []
  const { state } = standing(notStanding, { at: span.start, on: true }, rule)
  return standing(state, { at, on: true }, rule).events.length > 0 ? [rule.code] : []
}

const secondsBefore = (spans: readonly Span[], at: number): number => {
  const within = spans.map(({ start, end }) => Math.min(end, at) - Math.max(start, at - QUARTER_MS))
  return Math.round(within.reduce((sum, ms) => sum + Math.max(0, ms), 0) / 1_000)
}

const spansIn = (marks: readonly { readonly at_ms: number; readonly what: string }[]): readonly Span[] =>
  intervals(marks.map(one => ({ at: new Date(one.at_ms).toISOString(), on: one.what === 'on' }))).map(
    ({ start, end }) => ({
      start: Date.parse(start),
      end: end === null ? Number.POSITIVE_INFINITY : Date.parse(end),
    }),
  )

/**
 * Door and mains beside the records of each thermometer, to be asked in the order of time. DOOR and POWR by the minutes
 * that the outside readers take them for, whatever the site's own plan says.
 */
export const standingOf = async (
  db: Db,
  { site, from, to }: { readonly site: string; readonly from: number; readonly to: number },
  thermometers: readonly string[],
): Promise<(thermometer: string) => (at: number) => StoodAt> => {
  const rows = await db
    .selectFrom('cold_marks')
    .select(['subject', 'at_ms', 'what'])
    .where('site', '=', site)
    .where('subject', 'in', [SUBJECTS.mains, ...thermometers.map(SUBJECTS.door)])
    .where('at_ms', '>=', from - LOOK_BACK_MS)
    .where('at_ms', '<', to)
    .orderBy('at_ms')
    .execute()
  const marks = Map.groupBy(rows, ({ subject }) => subject)
  return thermometer => {
    const door = marks.get(SUBJECTS.door(thermometer))
    const openAt = movingOver(spansIn(door ?? []))
    const awayAt = movingOver(spansIn(marks.get(SUBJECTS.mains) ?? []))
    return at => {
      const open = openAt(at)
      const codes = [...tooLongAt(open, at, doorRule), ...tooLongAt(awayAt(at), at, whoPowerRule)]
      // Without a contact nobody knows that it was shut.
      return { codes, ...(door ? { DORV: secondsBefore(open, at) } : {}) }
    }
  }
}
