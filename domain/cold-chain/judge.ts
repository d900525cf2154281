import { DAY, shanghaiDay, shanghaiMidnight } from '../time.ts'
import { type ColdChainEvent, detect, initialDetectState } from './detect.ts'
import type { Side } from './limits.ts'
import { sideOf } from './limits.ts'
import { meanKinetic } from './mkt.ts'
import { isFrozen } from './report.ts'
import type { DetectConfig, Reading } from './rule.ts'
import { type Gap, type Span, spansOf } from './spans.ts'

/** An excursion that raised its alarm. Times UTC ms; `end` null: still going on at the last reading. °C, minutes. */
export interface JudgedExcursion {
  readonly side: Side
  readonly start: number
  readonly alarmAt: number
  readonly end: number | null
  readonly minutes: number
  readonly min: number
  readonly max: number
}

/** One calendar day in Shanghai. `alarmAt`: the first instant of the day at which an alarm stood, UTC ms. */
export interface JudgedDay {
  readonly date: string
  readonly side: Side
  readonly minutesOut: number
  readonly alarmAt: number | null
}

/** °C; `mean`, `mkt` and `inRangeShare` (0 … 1) are weighted by time. */
export interface Judgement {
  readonly readings: number
  readonly from: number
  readonly to: number
  readonly gaps: readonly Gap[]
  readonly min: number
  readonly max: number
  readonly mean: number
  /** Null for frozen goods, of which it says nothing. */
  readonly mkt: number | null
  readonly inRangeShare: number
  readonly excursions: readonly JudgedExcursion[]
  /** Two for each day, the cold side first. */
  readonly days: readonly JudgedDay[]
}

const MINUTE = 60_000
const SIDES = ['cold', 'hot'] as const

const excursionsOf = (readings: readonly Reading[], config: DetectConfig): readonly JudgedExcursion[] => {
  let state = initialDetectState
  const events: ColdChainEvent[] = []
  for (const reading of readings) {
    const next = detect(state, reading, config)
    state = next.state
    events.push(...next.events)
  }
  const to = state.last?.at ?? 0
  const ended = events
    .filter(event => event.type === 'excursion-ended')
    .map(({ side, start, alarmAt, end, minutes, min, max }) => ({
      side,
      start,
      alarmAt,
      end,
      minutes,
      min,
      max,
    }))
  const open = SIDES.flatMap(side => {
    const run = state[side]
    if (!run || run.alarmAt === null) return []
    const { start, alarmAt, min, max } = run
    return [{ side, start, alarmAt, end: null, minutes: (to - start) / MINUTE, min, max }]
  })
  return [...ended, ...open].sort((a, b) => a.alarmAt - b.alarmAt)
}

/** Milliseconds out on each side, by day; a reading that stood over midnight counts on both days. */
const outByDay = (spans: readonly Span[], config: DetectConfig): ReadonlyMap<string, number> => {
  const out = new Map<string, number>()
  for (const { at, celsius, ms } of spans) {
    const side = sideOf(celsius, config)
    if (side === null) continue
    for (let from = at; from < at + ms; ) {
      const to = Math.min(at + ms, shanghaiMidnight(from) + DAY)
      const key = `${shanghaiDay(new Date(from))} ${side}`
      out.set(key, (out.get(key) ?? 0) + to - from)
      from = to
    }
  }
  return out
}

const daysOf = (
  spans: readonly Span[],
  excursions: readonly JudgedExcursion[],
  config: DetectConfig,
): readonly JudgedDay[] => {
  const out = outByDay(spans, config)
  const midnights = [...new Set(spans.map(({ at }) => shanghaiMidnight(at)))].sort((a, b) => a - b)
  return midnights.flatMap(midnight =>
    SIDES.map(side => {
      const date = shanghaiDay(new Date(midnight))
      const stood = excursions.find(
        each =>
          each.side === side &&
          each.alarmAt < midnight + DAY &&
          (each.end ?? Number.POSITIVE_INFINITY) > midnight,
      )
      return {
        date,
        side,
        minutesOut: (out.get(`${date} ${side}`) ?? 0) / MINUTE,
        alarmAt: stood === undefined ? null : Math.max(stood.alarmAt, midnight),
      }
    }),
  )
}

/**
 * Judges a whole record by one rule: what a clinic holds against a logger's own verdict. Null for no readings.
 * `activationEnergy` in kJ/mol.
 */
export const judge = (
  all: readonly Reading[],
  config: DetectConfig,
  activationEnergy?: number,
): Judgement | null => {
  const readings = all.filter(({ at, celsius }) => Number.isFinite(at) && Number.isFinite(celsius))
  const { spans, gaps } = spansOf(readings, config)
  if (spans.length === 0) return null
  const excursions = excursionsOf(readings, config)
  const fold = <T>(start: T, step: (sum: T, span: Span) => T): T => spans.reduce(step, start)
  const total = fold(0, (sum, { ms }) => sum + ms)
  // A single reading has no duration, and is yet all there is.
  const weight = total > 0 ? ({ ms }: Span) => ms / total : () => 1 / spans.length
  return {
    readings: readings.length,
    from: fold(Number.POSITIVE_INFINITY, (least, { at }) => Math.min(least, at)),
    to: fold(Number.NEGATIVE_INFINITY, (most, { at }) => Math.max(most, at)),
    gaps,
    min: fold(Number.POSITIVE_INFINITY, (least, { celsius }) => Math.min(least, celsius)),
    max: fold(Number.NEGATIVE_INFINITY, (most, { celsius }) => Math.max(most, celsius)),
    mean: fold(0, (sum, span) => sum + span.celsius * weight(span)),
    mkt: isFrozen(config)
      ? null
      : meanKinetic(
          spans.map(span => ({ celsius: span.celsius, weight: weight(span) })),
          activationEnergy,
        ),
    inRangeShare: fold(0, (sum, span) => sum + (sideOf(span.celsius, config) === null ? weight(span) : 0)),
    excursions,
    days: daysOf(spans, excursions, config),
  }
}
