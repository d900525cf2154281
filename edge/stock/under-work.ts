import { refuse } from '../dispensing/refusals.ts'
import type { Database } from '../journal/database.ts'

/** What an operation at the cabinet is about is not decided meanwhile from another page. Errors: E_WITHDRAWAL_OPEN. */
export const assertNotUnderWork = (
  db: Pick<Database, 'get'>,
  what: 'shipment' | 'return',
  id: string,
): void => {
  const found = db.get(
    `SELECT 1 FROM sessions WHERE status <> 'finished' AND kind = 'operation'
     AND json_extract(state, '$.authority.' || ?) = ?`,
    what,
    id,
  )
  if (found) throw refuse('E_WITHDRAWAL_OPEN')
}

/** A ledger that a count of this drawer began from stays until the count has ended. Errors: E_WITHDRAWAL_OPEN. */
export const assertDrawerFree = (db: Pick<Database, 'get'>, drawer: string): void => {
  const found = db.get(
    `SELECT 1 FROM sessions WHERE status <> 'finished' AND kind = 'operation'
     AND json_extract(state, '$.drawer') = ?`,
    drawer,
  )
  if (found) throw refuse('E_WITHDRAWAL_OPEN')
}
