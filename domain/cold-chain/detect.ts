import { asTold, countedMs, type Earlier, earlierOf, NONE, type Spent, spentWith } from './accumulate.ts'
import { excess, type Limits, type Side, sideOf } from './limits.ts'
import { alarmMinutes, type DetectConfig, type Reading } from './rule.ts'

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
  /** Earlier runs that still count; only in the modes that add up. */
  readonly spent?: Spent
}

export const initialDetectState: DetectState = { last: null, cold: null, hot: null }

/** A run has lasted `limits.minutes`, or was the last of several that have; `alarmAt` is the reading that made it so. */
export interface ExcursionAlarm {
  readonly type: 'excursion-alarm'
  readonly side: Side
  readonly start: number
  readonly alarmAt: number
  readonly limits: Limits & { readonly minutes: number; readonly version: string }
  /** Of the runs before that count with this one. */
  readonly earlier?: Earlier
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
  readonly reason: 'in-range' | 'gap' | 'other-side' | 'closed'
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

/** `spent` stays away where it is empty, so that the consecutive mode's stored state stays as it always was. */
const stateOf = (last: Reading | null, cold: Run | null, hot: Run | null, spent: Spent): DetectState => ({
  last,
  cold,
  hot,
  ...(spent.cold.length + spent.hot.length === 0 ? {} : { spent }),
})

const breakRuns = (state: DetectState, config: DetectConfig): DetectResult => {
  const end = state.last?.at ?? 0
  const cold = spentWith('cold', state.cold, end, state.spent ?? NONE, config)
  return {
    state: stateOf(state.last, null, null, spentWith('hot', state.hot, end, cold, config)),
    events: [...ended('cold', state.cold, end, 'gap'), ...ended('hot', state.hot, end, 'gap')],
  }
}

/** The run with the time since the last reading added, that reading having stood until `at`. */
const carried = (run: Run, side: Side, last: Reading | null, at: number, limits: Limits): Run =>
  last === null
    ? run
    : { ...run, degreeMs: run.degreeMs + (at - last.at) * Math.max(0, excess(side, last.celsius, limits)) }

const extended = (
  side: Side,
  run: Run | null,
  { at, celsius }: Reading,
  spent: Spent,
  config: DetectConfig,
): Run => {
  const start = run?.start ?? at
  const due = countedMs(side, at, start, spent, config) >= alarmMinutes(side, config) * MINUTE
  return {
    start,
    min: Math.min(run?.min ?? celsius, celsius),
    max: Math.max(run?.max ?? celsius, celsius),
    degreeMs: run?.degreeMs ?? 0,
    alarmAt: run?.alarmAt ?? (due ? at : null),
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
  const next = extended(side, run, reading, state.spent ?? NONE, config)
  if (next.alarmAt === null || run?.alarmAt === next.alarmAt) return { run: next, events: [] }
  const { low, high, version } = config
  const limits = { low, high, minutes: alarmMinutes(side, config), version }
  const { start, alarmAt } = next
  const earlier = earlierOf(side, alarmAt, start, state.spent ?? NONE, config)
  return {
    run: next,
    events: [{ type: 'excursion-alarm', side, start, alarmAt, limits, ...(earlier ? { earlier } : {}) }],
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
  const broken = Math.abs(step) > config.gapMs ? breakRuns(state, config) : { state, events: [] }
  const cold = stepSide('cold', broken.state, reading, config)
  const hot = stepSide('hot', broken.state, reading, config)
  const events = [...broken.events, ...cold.events, ...hot.events]
  const { at, celsius } = reading
  // A run that has just ended has lasted until this reading.
  const over = (side: Side, run: Run | null) => (run === null ? broken.state[side] : null)
  let before = broken.state.spent ?? NONE
  for (const event of events) if (event.type === 'excursion-alarm') before = asTold(event.side, before)
  const afterCold = spentWith('cold', over('cold', cold.run), at, before, config)
  const spent = spentWith('hot', over('hot', hot.run), at, afterCold, config)
  return { state: stateOf({ at, celsius }, cold.run, hot.run, spent), events }
}

/** Ends one side's run at the last reading because a person says so: its sensor is lost, or another one. */
export const endRun = (
  state: DetectState,
  side: Side,
): { readonly state: DetectState; readonly ended: ExcursionEnded | undefined } => ({
  state: { ...state, [side]: null },
  ended: ended(side, state[side], state.last?.at ?? 0, 'closed')[0],
})

/**
 * Closes what a dead sensor would leave open for ever: call it when time passes without a reading.
 * Changes nothing while `now` is within `gapMs` of the last reading; a later reading then finds the same state.
 */
export const detectSilence = (state: DetectState, now: number, config: DetectConfig): DetectResult =>
  state.last !== null && now - state.last.at > config.gapMs ? breakRuns(state, config) : { state, events: [] }
