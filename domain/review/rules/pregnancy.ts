import { type Facts, idsOf, linesOf, namesOf } from '../facts.ts'
import { type Objection, type Rule, unavailable } from '../rule.ts'

type Group = {
  readonly id: string
  readonly atc: readonly string[]
  readonly zh: string
  readonly en: string
  readonly evidence: string
}

/** Contraindicated in pregnancy. */
const GROUPS: readonly Group[] = [
  {
    id: 'pregnancy-ras',
    atc: ['C09A', 'C09B', 'C09C', 'C09D'],
    zh: '胎儿肾损害、羊水过少',
    en: 'fetal renal damage',
    evidence: 'ACEI、ARB说明书【禁忌】',
  },
  {
    id: 'pregnancy-statin',
    atc: ['C10AA', 'C10BA', 'C10BX'],
    zh: '说明书禁用于妊娠',
    en: 'contraindicated by the label',
    evidence: '他汀类说明书【禁忌】',
  },
  {
    id: 'pregnancy-warfarin',
    atc: ['B01AA03'],
    zh: '胚胎病、胎儿出血',
    en: 'embryopathy and fetal bleeding',
    evidence: '华法林说明书【禁忌】',
  },
]

const check =
  ({ atc, zh, en }: Group) =>
  ({ lines, pregnant }: Facts): readonly Objection[] => {
    const concerned = linesOf(lines, atc)
    if (concerned.length === 0) return []
    const drugs = idsOf(concerned)
    if ('missing' in pregnant) {
      const what = { zh: `${namesOf(concerned)}与妊娠`, en: `${drugs.join(', ')} and pregnancy` }
      return [unavailable(what, pregnant.missing, drugs)]
    }
    if (!pregnant.value) return []
    const text = { zh: `妊娠禁用${namesOf(concerned)}：${zh}`, en: `${drugs.join(', ')} in pregnancy: ${en}` }
    return [{ result: 'BLOCK', text, drugs }]
  }

export const PREGNANCY_RULES: readonly Rule[] = GROUPS.map(group => ({
  id: group.id,
  version: '1',
  reason: '2-2',
  evidence: group.evidence,
  check: check(group),
}))
