import type { Wording } from '../error.ts'

/** Routes of administration, by the code of the message. */
export const ROUTES: Readonly<Record<string, Wording>> = {
  PO: { zh: '口服', en: 'by mouth' },
  IH: { zh: '皮下注射', en: 'subcutaneous' },
  INH: { zh: '吸入', en: 'inhaled' },
  SL: { zh: '舌下含服', en: 'sublingual' },
  IM: { zh: '肌内注射', en: 'intramuscular' },
  IV: { zh: '静脉注射', en: 'intravenous' },
  EXT: { zh: '外用', en: 'topical' },
}

/** A route in words; a code without a word here is shown as it came. */
export const routeWords = (code: string): Wording => {
  const key = code.trim().toUpperCase()
  return (Object.hasOwn(ROUTES, key) ? ROUTES[key] : undefined) ?? { zh: code, en: code }
}

/** Facts a rule may miss, by the message's field name or the formulary's. */
const FACTS: Readonly<Record<string, Wording>> = {
  patn_age: { zh: '年龄', en: 'age' },
  gend: { zh: '性别', en: 'sex' },
  geso_val: { zh: '孕周', en: 'weeks of pregnancy' },
  algs_his: { zh: '过敏史', en: 'allergies' },
  egfr: { zh: '肾功能 eGFR', en: 'eGFR' },
  sin_dosunt: { zh: '可换算的用量单位', en: 'a unit that converts' },
  used_frqu_codg: { zh: '每日次数', en: 'times a day' },
  maxDailyDose: { zh: '目录中的最大日剂量', en: 'highest daily dose in the formulary' },
  paediatricMaxDailyDose: { zh: '目录中的儿童剂量', en: 'a child’s dose in the formulary' },
}

export const factWords = (name: string): Wording => FACTS[name] ?? { zh: name, en: name }
