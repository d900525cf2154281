import type { ColdEventView } from '#cloud-sync/contract/edge-cold-chain.ts'
import type { History, HistoryChartBucket } from '#cloud-sync/history/port.ts'
import { chartWindow } from '#domain/cold-chain/chart.ts'
import { type Limits, strictly } from '#domain/cold-chain/limits.ts'
import { type ColdPlace, rangeOf, recordingOf, ruleOf } from '#domain/cold-chain/place.ts'
import {
  type ColdDay,
  type ColdStats,
  coldStats,
  isFrozen,
  type Period,
  periodOf,
} from '#domain/cold-chain/report.ts'
import type { DetectConfig } from '#domain/cold-chain/rule.ts'
import { ruleWords } from '#domain/cold-chain/rule-words.ts'
import { ruleSaid, saidIn } from '#domain/cold-chain/said-rule.ts'
import {
  doorRuleOf,
  notStanding,
  powerRuleOf,
  type StandingRule,
  standing,
} from '#domain/cold-chain/standing.ts'
import { YaoguiError } from '#domain/error.ts'
import { isSignedBy, type SignedClosing } from '#domain/journal/closing.ts'
import { MINUTE } from '#domain/time.ts'
import { readSiteKeys } from '../journal/closings.ts'
import type { Database } from '../journal/database.ts'
import { type Calibration, calibrationOf } from './calibrations.ts'
import { doors, mains } from './cold-events.ts'
import { type ColdExcursion, coldExcursions, type Logged, readCold } from './cold-log.ts'

/** The thermometer a record is of. */
export type ColdPoint = ColdPlace & {
  readonly id: string
  readonly name: string
  /** The drawers it watches. */
  readonly drawers?: readonly string[]
  /** How long its door may stand open, and the mains be away, minutes; unsaid = the presets. */
  readonly patience?: {
    readonly doorMinutes?: number | undefined
    readonly powerMinutes?: number | undefined
  }
}

export type ReportSources = {
  readonly db: Pick<Database, 'get' | 'all'>
  readonly history: History
  readonly site: string
  readonly siteName: string
  readonly point: ColdPoint
  readonly now: Date
}

export type OfficialRecord = {
  readonly at: string
  readonly celsius: number
  /** Version of the calibration it was made with; 0 = none on record. */
  readonly calibration: number
}

export type ReportClosing = {
  readonly day: string
  readonly epoch: number
  readonly fromSeq: number
  readonly toSeq: number
  readonly head: string
  readonly kid: string
  readonly signed: boolean
}

export type Stood = {
  readonly times: number
  readonly minutes: number
  readonly alarms: number
  readonly rule: StandingRule
}

/** `since`: its first record. */
export type NamedRule = { readonly since: string; readonly version: string; readonly text: string }

/** A day's or a month's record of one refrigerator: everything the printed page says. Times ISO 8601 UTC. */
export type ColdReport = {
  readonly site: string
  readonly siteName: string
  readonly thermometer: string
  readonly name: string
  /** `YYYY-MM-DD` or `YYYY-MM`, Asia/Shanghai. */
  readonly period: string
  readonly from: string
  readonly to: string
  readonly madeAt: string
  /** The period is not over: figures may still change. */
  readonly running: boolean
  /** What is in range there: of the chart and the figures. */
  readonly range: Limits
  /** The rule by which it alarms now. */
  readonly rule: Omit<DetectConfig, 'gapMs'>
  /** The rules that the records of the period name, where that is not this one all through; oldest first. */
  readonly earlierRules: readonly NamedRule[]
  /** Official records in range are made at least each so many minutes. */
  readonly recordMinutes: number
  readonly frozen: boolean
  readonly stats: ColdStats
  readonly days: readonly ColdDay[]
  readonly excursions: readonly ColdExcursion[]
  /** How often a door stood open, or the mains were away, and how often for too long. */
  readonly doors: Stood
  readonly mains: Stood
  readonly calibration: Calibration | null
  readonly records: readonly OfficialRecord[]
  /** Of the period's days, oldest first; a day without one is not closed yet. */
  readonly closings: readonly ReportClosing[]
  readonly chart: { readonly width: number; readonly buckets: readonly HistoryChartBucket[] }
}

/** Buckets of the printed chart: ten minutes of a day, four hours of a month. */
const CHART_POINTS = 200

/** Measured ones only: a replayed file never becomes a record. */
const recordsOf = (
  db: Pick<Database, 'all'>,
  thermometer: string,
  { from, to }: Period,
): readonly Logged<'temperature.record'>[] =>
  readCold(db, 'temperature.record', { from: from - MINUTE, to: to + MINUTE })
    .filter(one => one.thermometer === thermometer && one.source === 'sensor')
    .filter(({ at }) => Date.parse(at) >= from && Date.parse(at) < to)

const official = ({ at, celsius, calibration = 0 }: Logged<'temperature.record'>): OfficialRecord => ({
  at,
  celsius,
  calibration,
})

