import { type Facts, idsOf, linesOf } from '../facts.ts'
import { type Objection, type Rule, unavailable } from '../rule.ts'

const METFORMIN = ['A10BA02', 'A10BD']
const STOP_BELOW = 30
const CAUTION_BELOW = 45
/** From here on renal function must be known; below it the label asks for it before the start and then yearly. */
const ELDERLY = 65

const check = ({ lines, patient }: Facts): readonly Objection[] => {
  const metformin = linesOf(lines, METFORMIN).filter(({ item }) => item.ingredients.includes('二甲双胍'))
  if (metformin.length === 0) return []
  const drugs = idsOf(metformin)
  const { egfr, patn_age: age } = patient
  if (egfr === undefined) {
    const what = { zh: '二甲双胍与肾功能', en: 'metformin and renal function' }
    const finding = unavailable(what, age === undefined ? ['egfr', 'patn_age'] : ['egfr'], drugs)
    return [age !== undefined && age < ELDERLY ? { ...finding, result: 'WARN' } : finding]
  }
  if (egfr < STOP_BELOW) {
    const text = {
      zh: `eGFR ${egfr}，低于${STOP_BELOW}，禁用二甲双胍`,
      en: `eGFR ${egfr} below ${STOP_BELOW}: metformin is contraindicated`,
    }
    return [{ result: 'BLOCK', text, drugs }]
  }
  if (egfr >= CAUTION_BELOW) return []
  const text = {
    zh: `eGFR ${egfr}，二甲双胍需减量并监测肾功能`,
    en: `eGFR ${egfr}: reduce metformin and watch renal function`,
  }
  return [{ result: 'WARN', text, drugs }]
}

/** Without eGFR: UNAVAILABLE from 65 years or at unknown age, below that WARN; never silence. */
export const metforminRule: Rule = {
  id: 'renal-metformin',
  version: '1',
  reason: '2-2',
  evidence: '盐酸二甲双胍片说明书【禁忌】【注意事项】；二甲双胍临床应用专家共识',
  check,
}
