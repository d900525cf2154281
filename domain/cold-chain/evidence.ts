import { excess, type Limits, type Side, sideOf } from './limits.ts'
import type { Reading } from './rule.ts'

/** Official records in a row on one side of the limits (null: in range), `from` … `to`. UTC ms, °C. */
export type Episode = {
  readonly side: Side | null
  readonly from: number
  readonly to: number
  readonly min: number
  readonly max: number
}

/** An excursion's span is one episode and what cuts into it; more than this is an excursion contradicted many times over. */
const KEPT = 16

type Rule = { readonly limits: Limits; readonly gapMs: number }

/** The episodes with one record more, later than all of them. Out of range a silence beyond `gapMs` ends an episode, as it ends a run. */
export const withRecord = (
  episodes: readonly Episode[],
  { at, celsius }: Reading,
  { limits, gapMs }: Rule,
): readonly Episode[] => {
  const side = sideOf(celsius, limits)
  const last = episodes.at(-1)
  const goesOn = last && last.side === side && (side === null || at - last.to <= gapMs)
  if (!goesOn) return [...episodes, { side, from: at, to: at, min: celsius, max: celsius }].slice(-KEPT)
  const { from, min, max } = last
  const longer = { side, from, to: at, min: Math.min(min, celsius), max: Math.max(max, celsius) }
  return [...episodes.slice(0, -1), longer]
}

/** Without what was written of `at` and later: the clock was set back to it, and that time comes a second time. */
export const before = (episodes: readonly Episode[], at: number): readonly Episode[] =>
  episodes
    .filter(({ from }) => from < at)
    // In range nothing is known of between the records.
    .map(one => (one.to < at ? one : { ...one, to: one.side === null ? one.from : at - 1 }))

type Span = { readonly side: Side; readonly from: number; readonly to: number }

/** The first record in `from` … `to` (both included) that is not out on this side. Between its ends an episode is taken for nothing. */
export const recordAgainst = (episodes: readonly Episode[], { side, from, to }: Span): number | undefined =>
  episodes
    .filter(one => one.side !== side)
    .flatMap(one => [one.from, one.to])
    .find(at => at >= from && at <= to)

/** Whether a record in the span is out on this side. What was forgotten is not held against anybody. */
export const isSupported = (episodes: readonly Episode[], { side, from, to }: Span): boolean => {
  const forgotten = episodes.length === KEPT && (episodes[0]?.from ?? 0) > from
  return forgotten || episodes.some(one => one.side === side && one.to >= from && one.from <= to)
}

type Extremes = { readonly min: number; readonly max: number }

/** The record of the span, out on this side, that lies farthest beyond `min` … `max`; undefined when none does. */
export const recordBeyond = (
  episodes: readonly Episode[],
  { side, from, to }: Span,
  { min, max }: Extremes,
): number | undefined =>
  episodes
    // One that is longer than the span has records that are not of it.
    .filter(one => one.side === side && one.from >= from && one.to <= to)
    .flatMap(one => [one.min, one.max])
    .map(celsius => ({
      celsius,
      beyond: Math.max(min - celsius, excess('hot', celsius, { low: min, high: max })),
    }))
    .filter(({ beyond }) => beyond > 0)
    .toSorted((a, b) => b.beyond - a.beyond)[0]?.celsius
