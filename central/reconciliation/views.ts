import type { Selectable } from 'kysely'
import type { CentralCaseView, ReconciliationView } from '#cloud-sync/contract/central-api.ts'
import type { CountedItem, WithdrawalOutcome } from '#domain/journal/events.ts'
import type { Db } from '../db/open.ts'
import type { CaseTable, ReconciliationTable } from '../db/schema-views.ts'
import { Refusal } from '../errors.ts'

const PAGE = 500

type Differences = ReconciliationView['differences']

export const toReconciliation = (row: Selectable<ReconciliationTable>): ReconciliationView => ({
  site: row.site,
  session: row.session,
  jti: row.jti,
  rx: row.rx,
  verdict: row.verdict,
  outcome: row.outcome as WithdrawalOutcome,
  actor: row.actor,
  at: row.at,
  items: JSON.parse(row.items) as readonly CountedItem[],
  differences: JSON.parse(row.differences) as Differences,
  reviewed: row.reviewed,
})

/** Newest first. */
export const listReconciliations = async (db: Db): Promise<readonly ReconciliationView[]> => {
  const rows = await db.selectFrom('reconciliations').selectAll().orderBy('at', 'desc').limit(PAGE).execute()
  return rows.map(toReconciliation)
}

type Notes = ReadonlyMap<string, CentralCaseView['notes']>

const notesOf = async (db: Db, ids: readonly string[]): Promise<Notes> => {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('case_notes')
    .selectAll()
    .where('case_id', 'in', ids)
    .orderBy('n')
    .execute()
  const byCase = Map.groupBy(rows, ({ case_id }) => case_id)
  return new Map([...byCase].map(([id, notes]) => [id, notes.map(({ by, at, note }) => ({ by, at, note }))]))
}

const toCase = (row: Selectable<CaseTable>, notes: Notes): CentralCaseView => ({
  id: row.id,
  site: row.site,
  rx: row.rx,
  status: row.status,
  openedAt: row.opened_at,
  verdict: row.verdict,
  differences: JSON.parse(row.differences) as Differences,
  notes: notes.get(row.id) ?? [],
})

/** Newest first. */
export const listCases = async (db: Db): Promise<readonly CentralCaseView[]> => {
  const rows = await db.selectFrom('cases').selectAll().orderBy('opened_at', 'desc').limit(PAGE).execute()
  const notes = await notesOf(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map(row => toCase(row, notes))
}

/** Errors: E_CASE_NOT_FOUND. */
export const findCase = async (db: Db, id: string): Promise<CentralCaseView> => {
  const site = id.split('~', 1)[0] ?? ''
  const row = await db
    .selectFrom('cases')
    .selectAll()
    .where('site', '=', site)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw new Refusal('E_CASE_NOT_FOUND')
  return toCase(row, await notesOf(db, [id]))
}
