import { SAMPLE_FORMULARY } from '#central/formulary/sample.ts'
import type { Item, Lot } from '#domain/drug.ts'
import type { Role } from '#domain/people/actions.ts'

export const COUNTY = 'yunxi'
export const COUNTY_NAME = '云溪县'

export type SampleSite = {
  readonly site: string
  readonly name: string
  /** Names by person id: one of each role. */
  readonly people: Readonly<Record<Role, string>>
}

/** Two townships. The names are invented. */
export const SITES: readonly SampleSite[] = [
  {
    site: 'heping',
    name: '和平镇卫生院药房',
    people: { pharmacist: '王秀兰', lead: '何志明', assistant: '林晓燕', technician: '赵强' },
  },
  {
    site: 'qingshui',
    name: '清水乡卫生院药房',
    people: { pharmacist: '李建国', lead: '吴桂英', assistant: '周小梅', technician: '赵强' },
  },
]

export const CENTRAL_PEOPLE = [
  { id: 'chen', name: '陈静', role: 'reviewer' },
  { id: 'liu', name: '刘志远', role: 'chief' },
  { id: 'zhou', name: '周敏', role: 'prescriber' },
  { id: 'sun', name: '孙丽', role: 'clerk' },
  { id: 'his', name: '医院信息系统', role: 'system' },
] as const

/** The locked place for what patients bring back, beside the sixteen drawers of stock; empty on the first day. */
export const RETURN_DRAWER = { id: 'D17', lock: 17 } as const

/** Sixteen drawers of stock; the last one stands in the refrigerator. */
const CABINET = [
  'amlodipine-5',
  'metformin-500',
  'valsartan-80',
  'enalapril-10',
  'hydrochlorothiazide-25',
  'metoprolol-sr-47',
  'atorvastatin-20',
  'aspirin-ec-100',
  'clopidogrel-75',
  'glimepiride-2',
  'acarbose-50',
  'gliclazide-sr-30',
  'salbutamol-inhaler',
  'omeprazole-20',
  'levothyroxine-50',
  'insulin-glargine',
] as const

export const THERMOMETER = 'F1'
/** Packs of one lot differ by this much (1σ / mean). */
const PACK_CV = 0.004
const FIRST_STOCK = 20

export type SampleDrawer = {
  readonly id: string
  readonly lock: number
  readonly item: Item
  readonly lot: Lot
}

/** What lies in the cabinet on the first day. Expiry is counted from `today` (`YYYY-MM-DD`), so the sample never expires. */
export const sampleDrawers = (today: string): readonly SampleDrawer[] => {
  const items = new Map(SAMPLE_FORMULARY.map(item => [item.id, item]))
  const year = Number(today.slice(0, 4))
  return CABINET.map((drug, index) => {
    const item = items.get(drug)
    if (!item) throw new Error(`the sample formulary lacks ${drug}`)
    const id = `D${String(index + 1).padStart(2, '0')}`
    const expiry = `${year + 1 + (index % 2)}-${String((index % 12) + 1).padStart(2, '0')}-28`
    const lot: Lot = {
      drug,
      lot: `${today.slice(2, 4)}${String(100 + index * 7)}`,
      expiry,
      drawer: id,
      quantity: FIRST_STOCK,
      packGrams: item.packGrams,
      packCv: PACK_CV,
      status: 'available',
    }
    return { id, lock: index + 1, item, lot }
  })
}
