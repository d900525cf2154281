import { MINUTE } from '../../time.ts'
import type { Facts } from '../facts.ts'
import type { Objection, Rule } from '../rule.ts'

const MAX_DRUGS = 5
/** The clocks of a hospital and of the centre may differ by this much. */
const CLOCK_LEEWAY_MS = 10 * MINUTE

const formulary = ({ unknown }: Facts): readonly Objection[] =>
  unknown.map(id => ({
    result: 'BLOCK',
    text: { zh: `药品“${id}”不在县域统一用药目录`, en: `drug "${id}" is not in the county formulary` },
    drugs: [id],
  }))

const validity = ({ expires, issued, now }: Facts): readonly Objection[] => {
  const block = (zh: string, en: string): readonly Objection[] => [
    { result: 'BLOCK', text: { zh, en }, drugs: [] },
  ]
  if (!expires || !issued) return block('开方时间不是有效日期', 'the time of issue is not a date')
  // Valid on the day of issue: a later date would keep it open until then.
  if (issued.getTime() > now.getTime() + CLOCK_LEEWAY_MS)
    return block('开方时间晚于当前时间', 'the time of issue lies in the future')
  if (now >= expires) return block('处方已过有效期', 'the prescription has expired')
  return []
}

const diagnosis = ({ prescription, lines }: Facts): readonly Objection[] =>
  prescription.diseinfo.some(({ diag_name }) => diag_name.trim() !== '')
    ? []
    : [
        {
          result: 'BLOCK',
          text: { zh: '处方没有临床诊断', en: 'the prescription has no diagnosis' },
          drugs: lines.map(({ item }) => item.id),
        },
      ]

const fiveDrugs = ({ prescription }: Facts): readonly Objection[] => {
  const drugs = [...new Set(prescription.rxdrugdetail.map(({ fixmedins_hilist_id: id }) => id))]
  if (drugs.length <= MAX_DRUGS) return []
  const text = {
    zh: `一张处方${drugs.length}种药品，超过${MAX_DRUGS}种`,
    en: `${drugs.length} drugs on one prescription, more than ${MAX_DRUGS}`,
  }
  return [{ result: 'BLOCK', text, drugs }]
}

/** `drug_cnt` counts packs. Fourteen tablets read as fourteen boxes would be a dispensing error, so it stops here. */
const packUnit = ({ lines }: Facts): readonly Objection[] =>
  lines
    .filter(({ rx, item }) => rx.drug_dosunt.trim() !== item.packUnit)
    .map(({ rx, item }) => ({
      result: 'BLOCK',
      text: {
        zh: `${item.name}的数量单位是“${rx.drug_dosunt}”，发药单位是“${item.packUnit}”`,
        en: `the quantity of ${item.id} is in ${rx.drug_dosunt}, dispensed is ${item.packUnit}`,
      },
      drugs: [item.id],
    }))

/** Legality and form. */
export const FORM_RULES: readonly Rule[] = [
  {
    id: 'form-formulary',
    version: '1',
    reason: '1-6',
    evidence: '县域医共体统一用药目录；处方管理办法 第十七条',
    check: formulary,
  },
  { id: 'form-validity', version: '2', reason: '1-1', evidence: '处方管理办法 第十八条', check: validity },
  {
    id: 'form-diagnosis',
    version: '1',
    reason: '1-10',
    evidence: '处方管理办法 第六条；医院处方点评管理规范(试行) 第十七条',
    check: diagnosis,
  },
  {
    id: 'form-five-drugs',
    version: '1',
    reason: '1-11',
    evidence: '处方管理办法 第六条（六）',
    check: fiveDrugs,
  },
  {
    id: 'form-pack-unit',
    version: '1',
    reason: '1-7',
    evidence: '处方管理办法 第七条',
    check: packUnit,
  },
]
