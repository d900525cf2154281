import { HOUR, MINUTE } from '../time.ts'
import type { Limits } from './limits.ts'
import { defaultRecordingConfig, type RecordingConfig } from './recording.ts'
import { type DetectConfig, defaultDetectConfig, whoDetectConfig } from './rule.ts'

/** How a place may be judged otherwise than by `default-1`; what is not said is as there. Whole minutes and hours. */
export type RulePlan = {
  readonly preset?: 'default-1' | 'who-pqs-e006'
  readonly minutes?: number
  readonly mode?: DetectConfig['mode']
  /** Of the cumulative mode; 24 unless said otherwise. */
  readonly windowHours?: number
  /** False: a temperature equal to a limit is out. */
  readonly strict?: boolean
}

/** A place that a thermometer watches. `low` and `high` are what is in range there, °C. */
export type ColdPlace = {
  readonly low: number
  readonly high: number
  readonly rule?: RulePlan
  readonly use?: 'storage' | 'transport'
}

/** Of something that knows more, the place. */
export const placeOf = ({ low, high, rule, use }: ColdPlace): ColdPlace => ({
  low,
  high,
  ...(rule ? { rule } : {}),
  ...(use ? { use } : {}),
})

/** Twice the interval would break a run at one late reading of a fast sensor: a gap is never less than this. */
const LEAST_GAP_MS = 5 * MINUTE
const WINDOW_HOURS = 24
const TRANSPORT_MS = 5 * MINUTE

const isWho = ({ rule }: ColdPlace): boolean => rule?.preset === 'who-pqs-e006'

/**
 * What is in range: it decides how often is recorded, what a page shows as out, and the figures of a report. Under
 * `default-1` it is the alarm's limits too.
 */
export const rangeOf = ({ low, high, rule }: Pick<ColdPlace, 'low' | 'high' | 'rule'>): Limits => ({
  low,
  high,
  ...(rule?.strict === false ? { atLimitOut: ['cold', 'hot'] as const } : {}),
})

/** `default-1`, and what differs from it in an order that is always the same: one rule has one name. */
const versionOf = ({ minutes, mode, windowMs, atLimitOut }: DetectConfig): string => {
  const usual = defaultDetectConfig(MINUTE)
  return [
    usual.version,
    ...(minutes === usual.minutes ? [] : [`minutes=${minutes}`]),
    ...(mode === usual.mode ? [] : [`mode=${mode}`]),
    ...(windowMs === undefined ? [] : [`window=${windowMs / HOUR}h`]),
    ...(atLimitOut === undefined ? [] : ['strict=false']),
  ].join('+')
}

/** The rule by which a place alarms. `intervalMs`: the longest time between two readings. */
export const ruleOf = (place: ColdPlace, intervalMs = MINUTE): DetectConfig => {
  const gapMs = Math.max(2 * intervalMs, LEAST_GAP_MS)
  if (isWho(place)) return { ...whoDetectConfig(intervalMs), gapMs }
  const usual = defaultDetectConfig(intervalMs)
  const { minutes = usual.minutes, mode = usual.mode, windowHours = WINDOW_HOURS } = place.rule ?? {}
  const widened = mode === 'cumulative' && windowHours !== WINDOW_HOURS
  const rule = {
    ...usual,
    ...rangeOf(place),
    ...{ minutes, mode, gapMs },
    ...(widened ? { windowMs: windowHours * HOUR } : {}),
  }
  return { ...rule, version: versionOf(rule) }
}

/**
 * When its readings become official records (GSP 附录3): in range each 30 minutes, in a transport box each 5, out of range
 * each 2; and whenever the side of the alarm's limits changes, so that the records alone tell when a run began and ended.
 */
export const recordingOf = (place: ColdPlace, intervalMs: number): RecordingConfig => ({
  ...defaultRecordingConfig,
  ...rangeOf(place),
  ...(place.use === 'transport' ? { inRangeMs: TRANSPORT_MS } : {}),
  ...(isWho(place) ? { alarm: whoDetectConfig(intervalMs) } : {}),
  sampleMs: intervalMs,
})

/** Something in a place's rule that cannot be meant. */
export type RuleProblem = { readonly field: keyof RulePlan; readonly zh: string; readonly en: string }

const whoProblems = ({ low, high, rule = {} }: ColdPlace): readonly RuleProblem[] => {
  const who = whoDetectConfig(MINUTE)
  const others = (['minutes', 'mode', 'windowHours', 'strict'] as const).filter(
    field => rule[field] !== undefined,
  )
  const outside = low <= who.low || high > who.high
  return [
    ...others.map(field => ({
      field,
      zh: '预设 who-pqs-e006 已定下整个规则，不能另写',
      en: 'the preset who-pqs-e006 is a whole rule: leave this out',
    })),
    ...(outside
      ? [
          {
            field: 'preset' as const,
            zh: `who-pqs-e006 的报警限为 ${who.low} 与 ${who.high} °C，范围须在其内`,
            en: `who-pqs-e006 alarms at ${who.low} and above ${who.high} °C: the range must lie within`,
          },
        ]
      : []),
  ]
}

/** What contradicts itself in a rule; what does never alarms, or not as it reads. */
export const ruleProblems = (place: ColdPlace): readonly RuleProblem[] => {
  if (isWho(place)) return whoProblems(place)
  const { mode = 'consecutive', windowHours } = place.rule ?? {}
  const { minutes } = ruleOf(place)
  const most = mode === 'daily' ? WINDOW_HOURS * 60 - 1 : (windowHours ?? WINDOW_HOURS) * 60
  return [
    ...(windowHours !== undefined && mode !== 'cumulative'
      ? [
          {
            field: 'windowHours' as const,
            zh: '只用于 mode: cumulative',
            en: 'is for mode: cumulative only',
          },
        ]
      : []),
    ...(mode !== 'consecutive' && minutes > most
      ? [
          {
            field: 'minutes' as const,
            zh: `这段时间内最多累计 ${most} 分钟，永远不会报警`,
            en: `at most ${most} minutes can add up in that time: it would never alarm`,
          },
        ]
      : []),
  ]
}
