import { DAY, MINUTE, shanghaiMidnight } from '../time.ts'
import type { Side } from './limits.ts'
import type { DetectConfig } from './rule.ts'

/** `[start, end]`, and its lowest and highest as long as no excursion has told of it. UTC ms, °C. */
type SpentRun = readonly [start: number, end: number, min?: number, max?: number]

/** Ended runs that may still count for an alarm, oldest first. */
export type Spent = Readonly<Record<Side, readonly SpentRun[]>>
export const NONE: Spent = { cold: [], hot: [] }

/** From when on minutes count at `at`, the run under way having begun at `start`. */
export const countedFrom = (at: number, start: number, { mode, windowMs = DAY }: DetectConfig): number => {
  if (mode === 'consecutive') return start
  return mode === 'daily' ? shanghaiMidnight(at) : at - windowMs
}

/** Milliseconds that count for the alarm at `at`, the run under way included. */
export const countedMs = (
  side: Side,
  at: number,
  start: number,
  spent: Spent,
  config: DetectConfig,
): number => {
  // What a rule before this one added up counts no more: after a clock set back it would lie within this run.
  if (config.mode === 'consecutive') return at - start
  const from = countedFrom(at, start, config)
  const within = ([began, end]: SpentRun): number => Math.max(0, end - Math.max(began, from))
  return spent[side].reduce((sum, run) => sum + within(run), within([start, at]))
}

/** What made an alarm due beside its own run: goods went through that too. Minutes, °C. */
export type Earlier = { readonly minutes: number; readonly min: number; readonly max: number }

/** Of the runs that no excursion has told of yet; undefined where there are none. */
export const earlierOf = (
  side: Side,
  at: number,
  start: number,
  spent: Spent,
  config: DetectConfig,
): Earlier | undefined => {
  const from = countedFrom(at, start, config)
  return spent[side].reduce<Earlier | undefined>((sum, [began, end, min, max]) => {
    if (config.mode === 'consecutive' || min === undefined || max === undefined || end <= from) return sum
    const minutes = (end - Math.max(began, from)) / MINUTE
    if (sum === undefined) return { minutes, min, max }
    return { minutes: sum.minutes + minutes, min: Math.min(sum.min, min), max: Math.max(sum.max, max) }
  }, undefined)
}

/** They count on, but the next excursion must not tell of them again. */
export const asTold = (side: Side, spent: Spent): Spent => ({
  ...spent,
  [side]: spent[side].map(([start, end]) => [start, end] as const),
})

type Run = {
  readonly start: number
  readonly min: number
  readonly max: number
  readonly alarmAt: number | null
}

/** A temperature that flickers at its limit must not grow the state that is kept with every record. */
const MOST_RUNS = 500

/** Beyond that the two oldest are one, taken for as late as they can have been: an alarm comes no later for it. */
const bounded = (runs: readonly SpentRun[]): readonly SpentRun[] => {
  const [one, two, ...rest] = runs
  if (runs.length <= MOST_RUNS || !one || !two) return runs
  const start = two[1] - (one[1] - one[0]) - (two[1] - two[0])
  const untold = [one, two].flatMap(([, , min, max]) =>
    min === undefined || max === undefined ? [] : [min, max],
  )
  const joined: SpentRun =
    untold.length === 0 ? [start, two[1]] : [start, two[1], Math.min(...untold), Math.max(...untold)]
  return [joined, ...rest]
}

/** The runs that may still count, with the one that has just ended at `end`. */
export const spentWith = (
  side: Side,
  run: Run | null,
  end: number,
  spent: Spent,
  config: DetectConfig,
): Spent => {
  if (config.mode === 'consecutive' || run === null) return spent
  const from = countedFrom(end, run.start, config)
  const { start, min, max, alarmAt } = run
  const one: SpentRun = alarmAt === null ? [start, end, min, max] : [start, end]
  return { ...spent, [side]: bounded([...spent[side].filter(each => each[1] > from), one]) }
}
