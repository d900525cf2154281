import type { CentralOverrideView, RxStatus } from '#cloud-sync/contract/central-api.ts'
import type { CountedItem, JournalEvents } from '#domain/journal/events.ts'
import type { Db } from '../db/open.ts'
import { statusAt } from '../review/views.ts'

const SHOWN = 500

const readRows = (db: Db) =>
  db
    .selectFrom('overrides')
    .leftJoin('reconciliations', join =>
      join
        .onRef('reconciliations.site', '=', 'overrides.site')
        .onRef('reconciliations.session', '=', 'overrides.session'),
    )
    .selectAll('overrides')
    .select('reconciliations.items as counted')
    .orderBy(eb => eb('overrides.status', '=', 'matched'))
    .orderBy('started_at', 'desc')
    .limit(SHOWN)
    .execute()

/** The newest prescription of a number at a site: two institutions may have given the same one. */
const prescriptionsOf = async (db: Db, numbers: readonly string[], now: Date) => {
  if (numbers.length === 0) return new Map<string, { id: string; status: RxStatus }>()
  const rows = await db
    .selectFrom('prescriptions')
    .select(['site', 'id', 'rx', 'status', 'expires_at'])
    .where('rx', 'in', numbers)
    .orderBy('posted_at')
    .execute()
  return new Map(rows.map(row => [`${row.site}/${row.rx}`, { id: row.id, status: statusAt(row, now) }]))
}

const takenOf = (counted: string | null): CentralOverrideView['taken'] => {
  const items = counted === null ? [] : (JSON.parse(counted) as readonly CountedItem[])
  if (counted === null || items.some(({ taken }) => taken === null)) return null
  const sums = new Map<string, number>()
  for (const { drug, taken } of items) sums.set(drug, (sums.get(drug) ?? 0) + (taken ?? 0))
  return [...sums].map(([drug, quantity]) => ({ drug, quantity }))
}

/** Open ones first, then the newest. */
export const listOverrides = async (db: Db, now: Date): Promise<readonly CentralOverrideView[]> => {
  const rows = await readRows(db)
  const prescriptions = await prescriptionsOf(db, [...new Set(rows.map(({ rx }) => rx))], now)
  return rows.map(row => {
    const { patient, prescriber, items, actor, second, reason } = JSON.parse(
      row.body,
    ) as JournalEvents['override.started']
    return {
      ...{ id: `${row.site}~${row.id}`, site: row.site, session: row.session, rx: row.rx },
      ...{ patient, prescriber, items, actor, second, reason },
      ...{ startedAt: row.started_at, status: row.status, accepted: row.accepted },
      ...{ matchedBy: row.matched_by, matchedAt: row.matched_at, note: row.note },
      prescription: prescriptions.get(`${row.site}/${row.rx}`) ?? null,
      taken: takenOf(row.counted),
    }
  })
}
