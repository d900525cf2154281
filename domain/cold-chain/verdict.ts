/**
 * A second verdict on a refrigerator, from what its site wrote into the journal. The site judges every measurement; here
 * the same `detect` runs over the official records alone, in the journal's order, and says where the two do not agree. In
 * doubt (records missing, clock set back by a little) it says nothing: a difference is something to be explained.
 */
import { type DetectState, detect, initialDetectState } from './detect.ts'
import { before, type Episode, isSupported, recordAgainst, recordBeyond, withRecord } from './evidence.ts'
import { type Side, sideOf } from './limits.ts'
import { defaultRecordingConfig } from './recording.ts'
import { type DetectConfig, defaultDetectConfig, type Reading } from './rule.ts'

/** °C and minutes of the site's rule, as its records and alarms name it. */
export type VerdictRule = { readonly low: number; readonly high: number; readonly minutes: number }

/** Wall clock less monotonic clock, ms, which is the same through one boot unless somebody sets the clock. */
type ClockMark = { readonly boot: string; readonly offset: number }

type Excursion = { readonly side: Side; readonly start: number; readonly alarmAt: number }

/** What a site wrote of one thermometer, measured and not replayed. UTC ms, °C; what `rule` does not say stays as it was. */
export type VerdictEvent =
  | ({ readonly type: 'record'; readonly rule: Partial<VerdictRule>; readonly clock?: ClockMark } & Reading)
  | ({ readonly type: 'alarm'; readonly rule: Partial<VerdictRule> } & Excursion)
  | ({ readonly type: 'ended'; readonly end: number; readonly min: number; readonly max: number } & Excursion)

type Of<T extends VerdictEvent['type']> = Extract<VerdictEvent, { type: T }>

/**
 * `missed`: the records are out for longer than the rule allows, and no alarm of the site covers them.
 * `unfounded`: the site alarmed; `against` is a record of that time which is not out on that side, null = none is out.
 * `extremes`: the site says that the excursion lay between `min` and `max`; `celsius` is a record of it beyond these.
 */
export type Difference = { readonly side: Side; readonly start: number; readonly rule: VerdictRule } & (
  | { readonly kind: 'missed'; readonly dueAt: number }
  | { readonly kind: 'unfounded'; readonly alarmAt: number; readonly against: number | null }
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
  readonly rule: VerdictRule
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

const configOf = (rule: VerdictRule): DetectConfig => ({
  ...defaultDetectConfig(MINUTE),
  ...rule,
  minutes: rule.minutes + TOLERANCE_MS / MINUTE,
  gapMs: GAP_MS,
})

const missed = ({ due, alarms, rule }: VerdictState): readonly Difference[] => {
  const covered = ({ side, start, at }: Due): boolean =>
    alarms.some(one => one.side === side && one.start <= at && (one.end ?? at) >= start)
  return due
    .filter(one => !covered(one))
    .map(({ side, start, at }) => ({ kind: 'missed', side, start, rule, dueAt: at }))
}

/** A record in the order of time. */
const judged = (state: VerdictState, { at, celsius }: Reading): VerdictState => {
  const { rule } = state
  const side = sideOf(celsius, rule)
  const { state: next, events } = detect(state.detect, { at, celsius }, configOf(rule))
  return {
    rule,
    detect: next,
    episodes: withRecord(state.episodes, { at, celsius }, { limits: rule, gapMs: GAP_MS }),
    // An alarm whose end was lost must not cover what comes later.
    alarms: state.alarms.map(one => (one.end === null && one.side !== side ? { ...one, end: at } : one)),
    due: events
      .filter(event => event.type === 'excursion-alarm')
      .map(event => ({ side: event.side, start: event.start, at: event.alarmAt })),
    unsureTo: state.unsureTo,
    clock: state.clock,
  }
}

const wasSetBack = ({ clock }: VerdictState, { clock: now }: Of<'record'>): boolean =>
  clock !== null && now !== undefined && clock.boot === now.boot && clock.offset - now.offset > SET_MS

const takeRecord = (past: VerdictState, record: Of<'record'>): VerdictResult => {
  const last = past.detect.last
  const setBack = wasSetBack(past, record)
  const again = last?.at === record.at && !setBack
  if (again || !Number.isFinite(record.at + record.celsius)) return { state: past, differences: [] }
  const { clock = past.clock } = record
  const state = { ...past, clock, rule: { ...past.rule, ...record.rule }, due: [] }
  const differences = missed(past)
  const back = last === null ? 0 : last.at - record.at
  // By more than a gap the site, too, began anew; by less it may wait for its time to pass again, which is not to be seen from here.
  if (back > GAP_MS)
    return { state: judged({ ...initialVerdictState, clock, rule: state.rule }, record), differences }
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
  alarms: [
    ...state.alarms.filter(one => one.side !== side || one.start !== start),
    { side, start, end },
  ].slice(-KEPT),
})

const takeAlarm = (past: VerdictState, alarm: Of<'alarm'>): VerdictResult => {
  if (isKnown(past, alarm)) return { state: past, differences: [] }
  const { side, start, alarmAt } = alarm
  const state = alarmed({ ...past, rule: { ...past.rule, ...alarm.rule } }, alarm, null)
  const against = recordAgainst(state.episodes, { side, from: start, to: alarmAt })
  // The first record of the run may have been lost with the power, and what a clock set back hides proves nothing.
  const begun = Math.max(start, state.unsureTo ?? start) + GAP_MS
  const supported = isSupported(state.episodes, { side, from: start, to: Math.min(alarmAt, begun) })
  if (against === undefined && supported) return { state, differences: [] }
  const { rule } = state
  return {
    state,
    differences: [{ kind: 'unfounded', side, start, rule, alarmAt, against: against ?? null }],
  }
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
