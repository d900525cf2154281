import type { Database } from '../journal/database.ts'
import { excursionsOf } from '../stock/excursions.ts'

type Row = { readonly id: string; readonly excursions: string | null }

/**
 * R20: what goods that wait in a cold return place go through. Each return keeps its own: another one of the same lot may
 * come in when it is over.
 */
export const createExposed = ({ db }: { readonly db: Database }) => {
  const waiting = (drug: string, lot: string): readonly Row[] =>
    db.all<Row>(
      `SELECT id, excursions FROM returns WHERE drug = ? AND lot = ? AND lost_at IS NULL
       AND status IN ('in-place', 'decided-restock', 'decided-waste')`,
      drug,
      lot,
    )
  return {
    /** For each return of this lot that lies there, the ids that it carries. */
    of: (drug: string, lot: string): readonly (readonly string[])[] =>
      waiting(drug, lot).map(({ excursions }) => excursionsOf(excursions)),
    /** Inside the transaction of the lot's record. */
    add: (drug: string, lot: string, went: readonly string[]): void => {
      for (const { id, excursions } of waiting(drug, lot)) {
        const all = [...new Set([...excursionsOf(excursions), ...went])].join(' ')
        db.run('UPDATE returns SET excursions = ? WHERE id = ?', all, id)
      }
    },
  }
}

export type Exposed = ReturnType<typeof createExposed>
