import type { Difference } from '#domain/cold-chain/verdict.ts'
import { formatShanghai } from '#domain/time.ts'

type Words = { readonly zh: string; readonly en: string }

/** `11-22 09:30`, Asia/Shanghai. */
const clock = (at: number): string => formatShanghai(new Date(at)).slice(5, 16)

const against = (at: number | null): Words =>
  at === null
    ? { zh: '没有一条正式记录超限', en: 'no official record is out' }
    : { zh: `${clock(at)} 的正式记录并未超限`, en: `the official record of ${clock(at)} is not` }

const both = (difference: Difference, { zh, en }: { readonly zh: string; readonly en: string }): Words => {
  const { start } = difference
  switch (difference.kind) {
    case 'missed': {
      const since = Math.round((difference.dueAt - start) / 60_000)
      return {
        zh: `中心判定自 ${clock(start)} 起${zh} 已 ${since} 分钟，应当报警；站点没有超温报警`,
        en: `centre: ${en} since ${clock(start)}, for ${since} minutes, an alarm was due; site: none`,
      }
    }
    case 'unfounded': {
      const record = against(difference.against)
      return {
        zh: `站点于 ${clock(difference.alarmAt)} 报警（自 ${clock(start)} 起${zh}）；中心判定不成立：${record.zh}`,
        en: `site: alarm at ${clock(difference.alarmAt)}, ${en} since ${clock(start)}; centre: ${record.en}`,
      }
    }
    case 'extremes': {
      const { end, min, max, celsius } = difference
      const span = `${clock(start)}–${clock(end)}`
      return {
        zh: `站点称 ${span} 超温（${zh}）在 ${min}…${max} °C 之间；中心收到的正式记录有 ${celsius} °C`,
        en: `site: ${span} ${en}, between ${min} and ${max} °C; centre: an official record says ${celsius} °C`,
      }
    }
  }
}

/** What the two sides say, with the place, the side and the times, for people. */
export const verdictWords = (
  difference: Difference,
  { site, name }: { readonly site: string; readonly name: string },
): Words => {
  const { side, rule } = difference
  const out =
    side === 'hot'
      ? { zh: `高于 ${rule.high} °C`, en: `above ${rule.high} °C` }
      : { zh: `低于 ${rule.low} °C`, en: `below ${rule.low} °C` }
  const { zh, en } = both(difference, out)
  return {
    zh: `${site} ${name}：站点与中心的冷链判定不一致。${zh}`,
    en: `${site} ${name}: site and centre judge differently. ${en}`,
  }
}
