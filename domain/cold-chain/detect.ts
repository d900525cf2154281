import { excess, type Limits, type Side, sideOf } from './limits.ts'

/** One temperature reading. `at` is UTC milliseconds since 1970. */
export interface Reading {
  readonly at: number
  readonly celsius: number
}

/**
 * The rule an excursion (超温事件) is judged by.
 * `minutes` is how long a run must last, without one reading in range, to raise the alarm.
 * `gapMs` is the longest silence, in milliseconds, that still counts as one run.
 * `version` names the rule set and is written into every alarm.
 */
export interface DetectConfig extends Limits {
  readonly minutes: number
  readonly mode: 'consecutive'
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

/** An unbroken run of readings out on one side. `degreeMs` is the area beyond the limit in °C·ms. */
interface Run {
  readonly start: number
  readonly min: number
  readonly max: number
  readonly degreeMs: number
  readonly alarmAt: number | null
}

/** Plain JSON: store it, restore it, go on. One run per side, so that a jump across the range hides nothing. */
export interface DetectState {
  readonly last: Reading | null
  readonly cold: Run | null
  readonly hot: Run | null
}

export const initialDetectState: DetectState = { last: null, cold: null, hot: null }

/** A run has lasted `limits.minutes`; `alarmAt` is the reading that made it so. */
export interface ExcursionAlarm {
  readonly type: 'excursion-alarm'
  readonly side: Side
  readonly start: number
  readonly alarmAt: number
  readonly limits: Limits & { readonly minutes: number; readonly version: string }
}

/**
 * A run that had raised its alarm is over. `end` is the first reading no longer out on this side or, after a
 * gap, the last reading heard. `minutes` = end − start; a reading stands until the next one, which is how
 * `degreeMinutes` (°C·min beyond the limit) is summed. `min` and `max` are °C.
 */
export interface ExcursionEnded {
  readonly type: 'excursion-ended'
  readonly side: Side
  readonly start: number
  readonly alarmAt: number
  readonly end: number
  readonly min: number
  readonly max: number
  readonly minutes: number
  readonly degreeMinutes: number
  readonly reason: 'in-range' | 'gap' | 'other-side'
}

export type ColdChainEvent = ExcursionAlarm | ExcursionEnded

export interface DetectResult {
  readonly state: DetectState
  readonly events: readonly ColdChainEvent[]
}

const MINUTE = 60_000

const ended = (
  side: Side,
  run: Run | null,
  end: number,
  reason: ExcursionEnded['reason'],
): ExcursionEnded[] => {
  if (run === null || run.alarmAt === null) return []
  const { start, alarmAt, min, max, degreeMs } = run
  const minutes = (end - start) / MINUTE
  return [
    {
      type: 'excursion-ended',
      side,
      start,
      alarmAt,
      end,
      min,
      max,
      minutes,
      degreeMinutes: degreeMs / MINUTE,
      reason,
    },
  ]
}

const breakRuns = (state: DetectState): DetectResult => {
  const end = state.last?.at ?? 0
  return {
    state: { last: state.last, cold: null, hot: null },
    events: [...ended('cold', state.cold, end, 'gap'), ...ended('hot', state.hot, end, 'gap')],
  }
}

/** The run with the time since the last reading added, that reading having stood until `at`. */
const carried = (run: Run, side: Side, last: Reading | null, at: number, limits: Limits): Run =>
  last === null
    ? run
    : { ...run, degreeMs: run.degreeMs + (at - last.at) * Math.max(0, excess(side, last.celsius, limits)) }

const extended = (run: Run | null, { at, celsius }: Reading, minutes: number): Run => {
  const start = run?.start ?? at
  return {
    start,
    min: Math.min(run?.min ?? celsius, celsius),
    max: Math.max(run?.max ?? celsius, celsius),
    degreeMs: run?.degreeMs ?? 0,
    alarmAt: run?.alarmAt ?? (at - start >= minutes * MINUTE ? at : null),
  }
}

interface SideStep {
  readonly run: Run | null
  readonly events: readonly ColdChainEvent[]
}

const stepSide = (side: Side, state: DetectState, reading: Reading, config: DetectConfig): SideStep => {
  const before = state[side]
  const run = before && carried(before, side, state.last, reading.at, config)
  const now = sideOf(reading.celsius, config)
  if (now !== side) {
    return { run: null, events: ended(side, run, reading.at, now === null ? 'in-range' : 'other-side') }
  }
  const next = extended(run, reading, config.minutes)
  if (next.alarmAt === null || run?.alarmAt === next.alarmAt) return { run: next, events: [] }
  const { low, high, minutes, version } = config
  const limits = { low, high, minutes, version }
  return {
    run: next,
    events: [{ type: 'excursion-alarm', side, start: next.start, alarmAt: next.alarmAt, limits }],
  }
}

/**
 * Takes one reading. Midnight means nothing here: a run is carried as long as it lasts.
 *
 * A step in time longer than `gapMs`, forwards (silence, clock set) or backwards (clock set back), breaks every
 * run: nothing is known of the time between. A reading at or before the last one by no more than `gapMs` is a
 * duplicate or late and changes nothing. A temperature that is not a number is no reading; the gap rule will speak.
 */
export const detect = (state: DetectState, reading: Reading, config: DetectConfig): DetectResult => {
  if (!Number.isFinite(reading.at) || !Number.isFinite(reading.celsius)) return { state, events: [] }
  const step = state.last === null ? 0 : reading.at - state.last.at
  if (state.last !== null && step <= 0 && -step <= config.gapMs) return { state, events: [] }
  const broken = Math.abs(step) > config.gapMs ? breakRuns(state) : { state, events: [] }
  const cold = stepSide('cold', broken.state, reading, config)
  const hot = stepSide('hot', broken.state, reading, config)
  const events = [...broken.events, ...cold.events, ...hot.events]
  const { at, celsius } = reading
  return { state: { last: { at, celsius }, cold: cold.run, hot: hot.run }, events }
}

/**
 * Closes what a dead sensor would leave open for ever: call it when time passes without a reading.
 * Changes nothing while `now` is within `gapMs` of the last reading; a later reading then finds the same state.
 */
export const detectSilence = (state: DetectState, now: number, config: DetectConfig): DetectResult =>
  state.last !== null && now - state.last.at > config.gapMs ? breakRuns(state) : { state, events: [] }
