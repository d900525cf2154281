import type { Limits, Side } from './limits.ts'

/** One temperature reading. `at` is UTC milliseconds since 1970. */
export interface Reading {
  readonly at: number
  readonly celsius: number
}

/**
 * The rule an excursion (超温事件) is judged by.
 * `minutes` out of range on one side raise the alarm; `sideMinutes` where the sides differ. `mode` says which minutes
 * count: `consecutive`, those of one run without a reading in range; `cumulative`, all of the last `windowMs`
 * (24 hours); `daily`, all since midnight in Shanghai. `gapMs` is the longest silence, in milliseconds, that still
 * counts as one run; nothing is added up over a gap. `version` names the rule set and is written into every alarm.
 */
export interface DetectConfig extends Limits {
  readonly minutes: number
  readonly sideMinutes?: Readonly<Partial<Record<Side, number>>>
  readonly mode: 'consecutive' | 'cumulative' | 'daily'
  readonly windowMs?: number
  readonly gapMs: number
  readonly version: string
}

/** 2 … 8 °C for 60 minutes; a gap is more than two of the given logging intervals (milliseconds). */
export const defaultDetectConfig = (intervalMs: number): DetectConfig => ({
  low: 2,
  high: 8,
  minutes: 60,
  mode: 'consecutive',
  gapMs: 2 * intervalMs,
  version: 'default-1',
})

/** How many minutes out on `side` it takes. */
export const alarmMinutes = (
  side: Side,
  { minutes, sideMinutes }: Pick<DetectConfig, 'minutes' | 'sideMinutes'>,
): number => sideMinutes?.[side] ?? minutes

const HOUR = 60

/**
 * WHO PQS E006: too warm after 10 hours above +8 °C without a break, too cold after one hour at or below −0.5 °C.
 * `gapMs` as in `defaultDetectConfig`.
 */
export const whoDetectConfig = (intervalMs: number): DetectConfig => ({
  ...defaultDetectConfig(intervalMs),
  low: -0.5,
  atLimitOut: ['cold'],
  minutes: 10 * HOUR,
  sideMinutes: { cold: HOUR },
  version: 'who-pqs-e006',
})
