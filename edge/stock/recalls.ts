import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'

export type Recall = {
  readonly id: string
  readonly drug: string
  /** Null: every lot of the drug. */
  readonly lot: string | null
  readonly reason: string
}

/** R14: what the centre recalled. The list is kept, so that it also finds a lot that comes in later. */
export const createRecalls = ({ db, clock }: { readonly db: Database; readonly clock: EdgeClock }) => ({
  /** The recall in force that covers a lot, if any. */
  covering: (drug: string, lot: string): Recall | undefined =>
    db.get<Recall>(
      `SELECT id, drug, lot, reason FROM recalls
       WHERE lifted_at IS NULL AND drug = ? AND (lot IS NULL OR lot = ?) ORDER BY id LIMIT 1`,
      drug,
      lot,
    ),
  /** Inside the transaction of the order. A recall that was lifted may come again. */
  put: ({ id, drug, lot, reason }: Recall): void =>
    db.run(
      'INSERT OR REPLACE INTO recalls (id, drug, lot, reason, received_at) VALUES (?,?,?,?,?)',
      id,
      drug,
      lot,
      reason,
      clock.now().toISOString(),
    ),
  /** Inside the transaction of the order. */
  lift: (id: string): void =>
    db.run('UPDATE recalls SET lifted_at = ? WHERE id = ?', clock.now().toISOString(), id),
})

export type Recalls = ReturnType<typeof createRecalls>
