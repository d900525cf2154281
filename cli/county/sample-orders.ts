import { SAMPLE_FORMULARY } from '#central/formulary/sample.ts'
import type { SiteList } from '#cloud-sync/contract/messages.ts'
import { sampleDrawers } from './sample.ts'

/** What a site's order log begins with, behind keys and formulary. */
export type SampleOrder = { readonly kind: 'list' | 'shipment'; readonly body: unknown }

/** Most drugs start well above their par level; this one below, so that a proposal to fill it up can be seen. */
const SHORT = 'aspirin-ec-100'

const par = (today: string): SiteList => ({
  name: 'par',
  version: `${today}-sample`,
  levels: sampleDrawers(today).map(({ item }) => ({
    drug: item.id,
    par: item.id === SHORT ? 24 : 8,
    fillTo: item.id === SHORT ? 40 : 24,
  })),
})

/** Names or packs that are mistaken for each other: both of the first pair lie in the sample cabinet. */
const lookAlike = (today: string): SiteList => ({
  name: 'look-alike',
  version: `${today}-sample`,
  groups: [
    ['glimepiride-2', 'gliclazide-sr-30'],
    ['insulin-glargine', 'insulin-human-r', 'insulin-human-30r'],
    ['valsartan-80', 'valsartan-amlodipine-80-5'],
  ],
})

/** What an emergency may need before anybody has reviewed it: breath, heart, blood pressure. */
const override = (today: string): SiteList => {
  const year = Number(today.slice(0, 4))
  const roles = ['pharmacist', 'lead']
  return {
    name: 'override',
    version: `${today}-sample`,
    effective: today,
    reviewBy: `${year + 1}-06-30`,
    entries: [
      { drug: 'salbutamol-inhaler', maxQuantity: 1, second: false, roles },
      { drug: 'aspirin-ec-100', maxQuantity: 1, second: false, roles },
      { drug: 'clopidogrel-75', maxQuantity: 1, second: true, roles },
    ],
  }
}

/** A delivery that waits to be put in: a drug that is short, one that looks like another, one for the refrigerator. */
const shipment = (today: string): object => {
  const year = Number(today.slice(0, 4))
  const line = (at: number, drug: string, quantity: number) => {
    const item = SAMPLE_FORMULARY.find(({ id }) => id === drug)
    if (!item) throw new Error(`the sample formulary lacks ${drug}`)
    return {
      line: at,
      drug,
      lot: `${today.slice(2, 4)}9${at}`,
      expiry: `${year + 2}-0${at}-28`,
      quantity,
      packGrams: item.packGrams,
      packCv: 0.004,
    }
  }
  return {
    shipment: `SH-${today.replaceAll('-', '')}-1`,
    note: `送货单 ${today}-001`,
    lines: [line(1, SHORT, 20), line(2, 'glimepiride-2', 10), line(3, 'insulin-glargine', 6)],
  }
}

/** Lists for every site; `delivery`: a shipment is on its way to this one. */
export const sampleOrders = (today: string, { delivery }: { delivery: boolean }): readonly SampleOrder[] => [
  ...[par(today), lookAlike(today), override(today)].map(body => ({ kind: 'list' as const, body })),
  ...(delivery ? [{ kind: 'shipment' as const, body: shipment(today) }] : []),
]
