/** The edge's API for prescriptions and withdrawals (see `edge-api.ts` for what holds for all of it). */
import type { WithdrawalOutcome } from '#domain/journal/events.ts'
import type { Text } from './edge-api.ts'

/** GET /api/prescriptions → PrescriptionView[] (newest first). */
export type PrescriptionView = {
  readonly jti: string
  readonly rx: string
  readonly kind: string
  readonly fill: number
  readonly patient: { readonly name: string; readonly birthYear: number | null }
  readonly prescriber: string
  readonly receivedAt: string
  readonly validFrom: string
  readonly expiresAt: string
  readonly status: 'waiting' | 'in-progress' | 'dispensed' | 'revoked' | 'expired' | 'review'
  readonly items: readonly {
    readonly drug: string
    readonly name: string
    readonly spec: string
    readonly quantity: number
    readonly unit: string
    readonly dosing: string
    readonly drawer: string | null
    readonly inStock: number
  }[]
}

export type StepStatus =
  | 'waiting'
  | 'unlocking'
  | 'open'
  | 'weighing'
  | 'over'
  | 'under'
  | 'unknown-object'
  | 'count'
  /** The right number by weight, but the scanner says another. */
  | 'scan-count'
  | 'done'
  | 'failed'

export type StepView = {
  readonly step: number
  readonly drawer: string
  readonly drug: string
  readonly name: string
  readonly spec: string
  readonly unit: string
  readonly lot: string
  readonly expiry: string
  readonly expected: number
  /** Packs taken so far (judged with the drawer closed); null = unknown object or not yet. */
  readonly taken: number | null
  /** Packs scanned so far. */
  readonly scanned: number
  /** Every pack of it must be scanned. */
  readonly scanRequired: boolean
  readonly status: StepStatus
}

/**
 * GET /api/withdrawals/current → WithdrawalView | null. POST /api/withdrawals {jti} or {token} (a compact JWS, or the
 * `RX1:` text of a slip) starts one; with `partial: reason` it takes what is there when the stock is short (409 `E_STOCK_SHORT`,
 * `E_DRAWER_SERVICE` without it). `actions` are the only ones the kiosk may offer now, each POST /api/withdrawals/{session}/{action}:
 * - `unlock` {} unlock the current step's drawer
 * - `put-back` {} unlock it again to put back or take the rest
 * - `accept` {reason} keep the difference: over/unknown → discrepancy case, under → partial
 * - `cancel` {reason} before anything was taken
 * - `review` {note, taken: {[step]: number}} a person closes an interrupted withdrawal
 */
export type WithdrawalAction = 'unlock' | 'put-back' | 'accept' | 'cancel' | 'review'

export type WithdrawalView = {
  readonly session: string
  readonly jti: string
  readonly rx: string
  readonly patient: string
  readonly actor: string
  readonly startedAt: string
  readonly status: 'running' | 'review' | 'finished'
  readonly outcome: WithdrawalOutcome | null
  readonly steps: readonly StepView[]
  /** Index of the current step. */
  readonly current: number
  /** Live estimate while a drawer is open: packs out by the scale now (not binding). */
  readonly live: { readonly grams: number; readonly stable: boolean; readonly estimate: number } | null
  readonly actions: readonly WithdrawalAction[]
  /** One line that says what to do now. */
  readonly message: Text & { readonly code: string; readonly level: 'info' | 'ok' | 'warning' | 'error' }
}
