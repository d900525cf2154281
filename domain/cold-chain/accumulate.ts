import { DAY, shanghaiMidnight } from '../time.ts'
import type { Side } from './limits.ts'
import type { DetectConfig } from './rule.ts'

/** Ended runs that may still count for an alarm, `[start, end]` each, oldest first. */
export type Spent = Readonly<Record<Side, readonly (readonly [number, number])[]>>
export const NONE: Spent = { cold: [], hot: [] }

/** From when on minutes count at `at`, the run under way having begun at `start`. */
const countedFrom = (at: number, start: number, { mode, windowMs = DAY }: DetectConfig): number => {
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
  const from = countedFrom(at, start, config)
  const within = ([began, end]: readonly [number, number]): number => Math.max(0, end - Math.max(began, from))
  return spent[side].reduce((sum, run) => sum + within(run), within([start, at]))
}

/** The runs that may still count, with the one that has just ended at `end`. */
export const spentWith = (
  side: Side,
  run: { readonly start: number } | null,
  end: number,
  spent: Spent,
  config: DetectConfig,
): Spent => {
  if (config.mode === 'consecutive' || run === null) return spent
  const from = countedFrom(end, run.start, config)
  return { ...spent, [side]: [...spent[side].filter(each => each[1] > from), [run.start, end] as const] }
}
