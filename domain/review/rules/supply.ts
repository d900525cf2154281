import { dailyDose, exceeds } from '../dosing.ts'
import type { Facts, Line } from '../facts.ts'
import { type Objection, type Rule, unavailable } from '../rule.ts'

const CEILING = { ordinary: 7, emergency: 3 } as const
const CONTROLLED_CEILING = 7

const override = (zh: string, en: string, { item }: Line): Objection => ({
  result: 'REQUIRE_OVERRIDE',
  text: { zh, en },
  drugs: [item.id],
})

const days = ({ kind, lines, prescription }: Facts): readonly Objection[] => {
  if (kind !== 'ordinary' && kind !== 'emergency') return []
  if (prescription.reason?.trim()) return []
  const limit = CEILING[kind]
  return lines
    .filter(({ rx }) => rx.medc_days > limit)
    .map(line =>
      override(
        `${line.item.name}用药${line.rx.medc_days}天，超过${limit}天而未注明理由`,
        `${line.rx.medc_days} days of ${line.item.id}, more than ${limit} without a reason`,
        line,
      ),
    )
}

const controlled = ({ lines, prescription }: Facts): readonly Objection[] =>
  lines.flatMap(line => {
    const { item, rx } = line
    if (item.class === 'ordinary') return []
    const refused = {
      zh: `${item.name}属特殊管理药品，智能药柜不发放`,
      en: `${item.id} is a controlled drug that no cabinet dispenses`,
    }
    if (item.class !== 'psychotropic-2') return [{ result: 'BLOCK', text: refused, drugs: [item.id] }]
    if (rx.medc_days <= CONTROLLED_CEILING || prescription.reason?.trim()) return []
    return [
      override(
        `第二类精神药品${item.name}超过${CONTROLLED_CEILING}天而未注明理由`,
        `class-2 psychotropic ${item.id} for more than ${CONTROLLED_CEILING} days without a reason`,
        line,
      ),
    ]
  })

/**
 * Days of supply are computed, never typed: quantity × units × strength ÷ daily dose. Whole packs are dispensed, so a
 * surplus of up to one pack is unavoidable; beyond that a pack too many was written.
 */
const surplus = ({ lines }: Facts): readonly Objection[] =>
  lines.flatMap(line => {
    const { item, rx } = line
    const daily = dailyDose(line)
    const what = {
      zh: `${item.name}可用天数`,
      en: `days of supply of ${item.id}`,
    }
    if ('missing' in daily) return [unavailable(what, daily.missing, [item.id])]
    const perPack = item.unitsPerPack * item.strength
    const packsNeeded = (rx.medc_days * daily.value) / perPack
    if (!exceeds(rx.drug_cnt - packsNeeded, 1)) return []
    const supplied = Math.floor((rx.drug_cnt * perPack) / daily.value)
    return [
      override(
        `${item.name}${rx.drug_cnt}${item.packUnit}可用${supplied}天，处方用药${rx.medc_days}天`,
        `${rx.drug_cnt} packs of ${item.id} last ${supplied} days, prescribed are ${rx.medc_days}`,
        line,
      ),
    ]
  })

/** How much at once. */
export const SUPPLY_RULES: readonly Rule[] = [
  { id: 'supply-days', version: '1', reason: '1-12', evidence: '处方管理办法 第十九条', check: days },
  {
    id: 'supply-controlled',
    version: '1',
    reason: '1-13',
    evidence: '处方管理办法 第二十三条；麻醉药品和精神药品管理条例',
    check: controlled,
  },
  { id: 'supply-surplus', version: '1', reason: '1-12', evidence: '处方管理办法 第十九条', check: surplus },
]
