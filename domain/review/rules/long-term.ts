import type { Facts, Line } from '../facts.ts'
import type { Objection, Rule } from '../rule.ts'

const USUAL_DAYS = 28
const MAX_DAYS = 84

/** Antimicrobials (J01, J02, J05); tuberculosis drugs are J04 and stay allowed. */
const ANTIMICROBIAL = /^J0[125]/

const objection = (
  result: Objection['result'],
  zh: string,
  en: string,
  { item }: Line,
): readonly Objection[] => [
  { result, text: { zh: `${item.name}${zh}`, en: `${item.id} ${en}` }, drugs: [item.id] },
]

const ofLine = (line: Line): readonly Objection[] => {
  const { item, rx } = line
  if (item.class !== 'ordinary')
    return objection('BLOCK', '属特殊管理药品，不得用于长期处方', 'is a controlled drug', line)
  if (ANTIMICROBIAL.test(item.atc))
    return objection('BLOCK', '属抗微生物药物，不得用于长期处方', 'is an antimicrobial', line)
  if (rx.medc_days > MAX_DAYS)
    return objection('BLOCK', `用药超过${MAX_DAYS}天`, `for more than ${MAX_DAYS} days`, line)
  if (item.storage === 'cold')
    return objection('BLOCK', '对储存条件有特殊要求，不得用于长期处方', 'needs special storage', line)
  if (rx.medc_days > USUAL_DAYS)
    return objection('WARN', `用药超过4周，限病情稳定者`, 'for more than 4 weeks: stable patients only', line)
  return []
}

const check = ({ kind, lines }: Facts): readonly Objection[] =>
  kind === 'long-term' || kind === 'extended' ? lines.flatMap(ofLine) : []

/** What may stand on a long-term or extended prescription, and for how long. */
export const longTermRule: Rule = {
  id: 'long-term-eligibility',
  version: '2',
  reason: '1-12',
  evidence: '长期处方管理规范(试行) 2021',
  check,
}
