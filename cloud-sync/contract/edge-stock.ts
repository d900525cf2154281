/** The edge's API for the stock: what may be picked of it, and what is missing (see `edge-api.ts` for what holds for all of it). */
import type { ExcursionFigures, LotStatus } from '#domain/journal/events-operations.ts'

/** The drug of a line, in the words of the formulary. */
export type DrugName = {
  readonly drug: string
  readonly name: string
  readonly spec: string
  readonly unit: string
}

/** GET /api/stock. */
export type StockView = {
  readonly drug: string
  readonly name: string
  readonly spec: string
  readonly unit: string
  readonly lot: string
  readonly expiry: string
  readonly drawer: string
  readonly quantity: number
  readonly status: string
}

/**
 * R8: while a drawer is counted blind, no page tells what lies there: its lots and figures are left out of `/api/stock`,
 * `/api/stock/state`, `/api/stock/quarantine`, `/api/stock/ledger`, `/api/drugs`, `/api/prescriptions` and `/api/override-list`
 * until the first figure is entered, and `/api/journal` withholds the data of records that name it: `{withheld: 'E_COUNT_BLIND'}`.
 *
 * GET /api/stock/state: one row a drug. Topic `stock`. POST /api/stock/lots/status {drug, lot, drawer, status:
 * 'available'|'quarantined', reason} (R20: of a release, see below).
 */
export type DrugStockView = DrugName & {
  /** Packs that may be picked now. */
  readonly available: number
  /** Of them promised to orders that wait. */
  readonly reserved: number
  readonly quarantined: number
  readonly expired: number
  readonly par: number | null
  readonly proposed: { readonly quantity: number; readonly at: string } | null
  /** Lots that expire within the configured days, soonest first. */
  readonly nearExpiry: readonly {
    readonly lot: string
    readonly drawer: string
    readonly expiry: string
    readonly quantity: number
  }[]
  readonly state: 'ok' | 'below-par' | 'out'
}

/**
 * GET /api/stock/quarantine: lots that hold packs and may not be picked, with what they went through (R20). Topic `stock`.
 * A release (POST /api/stock/lots/status, role action `release-lot`) after an excursion names what the manufacturer allows as
 * `stability: {minutes, maxCelsius, minCelsius?, mkt?}`; what was seen goes into the record beside it. Where the figures do not
 * cover all of it together (cold wants `minCelsius`): 409 `E_LOT_STABILITY`, unless `exception: 'centre-release'`, the central
 * pharmacy's written word. While the excursion lasts: 409 `E_EXCURSION_OPEN`; a recall only the centre lifts: 409
 * `E_LOT_RECALLED`. Waste (POST /api/operations) takes lots of any status.
 */
export type QuarantineView = DrugName & {
  readonly lot: string
  readonly drawer: string
  readonly expiry: string
  readonly quantity: number
  readonly status: 'quarantined' | 'recalled'
  /** `excursion`, `recall`, or a person's reason. */
  readonly cause: string | null
  /** Ids of excursions, separated by spaces, or of the recall. */
  readonly ref: string | null
  /**
   * What it went through here, oldest first, excursions that it was released after included: what goods bear adds up.
   * Minutes out of range, °C; `mkt` mean kinetic temperature while it was too warm. Where minutes add up, those before that
   * counted for the alarm are among its minutes and extremes.
   */
  readonly excursions: readonly (ExcursionFigures & {
    readonly thermometer: string
    readonly side: 'cold' | 'hot'
    readonly start: string
    /** Null: it lasts. */
    readonly end: string | null
  })[]
}

/** GET /api/stock/ledger: does the table of lots equal what the journal's movements add up to? */
export type LedgerCheckView = {
  readonly balanced: boolean
  readonly upTo: number
  /**
   * The ledger begins with a balance carried over in this record, since the ones before are not here (retention, or a
   * damaged journal): 0 = with nothing, at the first record; null = nobody can say, and `balanced` is false.
   */
  readonly startsAfter: number | null
  readonly differences: readonly {
    readonly drug: string
    readonly lot: string
    readonly drawer: string
    readonly ledger: number
    readonly journal: number
  }[]
}

/**
 * GET /api/drugs?q=&strength= → FoundDrugView[] (R5): a search outside the orders. `q`: five letters of the pinyin initials, or
 * three and the strength (`5mg`, `0.5g`); 400 E_SEARCH_SHORT otherwise.
 */
export type FoundDrugView = DrugName & {
  readonly available: number
  readonly lots: readonly {
    readonly lot: string
    readonly expiry: string
    readonly drawer: string
    readonly quantity: number
    readonly status: LotStatus
  }[]
}
