/** What the centre answers about goods: shipment notes, recalls, lists of the sites. Times ISO 8601 UTC. */
import type { SiteList } from './messages.ts'

/**
 * GET /api/shipments: notes (送货单) of all sites, at most 300, newest first. POST /api/sites/{site}/shipments (body
 * `OrderBodies.shipment`) sends one; the same again is answered as before, another under its id 409 E_SHIPMENT_KNOWN.
 * `sent`: the site has not said that it has it · `stored`: it lies there to be put in · `closed` · `refused` with its code.
 */
export type CentralShipmentView = {
  readonly id: string
  readonly site: string
  readonly shipment: string
  readonly note: string
  /** `paper`: entered at the site, where the centre sent none. */
  readonly source: 'centre' | 'paper'
  readonly status: 'sent' | 'stored' | 'closed' | 'refused'
  readonly refused: string | null
  /** Of the centre; null: from the configuration it started with, or from paper. */
  readonly sentBy: string | null
  readonly sentAt: string | null
  /** By the site's clock. */
  readonly storedAt: string | null
  readonly closedAt: string | null
  /** A person of the site, as is whoever entered one from paper. */
  readonly closedBy: string | null
  readonly enteredBy: string | null
  readonly reason: string | null
  readonly lines: readonly {
    readonly line: number
    readonly drug: string
    readonly lot: string
    readonly expiry: string
    readonly quantity: number
    /** Put into drawers so far. */
    readonly received: number
  }[]
}

/** GET /api/replenishments: what sites ask for (R15) and nobody has sent since. */
export type ReplenishmentView = {
  readonly site: string
  readonly drug: string
  readonly quantity: number
  readonly inStock: number
  readonly par: number
  readonly at: string
}

/** Packs of a recalled lot that lie in a drawer, as the site last told; `heldAt`: when they were held back there. */
export type RecalledLot = {
  readonly drawer: string
  readonly lot: string
  readonly expiry: string
  readonly quantity: number
  readonly heldAt: string | null
}
/**
 * GET /api/recalls: newest first. POST /api/recalls (body `OrderBodies.recall`) goes to every site; with `lift` it ends one.
 * A recall stands until it is lifted, so that it also finds a lot that comes in later.
 */
export type CentralRecallView = {
  readonly recall: string
  readonly drug: string
  /** Null: every lot. */
  readonly lot: string | null
  readonly reason: string
  readonly orderedAt: string
  readonly orderedBy: string | null
  readonly lifted: { readonly at: string; readonly by: string | null; readonly reason: string } | null
  /** `sent`: false for a site that was added since. `stored`: it has the last word said on this recall. */
  readonly sites: readonly {
    readonly site: string
    readonly sent: boolean
    readonly stored: boolean
    readonly refused: string | null
    readonly lots: readonly RecalledLot[]
  }[]
}
/** GET /api/recalls/{recall}/dispensed: withdrawals that took packs of it, newest first; `more`: there are older ones too. */
export type RecallDispensedView = {
  readonly withdrawals: readonly {
    readonly site: string
    readonly rx: string
    /** Id of the prescription, where it is known here. */
    readonly prescription: string | null
    readonly at: string
    readonly lot: string
    /** Null: the scale could not tell how many. */
    readonly quantity: number | null
  }[]
  readonly more: boolean
}

export type ListName = SiteList['name']
/** One version of a list as it was sent to a site. `entries`: how many lines it has. */
export type ListVersionView = {
  readonly version: string
  readonly seq: number
  readonly sentAt: string
  readonly sentBy: string | null
  readonly stored: boolean
  readonly refused: string | null
  readonly entries: number
  /** Of an override list (R4): the days from and to which it holds. */
  readonly effective: string | null
  readonly reviewBy: string | null
}
/** GET /api/lists: every site and kind of list. `newest` null: never sent. `inForce`: the newest that the site has. */
export type SiteListView = {
  readonly site: string
  readonly name: ListName
  readonly newest: ListVersionView | null
  readonly inForce: ListVersionView | null
}
/**
 * GET /api/sites/{site}/lists/{name}: the newest as it was sent, and the versions before, newest first, at most 50.
 * POST /api/lists {sites, list} → the orders; a new version for several sites at once. 409 E_LIST_VERSION, 422 E_ORDER_INVALID.
 */
export type SiteListDetail = {
  readonly site: string
  readonly name: ListName
  readonly list: SiteList | null
  readonly versions: readonly ListVersionView[]
}
