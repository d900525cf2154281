/** The edge's API for the work around withdrawals (see `edge-api.ts` for what holds for all of it). */
import type { Authority, CountCause } from '#domain/authority.ts'
import type { OperationKind, OperationOutcome } from '#domain/journal/events-operations.ts'
import type { Text } from './edge-api.ts'
import type { DrugName } from './edge-stock.ts'

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
