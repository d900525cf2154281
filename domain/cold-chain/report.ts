import { DAY, shanghaiDay, shanghaiMidnight } from '../time.ts'
import { type Limits, type Side, sideOf } from './limits.ts'
import { meanKinetic } from './mkt.ts'
import type { Reading } from './rule.ts'
import { type Span, spansOf } from './spans.ts'

/** °C, weighted by time where that matters; null where nothing was measured. */
export type ColdStats = {
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  /** Null also for frozen goods, of which it says nothing. */
  readonly mkt: number | null
  /** 0 … 1 of the measured time. */
  readonly inRangeShare: number | null
  /** 0 … 1 of the whole period. */
  readonly coverage: number
  readonly minutesOver: number
  readonly minutesUnder: number
}

export type ColdDay = ColdStats & { readonly day: string }

/** `[from, to)`, UTC milliseconds. */
export type Period = { readonly from: number; readonly to: number }

/** Days that need no day's length but a calendar's: a month has 28 to 31. */
const daysOf = ({ from, to }: Period): readonly string[] =>
  Array.from({ length: Math.round((to - from) / DAY) }, (_, index) =>
    shanghaiDay(new Date(from + index * DAY)),
  )

/** `YYYY-MM-DD` or `YYYY-MM` as Asia/Shanghai's; undefined for what is no day or month of the calendar. */
export const periodOf = (text: string): Period | undefined => {
  const [, year = '', month = '', day] = /^(\d{4})-(\d\d)(?:-(\d\d))?$/.exec(text) ?? []
  const from = Date.parse(`${year}-${month}-${day ?? '01'}T00:00:00+08:00`)
  if (Number.isNaN(from) || !shanghaiDay(new Date(from)).startsWith(text)) return undefined
  if (day !== undefined) return { from, to: from + DAY }
  const next =
    Number(month) === 12 ? `${Number(year) + 1}-01` : `${year}-${String(Number(month) + 1).padStart(2, '0')}`
  return { from, to: Date.parse(`${next}-01T00:00:00+08:00`) }
}

/** Mean kinetic temperature is refused for goods that are kept frozen. */
export const isFrozen = ({ high }: Pick<Limits, 'high'>): boolean => high <= 0

const within = (spans: readonly Span[], { from, to }: Period): readonly Span[] =>
  spans.flatMap(({ at, celsius, ms }) => {
    const start = Math.max(at, from)
    const stop = Math.min(at + ms, to)
    return stop > start ? [{ at: start, celsius, ms: stop - start }] : []
  })

const sum = (spans: readonly Span[], value: (span: Span) => number): number =>
  spans.reduce((total, span) => total + value(span), 0)

const statsOf = (spans: readonly Span[], period: Period, range: Limits): ColdStats => {
  const total = sum(spans, ({ ms }) => ms)
  const out = (side: Side): number =>
    sum(spans, ({ celsius, ms }) => (sideOf(celsius, range) === side ? ms : 0))
  const [over, under] = [out('hot'), out('cold')]
  const minutes = { minutesOver: over / 60_000, minutesUnder: under / 60_000 }
  const coverage = Math.min(1, total / (period.to - period.from))
  if (total === 0)
    return { min: null, max: null, mean: null, mkt: null, inRangeShare: null, coverage, ...minutes }
  return {
    min: spans.reduce((least, { celsius }) => Math.min(least, celsius), Infinity),
    max: spans.reduce((most, { celsius }) => Math.max(most, celsius), -Infinity),
    mean: sum(spans, ({ celsius, ms }) => celsius * ms) / total,
    mkt: isFrozen(range) ? null : meanKinetic(spans.map(({ celsius, ms }) => ({ celsius, weight: ms }))),
    inRangeShare: (total - over - under) / total,
    coverage,
    ...minutes,
  }
}

/**
 * What a refrigerator's readings say of a period and of each of its days, held against what is in range there. `readings` in order of time, those just before
 * and after the period with them, so that a reading that stood over midnight counts on both days.
 */
export const coldStats = (
  readings: readonly Reading[],
  period: Period,
  range: Limits & { readonly gapMs: number },
): { readonly whole: ColdStats; readonly days: readonly ColdDay[] } => {
  const spans = within(spansOf(readings, range).spans, period)
  const byDay = Map.groupBy(
    spans.flatMap(span => {
      const next = shanghaiMidnight(span.at) + DAY
      if (span.at + span.ms <= next) return [span]
      return [
        { ...span, ms: next - span.at },
        { ...span, at: next, ms: span.at + span.ms - next },
      ]
    }),
    ({ at }) => shanghaiDay(new Date(at)),
  )
  const days = daysOf(period).map(day => {
    const from = Date.parse(`${day}T00:00:00+08:00`)
    return { day, ...statsOf(byDay.get(day) ?? [], { from, to: from + DAY }, range) }
  })
  return { whole: statsOf(spans, period, range), days }
}
