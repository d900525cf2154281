import type { CentralRecallView } from '#cloud-sync/contract/central-goods.ts'
import type { Text } from '#cloud-sync/contract/edge-api.ts'
import { daysTo, isDay } from '../parts/day.ts'

export type DraftLine = {
  readonly key: number
  drug: string
  lot: string
  expiry: string
  quantity: number | undefined
  /** One pack of this lot as it was weighed, if it was. */
  grams: number | undefined
}
export type ShipmentDraft = { site: string; note: string; lines: DraftLine[] }

let keys = 0
export const emptyLine = (drug = '', quantity?: number): DraftLine => ({
  key: ++keys,
  ...{ drug, lot: '', expiry: '', quantity, grams: undefined },
})

/** The sites say so too when it is put in (`docs/stock.md`). */
const NEAR_DAYS = 90
const MAX_PACKS = 9_999

const NEEDED: Text = { zh: '必填', en: 'needed' }
type Numbered = { readonly site: string; readonly note: string }

/** What keeps a note from being sent, by field; `0/lot` is the lot of the first line. `notes`: those there are. */
export const problemsIn = (
  draft: ShipmentDraft,
  today: string,
  notes: readonly Numbered[] = [],
): Readonly<Record<string, Text>> => {
  const problems: Record<string, Text> = {}
  if (!draft.site) problems.site = NEEDED
  if (!draft.note.trim()) problems.note = NEEDED
  else if (notes.some(({ site, note }) => site === draft.site && note === draft.note.trim()))
    problems.note = { zh: '该站点已有这个单号', en: 'the site has a note of this number' }
  draft.lines.forEach(({ drug, lot, expiry, quantity }, n) => {
    if (!drug) problems[`${n}/drug`] = NEEDED
    if (!lot.trim()) problems[`${n}/lot`] = NEEDED
    if (!expiry) problems[`${n}/expiry`] = NEEDED
    else if (!isDay(expiry)) problems[`${n}/expiry`] = { zh: '不是日期', en: 'no date' }
    else if (expiry < today) problems[`${n}/expiry`] = { zh: '已过期', en: 'expired' }
    if (!quantity || !Number.isInteger(quantity) || quantity < 1 || quantity > MAX_PACKS)
      problems[`${n}/quantity`] = { zh: `1–${MAX_PACKS} 的整数`, en: `a whole number, 1–${MAX_PACKS}` }
  })
  return problems
}

type Lot = { readonly drug: string; readonly lot: string; readonly expiry: string }
type Known = { readonly stock: readonly Lot[]; readonly recalls: readonly CentralRecallView[] }

/** What somebody should see before it goes: the site would stop, or ask, at this line. */
export const warningsOf = (line: DraftLine, today: string, { stock, recalls }: Known): readonly Text[] => {
  const warnings: Text[] = []
  const { drug, expiry } = line
  const lot = line.lot.trim()
  if (!drug || !lot) return warnings
  if (recalls.some(one => !one.lifted && one.drug === drug && (one.lot === null || one.lot === lot)))
    warnings.push({
      zh: '该批号正在召回，站点不能入柜',
      en: 'This lot is recalled: the site cannot put it in',
    })
  const other = stock.find(one => one.drug === drug && one.lot === lot && one.expiry !== expiry)
  if (other && isDay(expiry))
    warnings.push({
      zh: `站点柜内同批号的有效期是 ${other.expiry}，请核对`,
      en: `The site has this lot with expiry ${other.expiry}: please check`,
    })
  if (isDay(expiry) && expiry >= today && daysTo(expiry, today) < NEAR_DAYS)
    warnings.push({ zh: `效期不足 ${NEAR_DAYS} 天`, en: `Less than ${NEAR_DAYS} days to its expiry` })
  return warnings
}

export const toShipment = ({ note, lines }: ShipmentDraft, shipment: string) => ({
  shipment,
  note: note.trim(),
  lines: lines.map(({ drug, lot, expiry, quantity, grams }, n) => ({
    ...{ line: n + 1, drug, lot: lot.trim(), expiry, quantity },
    ...(grams ? { packGrams: grams } : {}),
  })),
})

/** Number of the next note of a day, as people write it; the id behind it is one of a kind by itself. */
export const nextNote = (today: string, notes: readonly string[]): string => {
  const numbers = notes.map(note => Number(new RegExp(`${today}-(\\d{1,4})(?!\\d)`).exec(note)?.[1] ?? 0))
  const next = Math.max(0, ...numbers) + 1
  return `${today}-${String(next).padStart(3, '0')}`
}

/** `SH-20261122-1f0c9a3e`: the day for people, the rest against a second one of that day. */
export const newId = (prefix: string, today: string): string =>
  `${prefix}-${today.replaceAll('-', '')}-${crypto.randomUUID().slice(0, 8)}`
