import type { ColdEventList } from '#cloud-sync/contract/central-api.ts'
import type { ColdEventView, ColdSeriesView } from '#cloud-sync/contract/edge-cold-chain.ts'
import { formatCelsius, formatDateTime, formatTime } from '../format.ts'
import type { Lang } from '../i18n.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const SHANGHAI = 8 * HOUR

type Limits = { readonly at: number; readonly low: number; readonly high: number }

/** In force from which second on, oldest first. */
export const limitsOf = ({ limits, from, low, high }: ColdSeriesView): readonly Limits[] =>
  limits ?? [{ at: Date.parse(from) / 1000, low, high }]

const minutes = (count: number): string => String(Math.round(count))
const percent = (share: number): string => `${(Math.floor(share * 1000) / 10).toFixed(1)}%`

/** `2–8 °C`; where they were changed in the window, each with its beginning. */
const limitsText = (series: ColdSeriesView, lang: Lang): string => {
  const [first, ...later] = limitsOf(series)
  const range = ({ low, high }: Limits): string => `${low}–${high} °C`
  const since = (one: Limits): string => {
    const at = formatDateTime(one.at * 1000, lang)
    return lang === 'zh' ? `${at} 起 ${range(one)}` : `${range(one)} since ${at}`
  }
  return [first ? range(first) : '', ...later.map(since)].join(lang === 'zh' ? '，' : ', ')
}

/** What the chart says, for whoever cannot see it. */
export const summaryText = (series: ColdSeriesView, events: readonly ColdEventView[], lang: Lang): string => {
  const { min, max, minutesOver, minutesUnder, coverage } = series.summary
  const zh = lang === 'zh'
  if (min === null || max === null) return zh ? '这段时间没有测量。' : 'Nothing was measured in this time.'
  const excursions = events.filter(({ what }) => what === 'excursion').length
  const said = [
    zh
      ? `最低 ${formatCelsius(min)}，最高 ${formatCelsius(max)}（范围 ${limitsText(series, lang)}）`
      : `Lowest ${formatCelsius(min)}, highest ${formatCelsius(max)} (range ${limitsText(series, lang)})`,
    zh
      ? `高于上限 ${minutes(minutesOver)} 分钟，低于下限 ${minutes(minutesUnder)} 分钟`
      : `${minutes(minutesOver)} min over, ${minutes(minutesUnder)} min under`,
    zh ? `超温事件 ${excursions} 次` : `excursions: ${excursions}`,
    zh ? `有测量的时间 ${percent(coverage)}` : `measured ${percent(coverage)} of the time`,
  ]
  return zh ? `${said.join('；')}。` : `${said.join('; ')}.`
}

export type TableRow = {
  readonly at: string
  readonly min: string
  readonly max: string
  readonly over: string
  readonly under: string
  readonly coverage: string
  readonly out: boolean
}

/** An hour, a day or a month a row: what a person can still read through. */
const rowWidth = (span: number): number => {
  if (span <= 2 * DAY) return HOUR
  return span <= 62 * DAY ? DAY : 30 * DAY
}

export const tableRows = (series: ColdSeriesView, lang: Lang): readonly TableRow[] => {
  const { columns, width, from, to } = series
  const wide = Math.max(width * 1000, rowWidth(Date.parse(to) - Date.parse(from)))
  const groups = new Map<number, number[]>()
  for (const [index, at] of columns.at.entries()) {
    const start = Math.floor((at * 1000 + SHANGHAI) / wide) * wide - SHANGHAI
    groups.set(start, [...(groups.get(start) ?? []), index])
  }
  return [...groups].map(([start, indexes]) => {
    const pick = (column: readonly (number | null)[]): readonly number[] =>
      indexes.flatMap(index => column[index] ?? [])
    const sum = (column: readonly number[]): number => pick(column).reduce((all, one) => all + one, 0)
    const [low, high] = [pick(columns.min), pick(columns.max)]
    const [over, under] = [sum(columns.over), sum(columns.under)]
    return {
      at: wide >= DAY ? new Date(start + SHANGHAI).toISOString().slice(0, 10) : formatDateTime(start, lang),
      min: formatCelsius(low.length === 0 ? null : Math.min(...low)),
      max: formatCelsius(high.length === 0 ? null : Math.max(...high)),
      over: minutes(over),
      under: minutes(under),
      coverage: percent((sum(columns.coverage) * width * 1000) / wide),
      out: over + under > 0,
    }
  })
}

/** Said beside a chart that cannot show everything that happened. */
export const omittedText = (before: string, lang: Lang): string => {
  const at = formatDateTime(before, lang)
  return lang === 'zh'
    ? `${at} 之前的开门等事件较多，没有逐条列出；放大可见。超温事件都在。`
    : `Before ${at} there were more doors and other events than are listed: zoom in to see them. Excursions are all here.`
}

/** The cabinet's answer is cut at so many, doors first (`GET /api/cold-chain/{thermometer}/events`). */
const CABINET_EVENTS = 2_000

/** The cabinet's events as the chart takes them. */
export const eventList = (events: readonly ColdEventView[]): ColdEventList => {
  const door = events.find(({ what }) => what === 'door')
  return { events, omittedBefore: events.length < CABINET_EVENTS ? null : (door?.start ?? null) }
}

/** When something was: `11月22日 09:30 – 09:42`. */
export const eventTime = ({ what, start, end }: ColdEventView, lang: Lang): string => {
  const from = formatDateTime(start, lang)
  if (end === null)
    return what === 'door' || what === 'mains' || what === 'excursion'
      ? `${from} – ${lang === 'zh' ? '进行中' : 'now'}`
      : from
  const sameDay =
    Math.floor((Date.parse(start) + SHANGHAI) / DAY) === Math.floor((Date.parse(end) + SHANGHAI) / DAY)
  return `${from} – ${sameDay ? formatTime(end, lang) : formatDateTime(end, lang)}`
}
