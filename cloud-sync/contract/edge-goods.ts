/** The edge's API for drawers and for goods that come in or back (see `edge-api.ts` for what holds for all of it). */
import type { LotStatus } from '#domain/journal/events-operations.ts'
import type { Text } from './edge-api.ts'
import type { DrugName } from './edge-stock.ts'

/** GET /api/drawers. Topic `drawers`. POST /api/drawers/{id}/service {service, reason} takes one out of service or back. */
export type DrawerView = {
  readonly id: string
  readonly role: 'stock' | 'return'
  readonly position: 'open' | 'closed' | 'unknown'
  readonly service: 'in-service' | 'needs-count' | 'out-of-service'
  readonly cause: string | null
  readonly since: string | null
  readonly cold: string | null
  readonly lots: readonly (DrugName & {
    readonly lot: string
    readonly expiry: string
    readonly status: LotStatus
  })[]
}

/**
 * GET /api/shipments (open ones first). Topic `shipments`. POST /api/shipments {note, lines: [{drug, lot, expiry, quantity}]}
 * enters one from paper. POST /api/shipments/{id}/close {reason?} ends it; what is missing is reported to the centre.
 */
export type ShipmentView = {
  readonly id: string
  readonly note: string
  readonly source: 'centre' | 'paper'
  readonly receivedAt: string
  readonly closedAt: string | null
  readonly lines: readonly (DrugName & {
    readonly line: number
    readonly lot: string
    readonly expiry: string
    readonly quantity: number
    readonly received: number
    /** Where it belongs: the drawer that holds the drug, or an empty one. */
    readonly drawer: string | null
    /** Why it cannot be put in (expired), or what to heed (short-dated, look-alike: a second person). */
    readonly notes: readonly { readonly code: string; readonly text: Text; readonly blocks: boolean }[]
  })[]
}

/**
 * GET /api/returns. Topic `returns`. POST /api/returns/{id}/decide {decision: 'restock'|'waste', reason, second?} (R11). What was
 * found fit and is no longer (recalled, expired, no drawer for it) may still be decided `waste`: `decided-restock` as before,
 * `in-hand` with the witness's ticket (act `witness`), and is `wasted` by that. POST /api/returns/{id}/lost {reason} (role
 * action `return-lost`): its packs were never found again; a case opens, and the ledger lets go of them.
 */
export type ReturnView = DrugName & {
  readonly id: string
  readonly rx: string | null
  readonly lot: string
  readonly expiry: string
  readonly quantity: number
  readonly reason: string
  readonly broughtAt: string
  readonly broughtBy: string
  /** in-hand: taken out of the return place to be put back into stock (POST /api/operations restock with its id). */
  readonly status:
    | 'in-place'
    | 'decided-restock'
    | 'decided-waste'
    | 'in-hand'
    | 'restocked'
    | 'wasted'
    | 'lost'
  /** Ids of the excursions that it lay through in a cold return place: it is wasted, never put back (409 `E_RETURN_EXCURSION`). */
  readonly excursions: readonly string[]
}
