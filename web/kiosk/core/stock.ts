import type { StockView } from '#cloud-sync/contract/edge-api.ts'

/** Packs at or below which a drug is shown as low. The site's own par levels are not sent to the kiosk. */
const LOW_PACKS = 3
const SHANGHAI_DAY = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' })

/** `expiry` is the last usable calendar day. */
export const isExpired = ({ expiry }: StockView, nowMs: number): boolean =>
  expiry < SHANGHAI_DAY.format(nowMs)

export type DrugTotal = Pick<StockView, 'drug' | 'name' | 'unit' | 'quantity'>

/** Drugs with few packs left over all their available lots, the fewest first. */
export const lowStock = (stock: readonly StockView[]): readonly DrugTotal[] => {
  const totals = new Map<string, DrugTotal>()
  for (const { drug, name, unit, quantity, status } of stock) {
    const before = totals.get(drug)?.quantity ?? 0
    totals.set(drug, { drug, name, unit, quantity: before + (status === 'available' ? quantity : 0) })
  }
  return [...totals.values()]
    .filter(one => one.quantity <= LOW_PACKS)
    .toSorted((a, b) => a.quantity - b.quantity)
}
