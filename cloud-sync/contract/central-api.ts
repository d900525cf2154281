/** What the centre's HTTP API answers to the console and to other systems. Times ISO 8601 UTC. Errors: `ApiError` of edge-api. */
import type { AuthorisedItem } from '#domain/authorisation/claims.ts'
import type { Item } from '#domain/drug.ts'
import type { CountedItem, WithdrawalOutcome } from '#domain/journal/events.ts'
import type { Prescription } from '#domain/prescription.ts'
import type { Verdict } from '#domain/reconcile.ts'
import type { Text } from './edge-api.ts'
import type { ColdEventView } from './edge-cold-chain.ts'

export type CentralRole =
  | 'prescriber'
  | 'reviewer'
  | 'chief'
  | 'clerk'
  | 'technician'
  | 'supervisor'
  | 'system'
/** POST /api/login {user, pin} → CentralLogin; then `Authorization: Bearer token`. POST /api/pin {pin, newPin}. GET /api/people (no login): id, name, role. */
export type CentralPerson = {
  readonly id: string
  readonly name: string
  readonly role: CentralRole
  readonly mustChangePin: boolean
}
export type CentralLogin = { readonly token: string; readonly person: CentralPerson }

export type FindingResult = 'PASS' | 'WARN' | 'REQUIRE_OVERRIDE' | 'BLOCK' | 'UNAVAILABLE'
/** One rule's word on a prescription. `missing` names the facts that were not there (UNAVAILABLE). */
export type Finding = {
  readonly rule: string
  readonly version: string
  readonly result: FindingResult
  /** Official 处方点评 code, e.g. 2-5. */
  readonly reason: string
  readonly text: Text
  readonly evidence: string
  readonly drugs: readonly string[]
  readonly missing?: readonly string[]
}

export type RxStatus = 'waiting' | 'returned' | 'released' | 'dispensed' | 'revoked' | 'expired'
/** POST /api/prescriptions (body Prescription) → 201 RxView · 409 E_RX_DUPLICATE · 422 E_RX_INVALID with problems. GET /api/prescriptions?status=&site= → RxView[], at most 500, newest first, waiting ones oldest first · GET /api/prescriptions/{id}. */
export type RxView = {
  readonly id: string
  readonly rx: string
  readonly site: string
  readonly status: RxStatus
  readonly postedAt: string
  readonly postedBy: string
  readonly prescription: Prescription
  readonly findings: readonly Finding[]
  /** Worst result: BLOCK > REQUIRE_OVERRIDE > UNAVAILABLE > WARN > PASS. */
  readonly result: FindingResult
  readonly decision: {
    readonly by: string
    readonly at: string
    readonly action: 'approve' | 'return' | 'revoke'
    readonly reason: string | null
  } | null
  /** The newest fill. */
  readonly release: {
    readonly jti: string
    readonly fill: number
    readonly order: number
    readonly expiresAt: string
    readonly items: readonly AuthorisedItem[]
    readonly deliveredAt: string | null
  } | null
  readonly reconciliation: ReconciliationView | null
}
/**
 * POST /api/prescriptions/{id}/approve {reason?} (needs a reason unless the result is PASS or WARN; BLOCK cannot be approved)
 * POST /api/prescriptions/{id}/return {reason} · POST /api/prescriptions/{id}/revoke {reason}. Roles reviewer and chief; nobody approves what he posted.
 * POST /api/prescriptions/{id}/refill {} releases the next fill (续方): 409 E_RX_REFILL_EARLY, E_RX_REFILL_MAX.
 */

/** GET /api/reconciliations: every withdrawal against its order (对账), newest first. */
export type ReconciliationView = {
  readonly site: string
  readonly session: string
  readonly jti: string
  readonly rx: string
  readonly verdict: Verdict
  readonly outcome: WithdrawalOutcome
  readonly actor: string
  readonly at: string
  readonly items: readonly CountedItem[]
  readonly differences: readonly {
    readonly drug: string
    readonly ordered: number
    readonly taken: number | null
  }[]
  /** Closed by a person after an interruption. */
  readonly reviewed: boolean
}
/** GET /api/cases: discrepancies with owner and clock. POST /api/cases/{id}/explain {note} · /close {note} (another person). */
export type CentralCaseView = {
  readonly id: string
  readonly site: string
  readonly rx: string
  readonly status: 'open' | 'explained' | 'closed'
  readonly openedAt: string
  readonly verdict: Verdict
  readonly differences: ReconciliationView['differences']
  readonly notes: readonly { readonly by: string; readonly at: string; readonly note: string }[]
}

/**
 * GET /api/overrides: what was taken at a site before its review (R2, R3), open ones first. Matched by itself when its
 * prescription is approved; POST /api/overrides/{id}/match {note, accepted?} → the same list, where no release will come:
 * `accepted` false says that it should not have been taken.
 * `ordered`: the site has been told; `matched`: it says so.
 */
