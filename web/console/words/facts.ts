import type { Text } from '#cloud-sync/contract/edge-api.ts'

const FACTS: Readonly<Record<string, Text>> = {
  patn_age: { zh: '年龄', en: 'age' },
  patn_wt: { zh: '体重', en: 'weight' },
  gend: { zh: '性别', en: 'sex' },
  geso_val: { zh: '孕周', en: 'weeks of pregnancy' },
  suckprd_flag: { zh: '哺乳期', en: 'breastfeeding' },
  algs_his: { zh: '过敏史', en: 'allergies' },
  egfr: { zh: '肾功能 eGFR', en: 'eGFR' },
  maxDailyDose: { zh: '目录中的最大日剂量', en: 'highest daily dose in the formulary' },
  used_frqu_codg: { zh: '每日次数', en: 'times a day' },
  sin_dosunt: { zh: '可换算的用量单位', en: 'a unit that converts' },
  paediatricMaxDailyDose: { zh: '目录中的儿童剂量', en: 'a child’s dose in the formulary' },
  diseinfo: { zh: '诊断', en: 'diagnosis' },
}

const KNOWN = /\b[a-zA-Z]\w+\b/g

/** A rule's sentence with the fields it names in words: `缺少 egfr` → `缺少 肾功能 eGFR`. */
export const inWords = ({ zh, en }: Text): Text => ({
  zh: zh.replace(KNOWN, key => FACTS[key]?.zh ?? key),
  en: en.replace(KNOWN, key => FACTS[key]?.en ?? key),
})
