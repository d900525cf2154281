/** The window of a chart and how a person moves it. Pure; UTC milliseconds. */
export type View = { readonly from: number; readonly to: number }

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export const SPANS = { day: DAY, week: 7 * DAY, month: 30 * DAY, year: 365 * DAY } as const
export type SpanName = keyof typeof SPANS

const SHORTEST = 20 * MINUTE
const LONGEST = 366 * DAY
/** A little of what is to come, so that the newest reading does not stick to the edge. */
const AHEAD = 0.02

const spanOf = ({ from, to }: View): number => to - from

/** Within what can be shown: nothing shorter than minutes, longer than a year, or still to come. */
export const clampView = (view: View, now: number): View => {
  const span = Math.min(LONGEST, Math.max(SHORTEST, spanOf(view)))
  const middle = (view.from + view.to) / 2
  const to = Math.min(middle + span / 2, now + span * AHEAD)
  return { from: Math.round(to - span), to: Math.round(to) }
}

/** The last day, week, month or year. */
export const latest = (span: SpanName, now: number): View =>
  clampView({ from: now - SPANS[span], to: now + SPANS[span] * AHEAD * 2 }, now)

/** `factor` < 1 comes nearer; the instant `at` stays where it is. */
export const zoomView = (view: View, factor: number, at: number, now: number): View => {
  const span = Math.min(LONGEST, Math.max(SHORTEST, spanOf(view) * factor))
  const share = (at - view.from) / spanOf(view)
  return clampView({ from: at - span * share, to: at + span * (1 - share) }, now)
}

export const moveView = (view: View, by: number, now: number): View =>
  clampView({ from: view.from + by, to: view.to + by }, now)

/** The button that a window is. */
export const spanName = (view: View): SpanName | undefined =>
  (Object.keys(SPANS) as SpanName[]).find(name => Math.abs(spanOf(view) / SPANS[name] - 1) < 0.06)

/** Does it move on with the clock? */
export const isLatest = (view: View, now: number): boolean => view.to >= now
