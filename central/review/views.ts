import type { Selectable } from 'kysely'
import type { ReconciliationView, RxStatus, RxView } from '#cloud-sync/contract/central-api.ts'
import type { Claims } from '#domain/authorisation/claims.ts'
import type { Prescription } from '#domain/prescription.ts'
import type { Finding, FindingResult } from '#domain/review/finding.ts'
import type { Db } from '../db/open.ts'
import type { Database } from '../db/schema.ts'
import { Refusal } from '../errors.ts'
import { toReconciliation } from '../reconciliation/views.ts'
import { siteOfId } from './post.ts'

/** More than a work list shows; older ones are found by their number. */
const PAGE = 500

type Row = Selectable<Database['prescriptions']>
type Release = Selectable<Database['releases']>

/** `expired` is not stored: nobody is there to store it at midnight. What is dispensed stays so. */
export const statusAt = ({ status, expires_at }: Pick<Row, 'status' | 'expires_at'>, now: Date): RxStatus =>
  (status === 'waiting' || status === 'released') && expires_at && now >= new Date(expires_at)
    ? 'expired'
    : (status as RxStatus)

const toDecision = ({ decided_by, decided_at, action, reason }: Row): RxView['decision'] =>
  decided_by && decided_at && (action === 'approve' || action === 'return' || action === 'revoke')
    ? { by: decided_by, at: decided_at, action, reason }
    : null

const toRelease = (release: Release | undefined): RxView['release'] =>
  release
    ? {
        jti: release.jti,
        fill: release.fill,
        order: release.order_seq,
        expiresAt: release.expires_at,
        items: (JSON.parse(release.claims) as Claims).items,
        deliveredAt: release.delivered_at,
      }
    : null

type Parts = {
  readonly findings: ReadonlyMap<string, readonly Finding[]>
  readonly releases: ReadonlyMap<string, Release>
  /** By the fill's jti. */
  readonly reconciliations: ReadonlyMap<string, ReconciliationView>
}

const partsOf = async (db: Db, rows: readonly Row[]): Promise<Parts> => {
  if (rows.length === 0) return { findings: new Map(), releases: new Map(), reconciliations: new Map() }
  const sites = [...new Set(rows.map(({ site }) => site))]
  const ids = rows.map(({ id }) => id)
  const findings = await db
    .selectFrom('findings')
    .selectAll()
    .where('site', 'in', sites)
    .where('prescription', 'in', ids)
    .orderBy('n')
    .execute()
  const releases = await db
    .selectFrom('releases')
    .selectAll()
    .where('site', 'in', sites)
    .where('prescription', 'in', ids)
    // The newest fill comes last and so stays in the map.
    .orderBy('fill')
    .execute()
  // The withdrawal that took something comes last and so stays in the map.
  const withdrawals = await db
    .selectFrom('reconciliations')
    .selectAll()
    .where('site', 'in', sites)
    .where('prescription', 'in', ids)
    .orderBy('took')
    .orderBy('at', 'desc')
    .execute()
  const byPrescription = Map.groupBy(findings, ({ prescription }) => prescription)
  return {
    findings: new Map(
      [...byPrescription].map(([id, list]) => [id, list.map(({ body }) => JSON.parse(body) as Finding)]),
    ),
    releases: new Map(releases.map(release => [release.prescription, release])),
    reconciliations: new Map(withdrawals.map(row => [row.jti, toReconciliation(row)])),
  }
}

const toViews = async (db: Db, rows: readonly Row[], now: Date): Promise<readonly RxView[]> => {
  const parts = await partsOf(db, rows)
  return rows.map(row => ({
    id: row.id,
    rx: row.rx,
    site: row.site,
    status: statusAt(row, now),
    postedAt: row.posted_at,
    postedBy: row.posted_by,
    prescription: JSON.parse(row.body) as Prescription,
    findings: parts.findings.get(row.id) ?? [],
    result: row.result as FindingResult,
    decision: toDecision(row),
    release: toRelease(parts.releases.get(row.id)),
    reconciliation: parts.reconciliations.get(parts.releases.get(row.id)?.jti ?? '') ?? null,
  }))
}

export type Filter = { readonly status?: RxStatus | undefined; readonly site?: string | undefined }

/** Newest first; those that wait oldest first, so that no page is too short for whoever has waited longest. */
export const listPrescriptions = async (
  db: Db,
  { status, site }: Filter,
  now: Date,
): Promise<readonly RxView[]> => {
  const instant = now.toISOString()
  let query = db.selectFrom('prescriptions').selectAll()
  if (site) query = query.where('site', '=', site)
  if (status === 'expired')
    query = query.where('status', 'in', ['waiting', 'released']).where('expires_at', '<=', instant)
  else if (status === 'waiting' || status === 'released')
    query = query.where('status', '=', status).where('expires_at', '>', instant)
  else if (status) query = query.where('status', '=', status)
  const order = status === 'waiting' ? 'asc' : 'desc'
  return toViews(db, await query.orderBy('posted_at', order).orderBy('id').limit(PAGE).execute(), now)
}

/** Errors: E_RX_NOT_FOUND. */
export const findPrescription = async (db: Db, id: string, now: Date): Promise<RxView> => {
  const rows = await db
    .selectFrom('prescriptions')
    .selectAll()
    .where('site', '=', siteOfId(id))
    .where('id', '=', id)
    .execute()
  const [view] = await toViews(db, rows, now)
  if (!view) throw new Refusal('E_RX_NOT_FOUND')
  return view
}
