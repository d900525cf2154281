import type { Wording } from '../../error.ts'
import { type Facts, idsOf, linesOf, namesOf } from '../facts.ts'
import type { Objection, Rule } from '../rule.ts'

type Pair = {
  readonly id: string
  readonly one: readonly string[]
  readonly other: readonly string[]
  readonly result: 'BLOCK' | 'REQUIRE_OVERRIDE' | 'WARN'
  readonly why: Wording
  readonly evidence: string
}

const ACE_INHIBITORS = ['C09A', 'C09B']
const ARBS = ['C09C', 'C09D']
const NSAIDS = ['M01A']

/** Pairs of ATC groups that do not go together. */
const PAIRS: readonly Pair[] = [
  {
    id: 'interaction-acei-arb',
    one: ACE_INHIBITORS,
    other: ARBS,
    result: 'REQUIRE_OVERRIDE',
    why: { zh: '双重阻断肾素-血管紧张素系统：高钾、低血压、肾损害', en: 'dual blockade of the RAS' },
    evidence: '说明书【药物相互作用】；中国高血压防治指南',
  },
  {
    id: 'interaction-nsaid-anticoagulant',
    one: NSAIDS,
    other: ['B01AA03', 'B01AF01'],
    result: 'REQUIRE_OVERRIDE',
    why: { zh: '出血风险增加', en: 'risk of bleeding' },
    evidence: '华法林、利伐沙班说明书【药物相互作用】',
  },
  {
    id: 'interaction-clarithromycin-simvastatin',
    one: ['J01FA09'],
    other: ['C10AA01', 'C10BA02'],
    result: 'BLOCK',
    why: { zh: 'CYP3A4抑制，横纹肌溶解，说明书禁止合用', en: 'rhabdomyolysis: contraindicated together' },
    evidence: '辛伐他汀、克拉霉素说明书【禁忌】',
  },
  {
    id: 'interaction-spironolactone-potassium',
    one: ['C03DA01'],
    other: ['A12BA'],
    result: 'REQUIRE_OVERRIDE',
    why: { zh: '高钾血症', en: 'hyperkalaemia' },
    evidence: '螺内酯说明书【药物相互作用】',
  },
  {
    id: 'interaction-spironolactone-ras',
    one: ['C03DA01'],
    other: [...ACE_INHIBITORS, ...ARBS],
    result: 'WARN',
    why: { zh: '高钾血症，需监测血钾和肾功能', en: 'hyperkalaemia: watch potassium and renal function' },
    evidence: '螺内酯说明书【药物相互作用】',
  },
  {
    id: 'interaction-digoxin-amiodarone',
    one: ['C01AA05'],
    other: ['C01BD01'],
    result: 'REQUIRE_OVERRIDE',
    why: { zh: '地高辛血药浓度升高', en: 'digoxin level rises' },
    evidence: '地高辛、胺碘酮说明书【药物相互作用】',
  },
]

const check =
  ({ one, other, result, why }: Pair) =>
  ({ lines }: Facts): readonly Objection[] => {
    const [left, right] = [linesOf(lines, one), linesOf(lines, other)]
    if (left.length === 0 || right.length === 0) return []
    const drugs = idsOf([...left, ...right])
    const text = {
      zh: `${namesOf(left)}与${namesOf(right)}：${why.zh}`,
      en: `${drugs.join(' with ')}: ${why.en}`,
    }
    return [{ result, text, drugs }]
  }

export const INTERACTION_RULES: readonly Rule[] = PAIRS.map(pair => ({
  id: pair.id,
  version: '1',
  reason: '2-8',
  evidence: pair.evidence,
  check: check(pair),
}))
