/** The edge's API for what is scanned (see `edge-api.ts` for what holds for all of it). */
import type { Text } from './edge-api.ts'

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
