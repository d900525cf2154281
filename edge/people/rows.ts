import type { PersonView, Role } from '#cloud-sync/contract/edge-people.ts'
import { YaoguiError } from '#domain/error.ts'
import type { Database } from '../journal/database.ts'

/** A person as the table has it; `pin` is salted and hashed, `locked_until` ISO 8601 UTC. */
export type Row = {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly pin: string
  readonly must_change: number
  readonly failures: number
  readonly locked_until: string | null
  /** Salted hash of a badge's code, see `badge.ts`. */
  readonly badge: string | null
  /** Last day of licence or training, `YYYY-MM-DD`. */
  readonly competent_until: string | null
}

export const readRows = (db: Database): readonly Row[] =>
  db.all<Row>('SELECT * FROM people ORDER BY role, id')

export const saveRow = (
  db: Database,
  { id, name, role, pin, must_change, failures, locked_until, badge, competent_until }: Row,
): void =>
  db.run(
    'INSERT OR REPLACE INTO people (id, name, role, pin, must_change, failures, locked_until, badge, competent_until) VALUES (?,?,?,?,?,?,?,?,?)',
    id,
    name,
    role,
    pin,
    must_change,
    failures,
    locked_until,
    badge,
    competent_until,
  )

/** What a right PIN, or a colleague, leaves of wrong ones. */
export const UNLOCKED = { failures: 0, locked_until: null } as const

export const isLocked = ({ locked_until }: Row, now: Date): boolean =>
  locked_until !== null && locked_until > now.toISOString()

export const viewOf = (row: Row, now: Date): PersonView => ({
  id: row.id,
  name: row.name,
  role: row.role,
  mustChangePin: row.must_change === 1,
  competentUntil: row.competent_until,
  lockedUntil: isLocked(row, now) ? row.locked_until : null,
})

/** For who names another person; a wrong name at the login is `E_PERSON_UNKNOWN`. */
export const personAbsent = (): YaoguiError =>
  new YaoguiError('E_PERSON_ABSENT', {
    zh: '没有这个人员',
    en: 'there is no such person',
    wayOut: { zh: 'yaogui people list 列出全部人员', en: '`yaogui people list` names all' },
  })
