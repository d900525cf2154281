/** The edge's API for people, authority and cases (see `edge-api.ts` for what holds for all of it). */
import type { Action, Role } from '#domain/people/actions.ts'
import type { Text } from './edge-api.ts'

export type { Role } from '#domain/people/actions.ts'

/** GET /api/people, without login: who may log in here. */
export type PersonView = {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly mustChangePin: boolean
  /** Last day of licence or training, `YYYY-MM-DD`; null = not limited. */
  readonly competentUntil: string | null
  /** Too many wrong PINs: nobody gets in under this name before then; null = not locked. */
  readonly lockedUntil: string | null
}

/**
 * POST /api/login {person, pin} → LoginView. Then `Authorization: Bearer token`. POST /api/logout. A newer login of the same
 * person ends the older (401 `E_LOGIN` there). POST /api/pin {pin, newPin} → PersonView; the login goes on.
 * POST /api/people/{id}/unlock {} → PersonView: another pharmacist lifts the lock (403 `E_PERSON_SELF` for one's own).
 */
export type LoginView = {
  readonly token: string
  readonly person: PersonView
  readonly idleMinutes: number
  readonly may: readonly Action[]
}

/** GET /api/me: who is logged in and what they may do (also part of `LoginView`). */
export type MeView = { readonly person: string; readonly may: readonly Action[] }

/**
 * POST /api/login {person, pin} or {badge, pin?} → LoginView: a badge alone answers 401 `E_PIN_NEEDED` with the person's
 * name, unless the site lets badges in alone; ask for the PIN and send both. 401 `E_BADGE_UNKNOWN`.
 * POST /api/people/{id}/badge {badge | null} sets or removes a badge.
 * POST /api/second {person, pin, act} or {badge, pin?, act} → SecondView: another person than the one logged in signs for
 * one act of theirs, within two minutes, once. Who may `witness` may sign; `act` is what is signed for: `witness` (waste,
 * cases), `restock`, `break-glass`, `override`, `downtime` (keys and entries), `case-unresolvable`. 403 `E_SECOND_SELF`,
 * `E_ROLE`, `E_PIN_CHANGE`; 401 as at the login. A ticket that does not fit: 403 `E_SECOND`.
 *
 * POST /api/sessions/{session}/take-over {reason} → WithdrawalView | null: the lead goes on with somebody's session.
 */
export type SecondView = {
  readonly ticket: string
  readonly person: string
  readonly name: string
  readonly expiresAt: string
}

/**
 * GET /api/cases (open ones first). R9: no route deletes one. POST /api/cases/{id}/explain {reason, note} · /witness {second?,
 * note} (not the actor, not who explained; without `second` who is logged in is the witness) · /close {note} (after the
 * witness; not who explained) · /unresolvable {reason, note, second}. `reason`: a code of ReasonsView.case; `second` of unresolvable: act `case-unresolvable`. Each answers the
 * CaseView. 403 `E_CASE_SAME_PERSON`, 409 `E_CASE_STATUS`.
 */
export type CaseView = {
  readonly id: string
  readonly rx: string | null
  readonly session: string
  readonly drug: string
  readonly name: string
  readonly lot: string
  readonly drawer: string
  readonly expected: number
  readonly taken: number | null
  readonly openedAt: string
  readonly actor: string
  readonly status: 'open' | 'explained' | 'witnessed' | 'closed' | 'unresolvable'
  readonly steps: readonly {
    readonly step: string
    readonly actor: string
    readonly at: string
    readonly reason: string
    readonly note: string
  }[]
  /** What the person logged in may do with it now. */
  readonly actions: readonly ('explain' | 'witness' | 'close' | 'unresolvable')[]
}

/**
 * R2–R4. GET /api/override-list → OverrideListView | null: what may be taken before the review, in force. POST /api/overrides
 * {rx, patient, prescriber, items: [{drug, quantity}], reason, second?} → WithdrawalView: starts the withdrawal.
 * GET /api/overrides → OverrideView[] (open ones first); POST /api/overrides/{id}/match {note} closes one by hand (lead).
 */
export type OverrideListView = {
  readonly version: string
  readonly effective: string
  /** From the day after, it is refused (R4). */
  readonly reviewBy: string
  readonly inForce: boolean
  readonly entries: readonly {
    readonly drug: string
    readonly name: string
    readonly spec: string
    readonly unit: string
    readonly maxQuantity: number
    readonly second: boolean
    readonly available: number
  }[]
}
export type OverrideView = {
  readonly id: string
  readonly session: string
  readonly rx: string
  readonly patient: string
  readonly prescriber: string
  readonly items: readonly { readonly drug: string; readonly name: string; readonly quantity: number }[]
  readonly actor: string
  readonly second: string | null
  readonly reason: string
  readonly startedAt: string
  readonly status: 'open' | 'matched'
  readonly matchedAt: string | null
  readonly matchedBy: string | null
}

/**
 * R16. GET /api/custody → CustodyView[] (newest first). POST /api/custody/take {reason, second} takes the mechanical keys out:
 * until they are back nothing is unlocked (409 `E_DOWNTIME`). POST /api/custody/return {second}: every drawer then needs a
 * count. POST /api/custody/{id}/entries {at, rx, patient, items: [{drug, lot, drawer, quantity}], second} writes down later
 * what was handed out meanwhile.
 */
export type CustodyView = {
  readonly id: string
  readonly person: string
  readonly second: string
  readonly reason: string
  readonly takenAt: string
  readonly returnedAt: string | null
  readonly returnedBy: string | null
  readonly entries: readonly {
    readonly id: string
    readonly at: string
    readonly rx: string
    readonly patient: string
    readonly items: readonly {
      readonly drug: string
      readonly name: string
      readonly lot: string
      readonly drawer: string
      readonly quantity: number
    }[]
  }[]
}

/** Reasons to choose from: what a page offers and the API accepts (others: 400 `E_REASON`). GET /api/reasons → ReasonsView. */
export type ReasonsView = Readonly<
  Record<
    'override' | 'waste' | 'return' | 'case' | 'unreadable' | 'break-glass' | 'downtime',
    readonly { readonly code: string; readonly text: Text }[]
  >
>
