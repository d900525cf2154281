import { dailyDose, doseOnADay, exceeds } from '../dosing.ts'
import type { Facts } from '../facts.ts'
import { type Objection, type Rule, unavailable } from '../rule.ts'

/** Beyond this many times the highest dose a slip of the pen is likelier than an intention. */
const BLOCK_FACTOR = 2
const ADULT = 18

/** Daily doses of one item add up over all its lines. */
const check = ({ lines, patient }: Facts): readonly Objection[] =>
  [...new Map(lines.map(({ item }) => [item.id, item])).values()].flatMap(item => {
    const ofItem = lines.filter(line => line.item.id === item.id)
    const doses = ofItem.map(dailyDose)
    const missing = new Set(doses.flatMap(dose => ('missing' in dose ? dose.missing : [])))
    const max = item.maxDailyDose
    if (max === undefined) missing.add('maxDailyDose')
    // The label's highest dose is an adult's; a child's goes by weight, which the formulary does not hold.
    const age = patient.patn_age
    if (age === undefined) missing.add('patn_age')
    else if (age < ADULT) missing.add('paediatricMaxDailyDose')
    const what = { zh: `${item.name}的日剂量`, en: `daily dose of ${item.id}` }
    const total = ofItem.reduce((sum, line) => sum + (doseOnADay(line) ?? 0), 0)
    const over = max !== undefined && exceeds(total, max)
    // An adult's maximum exceeded is too much at any age and as needed, whatever else is missing.
    if (!over) return missing.size > 0 ? [unavailable(what, [...missing], [item.id])] : []
    const unit = item.strengthUnit
    const text = {
      zh: `${item.name}日剂量${Number(total.toFixed(3))}${unit}，超过说明书最大${max}${unit}`,
      en: `${Number(total.toFixed(3))} ${unit} of ${item.id} a day, more than the label's ${max} ${unit}`,
    }
    return [
      { result: exceeds(total, BLOCK_FACTOR * max) ? 'BLOCK' : 'REQUIRE_OVERRIDE', text, drugs: [item.id] },
    ]
  })

export const doseRule: Rule = {
  id: 'dose-daily-maximum',
  version: '2',
  reason: '2-5',
  evidence: '药品说明书【用法用量】；处方管理办法 第六条（九）',
  check,
}
