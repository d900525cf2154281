import type { Authority } from '#domain/authority.ts'
import type { UnitWeight } from '#domain/counting.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import type { Action } from '#domain/people/actions.ts'
import type { EdgeClock } from '../clock.ts'
import type { EdgeHardware } from '../hardware.ts'
import type { Returns } from '../returns/returns.ts'
import type { CheckPack } from '../scanning/check-pack.ts'
import type { Heed } from '../shipments/heed.ts'
import type { Shipments } from '../shipments/shipments.ts'
import type { Stock } from '../stock/stock.ts'
import type { Service } from './service.ts'
import type { Line } from './state.ts'

export type PlanParts = {
  readonly clock: EdgeClock
  readonly hardware: Pick<EdgeHardware, 'drawers'>
  readonly stock: Stock
  readonly service: Pick<Service, 'of'>
  readonly shipments: Pick<Shipments, 'admit'>
  readonly returns: Pick<Returns, 'find'>
  readonly heed: Pick<Heed, 'notes' | 'needsSecond'>
  readonly checkPack: CheckPack
  /** Who signed; uses the ticket up. Errors: E_SECOND. */
  readonly redeem: (ticket: string | undefined, use: { act: Action; actor: string; since?: number }) => string
}
export type By = { readonly session: string; readonly actor: string }

/** What a request comes to, all of it checked. */
export type Draft = {
  readonly authority: Authority
  readonly drawer: string
  readonly lines: readonly Line[]
  readonly witnessed?: boolean
  readonly witness?: string | null
  readonly why?: string | null
  /** Written with the start, before it. */
  readonly events?: readonly NewEvent[]
}

/** The unit weight belongs to a lot, in whichever drawer it lies. */
const packOf = (stock: Stock, drug: string, lot: string, drawer: string): UnitWeight | null => {
  const known = stock.lot(drug, lot, drawer) ?? stock.lots(drug).find(one => one.lot === lot)
  return known ? { grams: known.packGrams, cv: known.packCv, reference: known.reference } : null
}

type Goods = {
  readonly drug: string
  readonly lot: string
  readonly expiry: string
  readonly drawer: string
  readonly promised: number
  readonly pack?: UnitWeight | null
}

export const lineWith = ({ stock }: PlanParts, { drawer, pack, ...goods }: Goods): Line => {
  const { drug, lot } = goods
  return {
    ...goods,
    ledger: stock.lot(drug, lot, drawer)?.quantity ?? 0,
    pack: packOf(stock, drug, lot, drawer) ?? pack ?? null,
    nominal: stock.item(drug).packGrams ?? null,
    entered: null,
  }
}
