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
