import { HOUR } from '../time.ts'
import type { Side } from './limits.ts'
import { type DetectConfig, defaultDetectConfig } from './rule.ts'

/**
 * A rule as the journal's records name it: °C, minutes, hours. `low` and `high` are what is in range; the alarm's limits
 * are the same unless said. What is not said beside the first three is as in `default-1`: most records stay small.
 */
export type SaidRule = {
  readonly low: number
  readonly high: number
  readonly minutes: number
  readonly alarmLow?: number
  readonly alarmHigh?: number
  /** Of the alarm's limits. */
  readonly atLimitOut?: readonly Side[]
  readonly sideMinutes?: Readonly<Partial<Record<Side, number>>>
  readonly mode?: DetectConfig['mode']
  readonly windowHours?: number
  readonly version?: string
}

const FIELDS = [
  'low',
  'high',
  'minutes',
  'alarmLow',
  'alarmHigh',
  'atLimitOut',
  'sideMinutes',
  'mode',
  'windowHours',
  'version',
] as const satisfies readonly (keyof SaidRule)[]

const usual = defaultDetectConfig(0)

/** What a record must name for whoever reads it to judge by the same rule. */
export const saidOf = (
  { low, high }: { readonly low: number; readonly high: number },
  rule: DetectConfig,
): SaidRule => {
  const { minutes, atLimitOut, sideMinutes, mode, windowMs, version } = rule
  return {
    ...{ low, high, minutes },
    ...(rule.low === low ? {} : { alarmLow: rule.low }),
    ...(rule.high === high ? {} : { alarmHigh: rule.high }),
    ...(atLimitOut === undefined ? {} : { atLimitOut }),
    ...(sideMinutes === undefined ? {} : { sideMinutes }),
    ...(mode === usual.mode ? {} : { mode }),
    ...(windowMs === undefined ? {} : { windowHours: windowMs / HOUR }),
    ...(version === usual.version ? {} : { version }),
  }
}

/** The rule that was named. `gapMs` is the reader's own. */
export const ruleSaid = (
  { low, high, alarmLow = low, alarmHigh = high, windowHours, ...said }: SaidRule,
  gapMs: number,
): DetectConfig => ({
  ...usual,
  ...said,
  ...{ low: alarmLow, high: alarmHigh },
  ...(windowHours === undefined ? {} : { windowMs: windowHours * HOUR }),
  gapMs,
})

/** Of a record's data what it says of its rule; nothing, where it is older than that. */
export const saidIn = (data: Partial<SaidRule>): Partial<SaidRule> =>
  Object.fromEntries(FIELDS.flatMap(field => (data[field] === undefined ? [] : [[field, data[field]]])))

/** The rule after a record. Who says the minutes says the whole rule; an older record says nothing, or a part. */
export const ruleAfter = (before: SaidRule, said: Partial<SaidRule>): SaidRule => {
  const { minutes, low = before.low, high = before.high } = said
  return minutes === undefined ? { ...before, ...said } : { ...said, low, high, minutes }
}
