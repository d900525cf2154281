import type { JournalEvents } from '#domain/journal/events.ts'
import type { OperationEvents } from '#domain/journal/events-operations.ts'
import type { AuthorisationStatus } from '../authorisation/authorisations.ts'
import type { EdgeClock } from '../clock.ts'
import type { Withdrawal } from '../dispensing/state.ts'
import type { Database } from '../journal/database.ts'
import type { Wanted } from './override-list.ts'

export type Started = OperationEvents['override.started']
export type OverrideRow = {
  readonly id: string
  readonly session: string
  readonly rx: string
  readonly body: Started
  readonly startedAt: string
  readonly status: 'open' | 'matched'
  readonly matchedAt: string | null
  readonly matchedBy: string | null
  readonly matchedJti: string | null
}
type Row = {
  id: string
  session: string
  rx: string
  body: string
  started_at: string
  status: 'open' | 'matched'
  matched_at: string | null
  matched_by: string | null
  matched_jti: string | null
}

const rowOf = (row: Row): OverrideRow => ({
  id: row.id,
  session: row.session,
  rx: row.rx,
  body: JSON.parse(row.body) as Started,
  startedAt: row.started_at,
  status: row.status,
  matchedAt: row.matched_at,
  matchedBy: row.matched_by,
  matchedJti: row.matched_jti,
})

/** What the scale could not tell counts as taken: nobody gets it a second time unseen. */
const takenIn = ({ steps, results }: Withdrawal): readonly Wanted[] =>
  steps.map(({ drug, expected }, at) => {
    const result = results[at]
    return { drug, quantity: result === undefined || result.taken === null ? expected : result.taken }
  })

const takenBy = ({ items }: JournalEvents['withdrawal.reviewed']): readonly Wanted[] =>
  items.map(({ drug, expected, taken }) => ({ drug, quantity: taken ?? expected }))

export const createOverrideTable = ({ db, clock }: { readonly db: Database; readonly clock: EdgeClock }) => ({
  find: (id: string): OverrideRow | undefined => {
    const row = db.get<Row>('SELECT * FROM overrides WHERE id = ?', id)
    return row && rowOf(row)
  },
  ofRx: (rx: string): readonly OverrideRow[] =>
    db.all<Row>('SELECT * FROM overrides WHERE rx = ? ORDER BY started_at, id', rx).map(rowOf),
  /** Orders of a prescription that are known here, oldest first. */
  ordersOf: (rx: string): readonly { readonly jti: string; readonly status: AuthorisationStatus }[] =>
    db.all<{ jti: string; status: AuthorisationStatus }>(
      'SELECT jti, status FROM authorisations WHERE rx = ? ORDER BY received_at, jti',
      rx,
    ),
  /** Open ones first. */
  list: (): readonly OverrideRow[] =>
    db
      .all<Row>("SELECT * FROM overrides ORDER BY status <> 'open', started_at DESC, id LIMIT 200")
      .map(rowOf),
  openBefore: (at: string): number =>
    db.get<{ n: number }>("SELECT count(*) AS n FROM overrides WHERE status = 'open' AND started_at < ?", at)
      ?.n ?? 0,
  /** What left the cabinet by it; while its withdrawal runs, what it asks for. */
  taken: ({ session, body }: OverrideRow): readonly Wanted[] => {
    // What a person closed after an interruption: the machine's own figures are older than the person's.
    const reviewed = db.get<{ data: string }>(
      `SELECT data FROM journal WHERE kind = 'withdrawal.reviewed' AND json_extract(data, '$.session') = ?
       ORDER BY seq LIMIT 1`,
      session,
    )
    if (reviewed) return takenBy(JSON.parse(reviewed.data) as JournalEvents['withdrawal.reviewed'])
    const row = db.get<{ state: string; status: string }>(
      'SELECT state, status FROM sessions WHERE session = ?',
      session,
    )
    return row?.status === 'finished' ? takenIn(JSON.parse(row.state) as Withdrawal) : body.items
  },
  /** Inside the transaction of its record. */
  add: (body: Started): void =>
    db.run(
      "INSERT INTO overrides (id, session, rx, body, started_at, status) VALUES (?,?,?,?,?,'open')",
      body.override,
      body.session,
      body.rx,
      JSON.stringify(body),
      clock.now().toISOString(),
    ),
  /** Inside the transaction of its record. */
  match: ({ override, jti, by, note }: OperationEvents['override.matched']): void =>
    db.run(
      "UPDATE overrides SET status = 'matched', matched_at = ?, matched_by = ?, matched_jti = ?, note = ? WHERE id = ?",
      clock.now().toISOString(),
      by,
      jti,
      note,
      override,
    ),
})
