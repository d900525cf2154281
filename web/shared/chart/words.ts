import type { ColdEventView, ColdSeriesView } from '#cloud-sync/contract/edge-cold-chain.ts'
import { formatCelsius, formatDateTime, formatTime } from '../format.ts'
import type { Lang } from '../i18n.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const SHANGHAI = 8 * HOUR

const minutes = (count: number): string => String(Math.round(count))
const percent = (share: number): string => `${(Math.floor(share * 1000) / 10).toFixed(1)}%`

/** What the chart says, for whoever cannot see it. What is not known here is left out. */
export const summaryText = (
  { summary, low, high }: ColdSeriesView,
  events: readonly ColdEventView[],
  lang: Lang,
): string => {
  const { min, max, minutesOver, minutesUnder, coverage } = summary
  const zh = lang === 'zh'
  if (min === null || max === null) return zh ? '这段时间没有测量。' : 'Nothing was measured in this time.'
  const excursions = events.filter(({ what }) => what === 'excursion').length
  const said = [
    zh
      ? `最低 ${formatCelsius(min)}，最高 ${formatCelsius(max)}（范围 ${low}–${high} °C）`
      : `Lowest ${formatCelsius(min)}, highest ${formatCelsius(max)} (range ${low}–${high} °C)`,
  ]
  if (minutesOver !== null && minutesUnder !== null)
    said.push(
      zh
        ? `高于上限 ${minutes(minutesOver)} 分钟，低于下限 ${minutes(minutesUnder)} 分钟`
        : `${minutes(minutesOver)} min over, ${minutes(minutesUnder)} min under`,
    )
  said.push(zh ? `超温事件 ${excursions} 次` : `excursions: ${excursions}`)
  if (coverage !== null)
    said.push(zh ? `有测量的时间 ${percent(coverage)}` : `measured ${percent(coverage)} of the time`)
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
  const { columns, width, from, to, low: least, high: most } = series
  const limits = { low: least, high: most }
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
      over: columns.over.length === 0 ? '—' : minutes(over),
      under: columns.under.length === 0 ? '—' : minutes(under),
      coverage: columns.coverage.length === 0 ? '—' : percent((sum(columns.coverage) * width * 1000) / wide),
      out:
        over + under > 0 || low.some(value => value < limits.low) || high.some(value => value > limits.high),
    }
  })
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
