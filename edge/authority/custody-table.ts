import type { OperationEvents } from '#domain/journal/events-operations.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'

export type CustodyRow = {
  readonly id: string
  readonly person: string
  readonly second: string
  readonly reason: string
  readonly taken_at: string
  readonly returned_at: string | null
  readonly returned_by: string | null
  readonly returned_second: string | null
}
type Entry = OperationEvents['downtime.entry']

/** All writes inside the transaction of the record they are a projection of. */
export const createCustodyTable = ({ db, clock }: { readonly db: Database; readonly clock: EdgeClock }) => {
  const now = () => clock.now().toISOString()
  return {
    find: (id: string): CustodyRow | undefined =>
      db.get<CustodyRow>('SELECT * FROM custody WHERE id = ?', id),
    /** The one that is out, if any. */
    out: (): CustodyRow | undefined => db.get<CustodyRow>('SELECT * FROM custody WHERE returned_at IS NULL'),
    /** Newest first, each with what was written down for it. */
    list: (): readonly { readonly custody: CustodyRow; readonly entries: readonly Entry[] }[] =>
      db.all<CustodyRow>('SELECT * FROM custody ORDER BY taken_at DESC, id LIMIT 100').map(custody => ({
        custody,
        entries: db
          .all<{ body: string }>(
            'SELECT body FROM downtime_entries WHERE custody = ? ORDER BY at, id',
            custody.id,
          )
          .map(({ body }) => JSON.parse(body) as Entry),
      })),
    /** The oldest order of a prescription that waits to be dispensed. */
    waitingOrder: (rx: string): string | undefined =>
      db.get<{ jti: string }>(
        "SELECT jti FROM authorisations WHERE rx = ? AND status = 'waiting' ORDER BY received_at, jti LIMIT 1",
        rx,
      )?.jti,
    take: ({ custody, person, second, reason }: OperationEvents['key.taken']): void =>
      db.run(
        'INSERT INTO custody (id, person, second, reason, taken_at) VALUES (?,?,?,?,?)',
        custody,
        person,
        second,
        reason,
        now(),
      ),
    bringBack: ({ custody, person, second }: OperationEvents['key.returned']): void =>
      db.run(
        'UPDATE custody SET returned_at = ?, returned_by = ?, returned_second = ? WHERE id = ?',
        now(),
        person,
        second,
        custody,
      ),
    /** A count of this drawer is going on. */
    isCounting: (drawer: string): boolean =>
      db.get(
        `SELECT 1 FROM sessions WHERE status <> 'finished' AND kind = 'operation'
         AND json_extract(state, '$.kind') = 'count' AND json_extract(state, '$.drawer') = ?`,
        drawer,
      ) !== undefined,
    /** Was it counted after this key came back? By the journal's order: a clock may have been set back. */
    countedSince: (drawer: string, custody: string): boolean =>
      db.get(
        `SELECT 1 FROM journal WHERE kind = 'drawer.service' AND json_extract(data, '$.drawer') = ?
         AND json_extract(data, '$.cause') = 'counted' AND seq > (
           SELECT seq FROM journal WHERE kind = 'key.returned' AND json_extract(data, '$.custody') = ? LIMIT 1
         ) LIMIT 1`,
        drawer,
        custody,
      ) !== undefined,
    /** `jti`: the order that is done with by it; undefined = it has not come yet. */
    enter: (entry: Entry, jti: string | undefined): void =>
      db.run(
        'INSERT INTO downtime_entries (id, custody, at, rx, body, written_at, jti) VALUES (?,?,?,?,?,?,?)',
        entry.entry,
        entry.custody,
        entry.at,
        entry.rx,
        JSON.stringify(entry),
        now(),
        jti ?? null,
      ),
  }
}
