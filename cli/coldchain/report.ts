import type { JudgedExcursion, Judgement } from '#domain/cold-chain/judge.ts'
import { formatShanghai } from '#domain/time.ts'

const iso = (at: number): string => new Date(at).toISOString()
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))

/** The judgement as JSON: times ISO 8601 in UTC, °C, minutes. `gaps` is their number. */
export const asJson = ({ gaps, excursions, days, from, to, ...rest }: Judgement): object => ({
  readings: rest.readings,
  from: iso(from),
  to: iso(to),
  gaps: gaps.length,
  min: rest.min,
  max: rest.max,
  mean: rest.mean,
  mkt: rest.mkt,
  inRangeShare: rest.inRangeShare,
  excursions: excursions.map(({ start, alarmAt, end, ...each }) => ({
    side: each.side,
    start: iso(start),
    alarmAt: iso(alarmAt),
    end: isoOrNull(end),
    minutes: each.minutes,
    min: each.min,
    max: each.max,
  })),
  days: days.map(day => ({ ...day, alarmAt: isoOrNull(day.alarmAt) })),
})

const SIDE = { cold: '偏冷 cold', hot: '偏热 hot' } as const
const local = (at: number): string => formatShanghai(new Date(at)).slice(0, 16)
const celsius = (value: number | null): string => (value === null ? '–' : `${value.toFixed(2)} °C`)

const excursionRow = ({ side, start, alarmAt, end, minutes, min, max }: JudgedExcursion): string =>
  [
    SIDE[side].padEnd(7),
    local(start),
    local(alarmAt),
    end === null ? '仍在继续 ongoing' : local(end),
    `${minutes.toFixed(0)} min`.padStart(9),
    `${min.toFixed(1)} … ${max.toFixed(1)} °C`,
  ].join('  ')

const section = (title: string, rows: readonly string[]): readonly string[] =>
  rows.length === 0 ? [] : ['', title, ...rows.map(row => `  ${row}`)]

/** For people, in Shanghai time; of the days only those on which something was out. */
export const asTable = (judgement: Judgement): string => {
  const { readings, from, to, gaps, min, max, mean, mkt, inRangeShare, excursions, days } = judgement
  const dayRows = days
    .filter(({ minutesOut, alarmAt }) => minutesOut > 0 || alarmAt !== null)
    .map(({ date, side, minutesOut, alarmAt }) =>
      [
        date,
        SIDE[side].padEnd(7),
        `${minutesOut.toFixed(0)} min`.padStart(9),
        alarmAt === null ? '' : `报警 alarm ${local(alarmAt).slice(11)}`,
      ].join('  '),
    )
  return [
    `读数 readings        ${readings}`,
    `起止 from – to       ${local(from)} – ${local(to)}（北京时间 Asia/Shanghai）`,
    `最低 / 最高 min/max  ${celsius(min)} / ${celsius(max)}`,
    `平均 mean            ${celsius(mean)}`,
    `平均动力学温度 MKT   ${celsius(mkt)}`,
    `在范围内 in range    ${(inRangeShare * 100).toFixed(2)} %`,
    `超温事件 excursions  ${excursions.length}`,
    `缺口 gaps            ${gaps.length}`,
    ...section('超温事件 excursions（开始 start，报警 alarm，结束 end）', excursions.map(excursionRow)),
    ...section(
      '缺口 gaps（此间情况不明 nothing is known of these）',
      gaps.map(gap => `${local(gap.from)} → ${local(gap.to)}`),
    ),
    ...section('超限的日子 days out of range', dayRows),
  ].join('\n')
}