/** A page of last month must not pass this month's rule off as its own. The oldest records name none. */
const earlierRules = (
  records: readonly Logged<'temperature.record'>[],
  now: DetectConfig,
): readonly NamedRule[] => {
  const named = records.flatMap(({ at, low, high, minutes, ...data }) => {
    if (low === undefined || high === undefined || minutes === undefined) return []
    const rule = ruleSaid({ ...saidIn(data), low, high, minutes }, now.gapMs)
    return [{ since: at, version: rule.version, text: ruleWords(rule).zh }]
  })
  const changes = named.filter(({ text }, index) => text !== named[index - 1]?.text)
  return changes.every(({ text }) => text === ruleWords(now).zh) ? [] : changes
}

const closingsOf = (db: Pick<Database, 'all'>, days: readonly string[]): readonly ReportClosing[] => {
  const keys = readSiteKeys(db)
  return db
    .all<{ body: string }>(
      'SELECT body FROM journal_closings WHERE day >= ? AND day <= ? ORDER BY to_seq',
      days.at(0) ?? '',
      days.at(-1) ?? '',
    )
    .map(({ body }) => {
      const closing = JSON.parse(body) as SignedClosing
      const { day, epoch, fromSeq, toSeq, head, kid } = closing
      const jwk = keys.get(kid)
      return { day, epoch, fromSeq, toSeq, head, kid, signed: jwk !== undefined && isSignedBy(closing, jwk) }
    })
}

/** What lasted within the period, by the rule; what goes on lasts until `end`. */
const stood = (events: readonly ColdEventView[], rule: StandingRule, { from, to }: Period): Stood => {
  const spans = events
    .map(({ start, end }) => ({
      since: Date.parse(start),
      end: Math.min(to, end === null ? to : Date.parse(end)),
    }))
    .filter(({ end }) => end > from)
  const alarms = spans.filter(({ since, end }) => {
    const { state } = standing(notStanding, { at: since, on: true }, rule)
    return standing(state, { at: end, on: true }, rule).events.length > 0
  })
  const ms = spans.reduce((sum, { since, end }) => sum + end - Math.max(since, from), 0)
  return { times: spans.length, minutes: ms / MINUTE, alarms: alarms.length, rule }
}

/** A person's name; whoever is no longer known keeps the id. */
const nameOf = (db: Pick<Database, 'get'>, id: string): string =>
  db.get<{ name: string }>('SELECT name FROM people WHERE id = ?', id)?.name ?? id

const requirePeriod = (text: string, now: Date): Period => {
  const period = periodOf(text)
  if (period && period.from <= now.getTime()) return period
  throw new YaoguiError('E_REPORT_PERIOD', {
    zh: `没有这一天或这个月，或还没有到：${text}`,
    en: `no such day or month, or not begun yet: ${text}`,
    wayOut: { zh: '按 2026-11-22 或 2026-11 的格式填写', en: 'write it like 2026-11-22 or 2026-11' },
  })
}

/** The record of `period` (`YYYY-MM-DD` or `YYYY-MM`, Asia/Shanghai). Errors: E_REPORT_PERIOD, E_HISTORY_*. */
export const coldReport = async (sources: ReportSources, period: string): Promise<ColdReport> => {
  const { db, history, site, siteName, point, now } = sources
  const { id, name } = point
  const { from, to } = requirePeriod(period, now)
  const [range, { gapMs, ...rule }] = [rangeOf(point), ruleOf(point)]
  const end = Math.min(to, now.getTime())
  const key = { series: 'temperature', site, channel: id }
  const samples = await history.range({ ...key, from: from - gapMs, to: to + gapMs })
  const readings = samples.map(({ at, value }) => ({ at, celsius: value }))
  const { whole, days } = coldStats(readings, { from, to }, { ...range, gapMs })
  const seen = { thermometer: id, drawers: point.drawers ?? [], from, to }
  const records = recordsOf(db, id, { from, to })
  const window = chartWindow({ from, to, points: CHART_POINTS })
  return {
    ...{ site, siteName, thermometer: id, name, period },
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    madeAt: now.toISOString(),
    running: end < to,
    range,
    rule,
    earlierRules: earlierRules(records, { ...rule, gapMs }),
    recordMinutes: recordingOf(point, MINUTE).inRangeMs / MINUTE,
    frozen: isFrozen(range),
    stats: whole,
    days,
    excursions: coldExcursions(db, id, { from, to }).map(one => ({
      ...one,
      closedBy: one.closedBy === null ? null : nameOf(db, one.closedBy),
      acknowledged: one.acknowledged.map(each => ({ ...each, actor: nameOf(db, each.actor) })),
    })),
    doors: stood(doors(db, seen), doorRuleOf(point.patience?.doorMinutes), { from, to: end }),
    mains: stood(mains(db, seen), powerRuleOf(point.patience?.powerMinutes), { from, to: end }),
    calibration: calibrationOf(db, id, new Date(end).toISOString()) ?? null,
    records: records.map(official),
    closings: closingsOf(
      db,
      days.map(({ day }) => day),
    ),
    chart: { width: window.width, buckets: await history.chart({ ...key, ...strictly(range), ...window }) },
  }
}
