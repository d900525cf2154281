import type { DatabaseSync } from 'node:sqlite'
import type { JournalEvents } from '#domain/journal/events.ts'
import type { JournalRecord } from '#domain/journal/record.ts'
import type { Database } from './database.ts'
import { readTable, tableNames } from './salvage.ts'

/** What was handed out beside the orders: a row of these that is lost lets its order hand it out a second time. */
const TABLES = ['overrides', 'custody', 'downtime_entries'] as const
const KINDS = ['override.started', 'override.matched', 'key.taken', 'key.returned', 'downtime.entry'] as const
type Kind = (typeof KINDS)[number]

/** A record of something that was handed out beside the orders, or of its end. */
export type Beside = { readonly at: string } & {
  readonly [K in Kind]: { readonly kind: K; readonly data: JournalEvents[K] }
}[Kind]

const isKind = (kind: string): kind is Kind => KINDS.some(one => one === kind)

/** Also what an earlier damage carried over. */
export const besideIn = (record: JournalRecord): Beside | undefined => {
  if (record.kind === 'journal.salvaged')
    return besideIn((JSON.parse(record.data) as JournalEvents['journal.salvaged']).record)
  const { at, kind, data } = record
  return isKind(kind) ? ({ at, kind, data: JSON.parse(data) } as Beside) : undefined
}

/** A file of an older version has not got all tables; one without any journal says nothing. */
export const neverHad = (from: DatabaseSync, table: string): boolean => {
  const names = tableNames(from) ?? []
  return names.includes('journal') && names.includes('authorisations') && !names.includes(table)
}

/** Tables of which rows may be lost: all, where there is no file to read. */
export const lostIn = (from: DatabaseSync | undefined): readonly string[] =>
  from ? TABLES.filter(table => !neverHad(from, table) && !readTable(from, table).complete) : TABLES

/** An order that was dispensed by no withdrawal and by no other entry was dispensed by this one. */
const orderOf = (db: Database, rx: string, used: ReadonlySet<string>): string | null =>
  db
    .all<{ jti: string }>(
      `SELECT jti FROM authorisations WHERE rx = ? AND status = 'dispensed'
       AND jti NOT IN (SELECT jti FROM downtime_entries WHERE jti IS NOT NULL) ORDER BY received_at, jti`,
      rx,
    )
    .find(({ jti }) => !used.has(jti))?.jti ?? null

const putEntry = (db: Database, at: string, entry: JournalEvents['downtime.entry'], jti: string | null) => {
  // Of a custody that nothing is left of, the entry's own names and time are known.
  db.run(
    `INSERT OR IGNORE INTO custody
     (id, person, second, reason, taken_at, returned_at, returned_by, returned_second) VALUES (?,?,?,?,?,?,?,?)`,
    ...[entry.custody, entry.actor, entry.second, '', entry.at, entry.at, entry.actor, entry.second],
  )
  db.run(
    'INSERT INTO downtime_entries (id, custody, at, rx, body, written_at, jti) VALUES (?,?,?,?,?,?,?)',
    ...[entry.entry, entry.custody, entry.at, entry.rx, JSON.stringify(entry), at, jti],
  )
}

const putOne = (db: Database, { at, kind, data }: Beside, used: ReadonlySet<string>): void => {
  switch (kind) {
    case 'override.started':
      db.run(
        "INSERT OR IGNORE INTO overrides (id, session, rx, body, started_at, status) VALUES (?,?,?,?,?,'open')",
        ...[data.override, data.session, data.rx, JSON.stringify(data), at],
      )
      break
    case 'override.matched':
      db.run(
        `UPDATE overrides SET status = 'matched', matched_at = ?, matched_by = ?, matched_jti = ?, note = ?
         WHERE id = ? AND status = 'open'`,
        ...[at, data.by, data.jti, data.note, data.override],
      )
      break
    case 'key.taken':
      db.run(
        'INSERT OR IGNORE INTO custody (id, person, second, reason, taken_at) VALUES (?,?,?,?,?)',
        ...[data.custody, data.person, data.second, data.reason, at],
      )
      break
    case 'key.returned':
      db.run(
        `UPDATE custody SET returned_at = ?, returned_by = ?, returned_second = ?
         WHERE id = ? AND returned_at IS NULL`,
        ...[at, data.person, data.second, data.custody],
      )
      break
    case 'downtime.entry':
      if (!db.get('SELECT 1 FROM downtime_entries WHERE id = ?', data.entry))
        putEntry(db, at, data, orderOf(db, data.rx, used))
  }
}

/** Rows that their tables lost and the records still know, in the records' order. `used`: fills that withdrawals used. */
export const putBack = (db: Database, records: readonly Beside[], used: ReadonlySet<string>): void => {
  for (const record of records) putOne(db, record, used)
}
