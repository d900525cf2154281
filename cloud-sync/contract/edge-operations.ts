/**
 * The edge's API for the work around withdrawals (see `edge-api.ts` for what holds for all of it). Every route but where it
 * says so wants a login; what may be done is by role (`MeView.may`), 403 `E_ROLE` otherwise.
 */
import type { Authority, CountCause } from '#domain/authority.ts'
import type {
  ExcursionFigures,
  LotStatus,
  OperationKind,
  OperationOutcome,
} from '#domain/journal/events-operations.ts'
import type { Text } from './edge-api.ts'

/** The drug of a line, in the words of the formulary. */
type DrugName = { readonly drug: string; readonly name: string; readonly spec: string; readonly unit: string }

/** As it stands on the pack; `expiry` `YYYY-MM-DD`. */
type Printed = { readonly lot?: string; readonly expiry?: string }

/**
 * POST /api/operations with one of these → OperationView; it journals the start and unlocks the drawer. 409 codes name what
 * forbids it (E_WITHDRAWAL_OPEN, E_DRAWER_OPEN, E_DRAWER_SERVICE, E_SECOND, E_LOT_EXPIRED, E_WRONG_DRAWER, E_WRONG_PACK …).
 * `second`: ticket of a second person (`SecondView`).
 */
export type OperationRequest =
  /**
   * R12: `pack` and `drawerScan` are the scanned texts of a pack and of the drawer's label (`YGD:<drawer>`); without a
   * readable pack: `bypass` with a reason, counted per user (R13), and for look-alikes `second`. What the pack's code does
   * not say (`ScanView.lot`, `expiry` null) a person reads off it: `printed`, or `second` signs for it; 409 `E_PACK_READ`.
   */
  | {
      readonly kind: 'restock'
      readonly shipment: string
      readonly line: number
      readonly drawer: string
      readonly quantity: number
      readonly pack?: string
      readonly drawerScan?: string
      readonly bypass?: string
      readonly printed?: Printed
      readonly second?: string
    }
  /** R11: what a pharmacist has checked and taken out of the return place (`in-hand`) goes back into stock, all of it. */
  | {
      readonly kind: 'restock'
      readonly return: string
      readonly drawer: string
      readonly pack?: string
      readonly drawerScan?: string
      readonly bypass?: string
      readonly printed?: Printed
      readonly second?: string
    }
  | { readonly kind: 'count'; readonly drawer: string; readonly cause?: CountCause }
  /** R11: into the return place. `lot` and `expiry` as printed on the pack, or `pack` as scanned. */
  | {
      readonly kind: 'return'
      readonly drug: string
      readonly lot: string
      readonly expiry: string
      readonly quantity: number
      readonly rx?: string
      readonly pack?: string
      readonly reason: string
    }
  /** R11: takes a checked return out of the return place; `decision` was journaled before (POST /api/returns/{id}/decide). */
  | { readonly kind: 'return-check'; readonly return: string }
  /** R10: quantity first; the witness signs at the end. From any drawer, lots of any status. */
  | {
      readonly kind: 'waste'
      readonly drug: string
      readonly lot: string
      readonly drawer: string
      readonly quantity: number
      readonly reason: string
    }
  | { readonly kind: 'test'; readonly drawer: string }
  | {
      readonly kind: 'break-glass'
      readonly drawer: string
      readonly reason: string
      readonly second: string
    }

export type OperationPhase =
  | 'idle'
  | 'unlocking'
  | 'open'
  | 'weighing'
  /** The person enters what is there (R8: before the expected figure is shown), or what was moved. */
  | 'entry'
  /** Entered and measured differ: put right, recount, or keep the difference with a reason. */
  | 'judged'
  /** The witness signs (R10). */
  | 'witness'
  | 'failed'
  | 'review'
  | 'finished'

/**
 * Each is POST /api/operations/{session}/{action} → OperationView:
 * - `unlock` {} opens the drawer (again, after a failure)
 * - `reopen` {} opens it once more to put right, to count again, or, for want of a witness, to put back
 * - `enter` {lines: [{drug, lot, quantity}]} the person's figures. What a count finds and nobody can read the lot of is one
 *   more line a drug, `lot: '批号不明'` (`domain/unnamed-lot.ts`): a difference, and quarantined; 409 `E_DRUG_UNKNOWN`
 * - `witness` {second} the witness's ticket (act `witness`)
 * - `accept` {reason} keeps the difference: a case opens
 * - `cancel` {reason} while nothing has moved
 * - `review` {note, lines: [{drug, lot, quantity}]} a person closes what was interrupted
 */