export type CentralOverrideView = {
  readonly id: string
  readonly site: string
  readonly session: string
  readonly rx: string
  readonly patient: string
  readonly prescriber: string
  readonly items: readonly { readonly drug: string; readonly quantity: number }[]
  /** People of the site. */
  readonly actor: string
  readonly second: string | null
  readonly reason: string
  readonly startedAt: string
  readonly status: 'open' | 'ordered' | 'matched'
  readonly matchedBy: string | null
  readonly matchedAt: string | null
  readonly note: string | null
  /** Null: matched before this was asked, or at the site alone. */
  readonly accepted: boolean | null
  /** Of that number at that site, if one was posted. */
  readonly prescription: { readonly id: string; readonly status: RxStatus } | null
  /** What left the drawers; null while the withdrawal is not ended, or what was counted is not known. */
  readonly taken: readonly { readonly drug: string; readonly quantity: number }[] | null
}

/** GET /api/sites: the wall. */
export type SiteStatusView = {
  readonly site: string
  readonly name: string
  readonly online: boolean
  readonly seenAt: string | null
  readonly kioskUrl: string | null
  readonly epoch: number | null
  /** Journal records stored of this site, the highest sequence number, and how many are missing below it. */
  readonly events: number
  readonly head: number
  readonly missing: number
  readonly chainOk: boolean
  readonly orders: { readonly head: number; readonly committed: number }
  readonly thermometers: readonly {
    readonly id: string
    readonly name: string
    readonly celsius: number | null
    readonly low: number
    readonly high: number
    /** Sides on which the limit itself is out. */
    readonly atLimitOut?: readonly ('cold' | 'hot')[]
    readonly at: string | null
  }[]
  readonly stock: readonly {
    readonly drug: string
    readonly name: string
    readonly lot: string
    readonly expiry: string
    readonly drawer: string
    readonly quantity: number
  }[]
  readonly openAlarms: number
}
/** GET /api/excursions: 超温事件 of all sites, newest first. `end` null = going on. `replay` = from a replayed logger file, not a measurement. */
export type ExcursionView = {
  readonly site: string
  readonly id: string
  readonly thermometer: string
  readonly side: 'cold' | 'hot'
  readonly start: string
  readonly alarmAt: string
  readonly end: string | null
  readonly min: number | null
  readonly max: number | null
  readonly minutes: number | null
  readonly limit: number
  readonly source: 'sensor' | 'replay'
}
/** GET /api/temperatures?site=&thermometer=&from=&to= : buckets [ms, min, max] of official records. */
export type TemperatureSeries = {
  readonly low: number
  readonly high: number
  readonly points: readonly (readonly [number, number, number])[]
}
/**
 * GET /api/cold-chain/{site}/{thermometer}/series?from&to&points → ColdSeriesView of `edge-cold-chain.ts`, here from the
 * official records. GET /api/cold-chain/{site}/{thermometer}/events?from&to → ColdEventList: every excursion of the window,
 * and the newest of what else happened. Before `omittedBefore` there was more than is listed; null: this is all.
 */
export type ColdEventList = {
  readonly events: readonly ColdEventView[]
  readonly omittedBefore: string | null
}
/**
 * GET /api/alarms. POST /api/alarms/{site}/{id}/acknowledge {reason} → CentralAlarmView: only what the centre raised.
 * `reason`: why it was acknowledged; null for a site's alarm. `checked`: a finding that no later event would end, closed
 * by a person's word that it was looked into.
 */
export type CentralAlarmView = {
  readonly site: string
  readonly id: string
  readonly kind: string
  readonly level: string
  readonly text: Text
  readonly raisedBy: 'centre' | 'site'
  readonly raisedAt: string
  readonly clearedAt: string | null
  readonly checked: boolean
  readonly acknowledgedBy: string | null
  readonly acknowledgedAt: string | null
  readonly reason: string | null
}
/** GET /api/formulary */
export type FormularyView = { readonly version: string; readonly items: readonly Item[] }
/** GET /api/summary: counts for a wall or a test. */
export type SummaryView = {
  readonly prescriptions: number
  readonly waiting: number
  readonly released: number
  readonly dispensed: number
  readonly matched: number
  readonly discrepancies: number
  readonly openCases: number
  /** Taken before the review, and not yet looked at by a reviewer. */
  readonly openOverrides: number
  readonly events: number
  readonly missing: number
  readonly excursions: number
}
/** GET /api/stream?token=… (server-sent events): `event: changed`, data `{topics: CentralTopic[]}`. */
export type CentralTopic =
  | 'prescriptions'
  | 'reconciliations'
  | 'cases'
  | 'sites'
  | 'excursions'
  | 'alarms'
  | 'goods'
