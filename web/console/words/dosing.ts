import type { Text } from '#cloud-sync/contract/edge-api.ts'
import type { Item } from '#domain/drug.ts'
import type { RxDrug, RxKind } from '#domain/prescription.ts'
import { dailyDose, doseInStrength } from '#domain/review/dosing.ts'
import { routeWords } from '#domain/review/words.ts'

export const FREQUENCIES: Readonly<Record<string, Text>> = {
  QD: { zh: '每日 1 次', en: 'once a day' },
  BID: { zh: '每日 2 次', en: 'twice a day' },
  TID: { zh: '每日 3 次', en: '3 times a day' },
  QID: { zh: '每日 4 次', en: '4 times a day' },
  QN: { zh: '每晚 1 次', en: 'every night' },
  QOD: { zh: '隔日 1 次', en: 'every other day' },
  QW: { zh: '每周 1 次', en: 'once a week' },
  Q6H: { zh: '每 6 小时 1 次', en: 'every 6 hours' },
  Q8H: { zh: '每 8 小时 1 次', en: 'every 8 hours' },
  Q12H: { zh: '每 12 小时 1 次', en: 'every 12 hours' },
  PRN: { zh: '必要时', en: 'when needed' },
}

export const KINDS: Readonly<Record<RxKind, Text>> = {
  ordinary: { zh: '普通', en: 'Ordinary' },
  emergency: { zh: '急诊', en: 'Emergency' },
  'long-term': { zh: '长期', en: 'Long-term' },
  extended: { zh: '延伸', en: 'Extended' },
}

/** What one dosage unit is called, as the pack counts it: 片, 粒, 揿 …; undefined for a pen or an ampoule. */
export const dosageUnit = ({ spec }: Item): string | undefined =>
  ['片', '粒', '揿', '喷', '吸', '袋', '丸', '枚'].find(word => spec.includes(word))

/** Dosage units used in a day by the same arithmetic as the review rules; null when it cannot be said. */
const unitsPerDay = (rx: RxDrug, item: Item): number | null => {
  const daily = dailyDose({ rx, item })
  return 'value' in daily && daily.value > 0 ? daily.value / item.strength : null
}

/** Guards against 28.000000000000004 tablets asking for another pack. */
const SLACK = 1e-9

/** Whole packs the directions need; null when that cannot be said (PRN, a unit that does not convert). */
export const packsNeeded = (rx: RxDrug, item: Item): number | null => {
  const daily = unitsPerDay(rx, item)
  return daily === null ? null : Math.max(1, Math.ceil((daily * rx.medc_days) / item.unitsPerPack - SLACK))
}

/** Days the prescribed packs last, rounded down; null when that cannot be said. */
export const daysOfSupply = (rx: RxDrug, item: Item): number | null => {
  const daily = unitsPerDay(rx, item)
  return daily === null ? null : Math.floor((rx.drug_cnt * item.unitsPerPack) / daily + SLACK)
}

/** ` 1 片` beside a dose given by mass, so that a person sees both. */
const unitsBeside = (rx: RxDrug, item: Item | undefined): string => {
  const word = item && dosageUnit(item)
  const dose = item && doseInStrength({ rx, item })
  if (!item || !word || dose === undefined || word === rx.sin_dosunt) return ''
  return `${Math.round((dose / item.strength) * 100) / 100} ${word}`
}

/** `每次 5mg（1 片），每日 1 次，口服`. Codes without a word here are shown as they came. */
export const dosingWords = (rx: RxDrug, item: Item | undefined): Text => {
  const frequency = FREQUENCIES[rx.used_frqu_codg.toUpperCase()]
  const route = rx.medc_way_codg ? routeWords(rx.medc_way_codg) : undefined
  const units = unitsBeside(rx, item)
  const dose = `${rx.sin_doscnt}${rx.sin_dosunt}`
  const zh = [`每次 ${dose}${units && `（${units}）`}`, frequency?.zh ?? rx.used_frqu_codg, route?.zh]
  const en = [`${dose}${units && ` (${units})`}`, frequency?.en ?? rx.used_frqu_codg, route?.en]
  return { zh: zh.filter(Boolean).join('，'), en: en.filter(Boolean).join(', ') }
}
