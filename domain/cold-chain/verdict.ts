/**
 * A second verdict on a refrigerator, from what its site wrote into the journal. The site judges every measurement; here
 * the same `detect` runs over the official records alone, in the journal's order, by the rule which these name, and says
 * where the two do not agree. In doubt (records missing, clock set back by a little) it says nothing: a difference is
 * something to be explained. Where minutes add up over several runs, what the records show is the least that the site has
 * seen: they prove that an alarm was due, never that it came too early.
 */
import { countedFrom } from './accumulate.ts'
import { type DetectState, detect, initialDetectState } from './detect.ts'
import { before, type Episode, isSupported, recordAgainst, recordBeyond, withRecord } from './evidence.ts'
import { type Side, sideOf } from './limits.ts'
import { defaultRecordingConfig } from './recording.ts'
import { alarmMinutes, type DetectConfig, defaultDetectConfig, type Reading } from './rule.ts'
import { ruleAfter, ruleSaid, type SaidRule } from './said-rule.ts'

/** Wall clock less monotonic clock, ms, which is the same through one boot unless somebody sets the clock. */
type ClockMark = { readonly boot: string; readonly offset: number }

type Excursion = { readonly side: Side; readonly start: number; readonly alarmAt: number }

/** What a site wrote of one thermometer, measured and not replayed. UTC ms, °C; what `rule` does not say stays as it was. */
export type VerdictEvent =
  | ({ readonly type: 'record'; readonly rule: Partial<SaidRule>; readonly clock?: ClockMark } & Reading)
  | ({ readonly type: 'alarm'; readonly rule: Partial<SaidRule> } & Excursion)
  | ({ readonly type: 'ended'; readonly end: number; readonly min: number; readonly max: number } & Excursion)

type Of<T extends VerdictEvent['type']> = Extract<VerdictEvent, { type: T }>

/**
 * `missed`: the records are out for longer than the rule allows, and no alarm of the site covers them.
 * `unfounded`: the site alarmed; `against` is a record of that time which is not out on that side, null = none is out.
 * `early`: the site's alarm came before its own rule allows it.
 * `extremes`: the site says that the excursion lay between `min` and `max`; `celsius` is a record of it beyond these.
 */
export type Difference = { readonly side: Side; readonly start: number; readonly rule: SaidRule } & (
  | { readonly kind: 'missed'; readonly dueAt: number }
  | { readonly kind: 'unfounded'; readonly alarmAt: number; readonly against: number | null }
  | { readonly kind: 'early'; readonly alarmAt: number }
  | ({ readonly kind: 'extremes'; readonly end: number } & {
      readonly min: number
      readonly max: number
      readonly celsius: number
    })
)

type Due = { readonly side: Side; readonly start: number; readonly at: number }
type Alarmed = { readonly side: Side; readonly start: number; readonly end: number | null }

/**
 * Plain JSON of one thermometer: store it, restore it, go on. `due`: alarms that the next record must find told.
 * `unsureTo`: records up to then prove nothing, as the clock was set back; null = it never was.
 */
export type VerdictState = {
  readonly rule: SaidRule
  readonly detect: DetectState
  readonly episodes: readonly Episode[]
  readonly alarms: readonly Alarmed[]
  readonly due: readonly Due[]
  readonly unsureTo: number | null
  readonly clock: ClockMark | null
}

export type VerdictResult = { readonly state: VerdictState; readonly differences: readonly Difference[] }

const MINUTE = 60_000
/** The least silence that breaks a run at a site, which measures each minute: never taken for longer here than there. */
const GAP_MS = 5 * MINUTE
/** Out of range a record may come this much after the reading that made the site's alarm. */
const TOLERANCE_MS = defaultRecordingConfig.outOfRangeMs
const KEPT = 8
/** More than a clock is steered by between two records. */
const SET_MS = 10_000

const { low, high, minutes } = defaultDetectConfig(MINUTE)
export const initialVerdictState: VerdictState = {
  rule: { low, high, minutes },
  detect: initialDetectState,
  episodes: [],
  alarms: [],
  due: [],
  unsureTo: null,
  clock: null,
}

const configOf = (rule: SaidRule): DetectConfig => {
  const config = ruleSaid(rule, GAP_MS)
  const later = (side: Side): number => alarmMinutes(side, config) + TOLERANCE_MS / MINUTE
  return { ...config, sideMinutes: { cold: later('cold'), hot: later('hot') } }
}

const missed = ({ due, alarms, rule }: VerdictState): readonly Difference[] => {
  const config = ruleSaid(rule, GAP_MS)
  // Where minutes add up, an alarm about any of them has told of the rest: a person may have ended it, and its minutes with it.
  const from = ({ start, at }: Due): number => Math.min(start, countedFrom(at, start, config))
  const covered = (one: Due): boolean =>
    alarms.some(
      ({ side, start, end }) => side === one.side && start <= one.at && (end ?? one.at) >= from(one),
    )
  return due
    .filter(one => !covered(one))
    .map(({ side, start, at }) => ({ kind: 'missed', side, start, rule, dueAt: at }))
}

/** A record in the order of time. */
const judged = (state: VerdictState, { at, celsius }: Reading): VerdictState => {
  const { rule } = state
  const limits = ruleSaid(rule, GAP_MS)
  const side = sideOf(celsius, limits)
  const { state: next, events } = detect(state.detect, { at, celsius }, configOf(rule))
  return {
    rule,
    detect: next,
    episodes: withRecord(state.episodes, { at, celsius }, { limits, gapMs: GAP_MS }),
    // An alarm whose end was lost must not cover what comes later.
    alarms: state.alarms.map(one => (one.end === null && one.side !== side ? { ...one, end: at } : one)),
    due: events
      .filter(event => event.type === 'excursion-alarm')
      .map(event => ({ side: event.side, start: event.start, at: event.alarmAt })),
    unsureTo: state.unsureTo,
    clock: state.clock,
  }
}

