import type { SummaryView } from '#cloud-sync/contract/central-api.ts'
import type { Db } from '../db/open.ts'
import { journalCounts } from '../ingest/counts.ts'

const prescriptionCounts = (db: Db, now: Date) => {
  const instant = now.toISOString()
  return db
    .selectFrom('prescriptions')
    .select(({ fn, eb }) => {
      const inDate = (status: string) =>
        fn.countAll<number>().filterWhere(eb.and([eb('status', '=', status), eb('expires_at', '>', instant)]))
      return [
        fn.countAll<number>().as('prescriptions'),
        inDate('waiting').as('waiting'),
        inDate('released').as('released'),
        fn.countAll<number>().filterWhere('status', '=', 'dispensed').as('dispensed'),
      ]
    })
    .executeTakeFirstOrThrow()
}

const withdrawalCounts = (db: Db) =>
  db
    .selectFrom('reconciliations')
    .select(({ fn }) => [
      fn.countAll<number>().filterWhere('verdict', '=', 'matched').as('matched'),
      fn.countAll<number>().filterWhere('verdict', 'in', ['discrepancy', 'unordered']).as('discrepancies'),
    ])
    .executeTakeFirstOrThrow()

const openCases = async (db: Db): Promise<number> => {
  const query = db.selectFrom('cases').select(({ fn }) => fn.countAll<number>().as('open'))
  return (await query.where('status', '!=', 'closed').executeTakeFirstOrThrow()).open
}

const openOverrides = async (db: Db): Promise<number> => {
  const query = db.selectFrom('overrides').select(({ fn }) => fn.countAll<number>().as('open'))
  return (await query.where('status', '=', 'open').executeTakeFirstOrThrow()).open
}

const excursionCount = async (db: Db): Promise<number> => {
  const query = db.selectFrom('excursions').select(({ fn }) => fn.countAll<number>().as('all'))
  return (await query.executeTakeFirstOrThrow()).all
}

/** Counts for a wall or a test. `waiting` and `released` leave out what has expired. */
export const summaryOf = async (db: Db, now: Date): Promise<SummaryView> => {
  const journal = [...(await journalCounts(db)).values()]
  return {
    ...(await prescriptionCounts(db, now)),
    ...(await withdrawalCounts(db)),
    openCases: await openCases(db),
    openOverrides: await openOverrides(db),
    events: journal.reduce((sum, { events }) => sum + events, 0),
    missing: journal.reduce((sum, { missing }) => sum + missing, 0),
    excursions: await excursionCount(db),
  }
}