export type OperationAction = 'unlock' | 'reopen' | 'enter' | 'witness' | 'accept' | 'cancel' | 'review'

export type OperationLine = DrugName & {
  readonly lot: string
  readonly expiry: string
  /** Packs the ledger or the note expects; null while the count is blind (R8). */
  readonly expected: number | null
  readonly entered: number | null
  /** What the scale says moved in (positive) or out; null = it cannot say, or not yet. */
  readonly measured: number | null
}

/**
 * GET /api/operations/current → OperationView | null. Topic `operation`. Whoever did not start a session, of either kind, takes
 * it over before they act in it: POST /api/sessions/{session}/take-over {reason} → {} (action `take-over`, 409 `E_OTHER_PERSON`
 * for an act without).
 */
export type OperationView = {
  readonly session: string
  readonly kind: OperationKind
  readonly authority: Authority
  readonly actor: string
  readonly startedAt: string
  readonly drawer: string
  readonly status: 'running' | 'review' | 'finished'
  readonly outcome: OperationOutcome | null
  readonly phase: OperationPhase
  readonly lines: readonly OperationLine[]
  /** Attempts at a blind count so far. */
  readonly attempt: number
  readonly live: { readonly grams: number; readonly stable: boolean; readonly estimate: number | null } | null
  readonly actions: readonly OperationAction[]
  /** One line that says what to do now. */
  readonly message: Text & { readonly code: string; readonly level: 'info' | 'ok' | 'warning' | 'error' }
}

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
 * POST /api/scan {text} → ScanView; what a scanner at the cabinet reads reaches the kiosk as `event: scan` with the same
 * data. Not understood: kind `refused` with its code (journaled, nothing lost).
 */
export type ScanView =
  | { readonly kind: 'prescription'; readonly jti: string; readonly rx: string }
  | { readonly kind: 'drawer'; readonly drawer: string }
  | {
      readonly kind: 'pack'
      readonly text: string
      readonly drug: string | null
      readonly name: string | null
      readonly lot: string | null
      readonly expiry: string | null
      readonly serial: string | null
      /** The code left this cabinet before and was not reversed. */
      readonly used: boolean
    }
  /**
   * `person`: null = nobody's badge yet. `badge`: what to hand on to POST /api/login, /api/second or /api/people/{id}/badge as
   * `badge`, for two minutes; it is not what stands on the badge.
   */
  | { readonly kind: 'badge'; readonly person: string | null; readonly badge: string }
  | { readonly kind: 'refused'; readonly code: string; readonly text: Text; readonly wayOut?: Text }

/**
 * GET /api/badges/stream, without login (server-sent events): `event: scan`, data the ScanView of a badge held before the
 * cabinet's scanner while nobody is logged in. Nothing else is heard then; it is journaled (E_SCAN_LOGIN).
 */

/**
 * POST /api/withdrawals/{session}/scan {text} → WithdrawalView: a pack for the current step, drawer open or closed and judged.
 * E_WRONG_PACK (with both names), E_WRONG_LOT, E_CODE_USED, E_CODE_TWICE, E_CODE_LEVEL, E_CODE_UNKNOWN, E_CODE_NO_TRACE,
 * E_SCAN_STEP. POST …/unscan {text}: this pack goes back into the drawer. What scale and scanner do not agree on is judged
 * with the message code `scan-count`. POST …/scan/bypass {reason, second?}: its code cannot be read; counted per person (R13).
 * POST /api/returns/{id}/reverse {text} → ScanView: a checked return's pack (R11), whose trace code may leave again from now on:
 * E_RETURN_STATUS, E_RETURN_DONE (as many as came back are reversed), E_CODE_NOT_USED.
 */

/** GET /api/scan/bypasses?days=90 (R13): work without a scan, most frequent first. */
export type BypassView = {
  readonly person: string
  readonly count: number
  readonly witnessed: number
  readonly last: string
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