/** What was added up by another rule counts no more: the site may have kept less of it. */
const ruled = (state: VerdictState, said: Partial<SaidRule>): VerdictState => {
  const rule = ruleAfter(state.rule, said)
  const same = rule.mode === state.rule.mode && rule.windowHours === state.rule.windowHours
  const { spent, ...run } = state.detect
  return { ...state, rule, detect: same ? state.detect : run }
}

const wasSetBack = ({ clock }: VerdictState, { clock: now }: Of<'record'>): boolean =>
  clock !== null && now !== undefined && clock.boot === now.boot && clock.offset - now.offset > SET_MS

const takeRecord = (past: VerdictState, record: Of<'record'>): VerdictResult => {
  const last = past.detect.last
  const setBack = wasSetBack(past, record)
  const again = last?.at === record.at && !setBack
  if (again || !Number.isFinite(record.at + record.celsius)) return { state: past, differences: [] }
  const { clock = past.clock } = record
  const state = { ...ruled(past, record.rule), clock, due: [] }
  const differences = missed(past)
  const back = last === null ? 0 : last.at - record.at
  // By more than a gap the site, too, began anew; by less it may wait for its time to pass again, which is not to be seen from here.
  if (back > GAP_MS) {
    // What it alarmed of with this very reading was told before the record.
    const alarms = past.alarms.filter(
      ({ start, end }) => start === record.at || (end === null && start > record.at),
    )
    return { state: judged({ ...initialVerdictState, clock, rule: state.rule, alarms }, record), differences }
  }
  if (back > 0 || setBack) {
    const unsure = { detect: { ...initialDetectState, last }, unsureTo: record.at + GAP_MS }
    return { state: { ...state, ...unsure, episodes: before(state.episodes, record.at) }, differences }
  }
  if (state.unsureTo !== null && record.at <= state.unsureTo) return { state, differences }
  return { state: judged(state, record), differences }
}

const isKnown = ({ alarms }: VerdictState, { side, start }: Excursion): boolean =>
  alarms.some(one => one.side === side && one.start === start)

const alarmed = (state: VerdictState, { side, start }: Excursion, end: number | null): VerdictState => ({
  ...state,
  // Of each side its own: many short ones of one must not push out what has told of the other.
  alarms: [
    ...state.alarms.filter(one => one.side !== side),
    ...[...state.alarms.filter(one => one.side === side && one.start !== start), { side, start, end }].slice(
      -KEPT,
    ),
  ],
})

/** Of one run only: what was added up over several is not all on record. */
const isEarly = ({ side, start, alarmAt }: Excursion, rule: SaidRule): boolean => {
  const config = ruleSaid(rule, GAP_MS)
  return config.mode === 'consecutive' && alarmAt - start < alarmMinutes(side, config) * MINUTE
}

const takeAlarm = (past: VerdictState, alarm: Of<'alarm'>): VerdictResult => {
  if (isKnown(past, alarm)) return { state: past, differences: [] }
  const { side, start, alarmAt } = alarm
  const state = alarmed(past, alarm, null)
  // It names its own side's minutes; the next record names the whole rule.
  const rule = ruleAfter(past.rule, alarm.rule)
  // The first record of the run may have been lost with the power, and what a clock set back hides proves nothing.
  const begun = Math.max(start, state.unsureTo ?? start)
  // Of a run that alarms as it begins, the first record comes after the alarm; so does the one that tells of a clock set back.
  const fresh = alarmAt - begun < GAP_MS
  const rewound = fresh && alarmAt <= (state.detect.last?.at ?? Number.NEGATIVE_INFINITY)
  const against = rewound ? undefined : recordAgainst(state.episodes, { side, from: start, to: alarmAt })
  const supported =
    fresh || isSupported(state.episodes, { side, from: start, to: Math.min(alarmAt, begun + GAP_MS) })
  const common = { side, start, rule, alarmAt }
  if (against !== undefined || !supported)
    return { state, differences: [{ kind: 'unfounded', ...common, against: against ?? null }] }
  return { state, differences: isEarly(alarm, rule) ? [{ kind: 'early', ...common }] : [] }
}

const takeEnd = (past: VerdictState, ended: Of<'ended'>): VerdictResult => {
  const { side, start, end, min, max } = ended
  const state = alarmed(past, ended, end)
  const span = { side, from: start, to: end }
  const against = recordAgainst(state.episodes, { ...span, to: end - 1 })
  const celsius = recordBeyond(state.episodes, span, { min, max })
  const { rule } = state
  const common = { side, start, rule }
  if (against !== undefined)
    return { state, differences: [{ kind: 'unfounded', ...common, alarmAt: ended.alarmAt, against }] }
  return {
    state,
    differences: celsius === undefined ? [] : [{ kind: 'extremes', ...common, end, min, max, celsius }],
  }
}

/** Takes what the site wrote next. The same event again changes nothing. */
export const holdAgainst = (state: VerdictState, event: VerdictEvent): VerdictResult => {
  if (event.type === 'record') return takeRecord(state, event)
  return event.type === 'alarm' ? takeAlarm(state, event) : takeEnd(state, event)
}
