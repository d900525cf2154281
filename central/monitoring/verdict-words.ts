import { alarmMinutes } from '#domain/cold-chain/rule.ts'
import { limitWords, ruleWords } from '#domain/cold-chain/rule-words.ts'
import { ruleSaid, type SaidRule } from '#domain/cold-chain/said-rule.ts'
import type { Difference } from '#domain/cold-chain/verdict.ts'
import { formatShanghai } from '#domain/time.ts'

type Words = { readonly zh: string; readonly en: string }

/** `11-22 09:30`, Asia/Shanghai. */
const clock = (at: number): string => formatShanghai(new Date(at)).slice(5, 16)

const against = (at: number | null): Words =>
  at === null
    ? { zh: '没有一条正式记录超限', en: 'no official record is out' }
    : { zh: `${clock(at)} 的正式记录并未超限`, en: `the official record of ${clock(at)} is not` }

/** Where the rule is not the usual one, minutes alone do not explain an alarm. */
const byRule = (rule: SaidRule): Words => {
  if (rule.version === undefined) return { zh: '', en: '' }
  const { zh, en } = ruleWords(ruleSaid(rule, 0))
  return { zh: `（规则 ${rule.version}：${zh}）`, en: ` (rule ${rule.version}: ${en})` }
}

const both = (difference: Difference, { zh, en }: { readonly zh: string; readonly en: string }): Words => {
  const { start } = difference
  switch (difference.kind) {
    case 'missed': {
      const since = Math.round((difference.dueAt - start) / 60_000)
      const by = byRule(difference.rule)
      return {
        zh: `中心判定自 ${clock(start)} 起${zh} 已 ${since} 分钟，应当报警${by.zh}；站点没有超温报警`,
        en: `centre: ${en} since ${clock(start)}, for ${since} minutes, an alarm was due${by.en}; site: none`,
      }
    }
    case 'unfounded': {
      const record = against(difference.against)
      return {
        zh: `站点于 ${clock(difference.alarmAt)} 报警（自 ${clock(start)} 起${zh}）；中心判定不成立：${record.zh}`,
        en: `site: alarm at ${clock(difference.alarmAt)}, ${en} since ${clock(start)}; centre: ${record.en}`,
      }
    }
    case 'early': {
      const after = Math.round((difference.alarmAt - start) / 60_000)
      const needed = alarmMinutes(difference.side, ruleSaid(difference.rule, 0))
      return {
        zh: `站点于 ${clock(difference.alarmAt)} 报警，此时${zh}才 ${after} 分钟；按规则须满 ${needed} 分钟`,
        en: `site: alarm at ${clock(difference.alarmAt)}, ${en} for ${after} minutes only; its rule says ${needed}`,
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
  const { zh, en } = both(difference, limitWords(side, ruleSaid(rule, 0)))
  return {
    zh: `${site} ${name}：站点与中心的冷链判定不一致。${zh}`,
    en: `${site} ${name}: site and centre judge differently. ${en}`,
  }
}
