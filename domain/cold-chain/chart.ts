import { DAY, HOUR, MINUTE, shanghaiMidnight } from '../time.ts'

/** Widths of a bucket that a person reads at a glance; from ten minutes on whole multiples of what the history keeps. */
const WIDTHS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  4 * DAY,
] as const

export type ChartWindow = { readonly from: number; readonly to: number; readonly width: number }

/**
 * The window of a chart of at most about `points` buckets, widened to whole buckets counted from midnight in Shanghai, so
 * that the same minute lies in the same bucket however the chart is moved. UTC milliseconds.
 */
export const chartWindow = (asked: {
  readonly from: number
  readonly to: number
  readonly points: number
}): ChartWindow => {
  const { from, to, points } = asked
  const fine = WIDTHS.find(one => (to - from) / one <= points)
  const width = fine ?? Math.ceil((to - from) / points / DAY) * DAY
  // Longer than a day: counted from one fixed midnight.
  const origin = width > DAY ? shanghaiMidnight(0) : shanghaiMidnight(from)
  const first = origin + Math.floor((from - origin) / width) * width
  return { from: first, to: first + Math.max(1, Math.ceil((to - first) / width)) * width, width }
}
