import type { Claims } from '#domain/authorisation/claims.ts'
import { type RefusalCode, refusal } from '#domain/authorisation/refusal.ts'
import type { AuthorisationStatus, Authorisations } from '../authorisation/authorisations.ts'
import type { Database } from '../journal/database.ts'
import { refuseScan } from './refusals.ts'

type Options = {
  readonly db: Pick<Database, 'all'>
  readonly authorisations: { readonly time: Pick<Authorisations['time'], 'now'> }
}

type Row = { readonly status: AuthorisationStatus; readonly claims: string }

/** What a person can go on with: one that is worked on before one that waits. */
const OPEN: readonly AuthorisationStatus[] = ['in-progress', 'review', 'waiting']
const personOf = ({ patient }: Claims): string => `${patient.name} ${patient.birthYear ?? ''}`

/**
 * The order that our own printed slip (`YGP:` and the prescription's number) speaks of: a way to find it, no authorisation.
 * Of several fills the one that is worked on, else the next. Errors: E_RX_UNKNOWN not here; E_RX_USED, E_RX_REVOKED,
 * E_RX_EXPIRED nothing of it is left to dispense; E_SCAN_SEVERAL patients have this number.
 */
export const createOwnSlips = ({ db, authorisations }: Options) => {
  const closed = (statuses: readonly AuthorisationStatus[]): RefusalCode => {
    if (statuses.length === 0) return 'E_RX_UNKNOWN'
    if (statuses.includes('waiting')) return 'E_RX_EXPIRED'
    return statuses.includes('dispensed') ? 'E_RX_USED' : 'E_RX_REVOKED'
  }
  return (rx: string): Claims => {
    const now = authorisations.time.now().getTime() / 1_000
    const known = db
      .all<Row>('SELECT status, claims FROM authorisations WHERE rx = ?', rx)
      .map(({ status, claims }) => ({ status, claims: JSON.parse(claims) as Claims }))
    const open = known
      .filter(({ status, claims }) => OPEN.includes(status) && (status !== 'waiting' || claims.exp > now))
      .sort((a, b) => OPEN.indexOf(a.status) - OPEN.indexOf(b.status) || a.claims.fill - b.claims.fill)
    const [first] = open
    if (!first) throw refusal(closed(known.map(({ status }) => status)))
    if (open.some(({ claims }) => personOf(claims) !== personOf(first.claims)))
      throw refuseScan('E_SCAN_SEVERAL')
    return first.claims
  }
}

export type FindOwnSlip = ReturnType<typeof createOwnSlips>
