import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import { hashRecord, type JournalRecord } from '#domain/journal/record.ts'
import { type JournalRow, recordOf } from './row.ts'

type Row = Record<string, SQLOutputValue>

/** Numbers to try in vain behind the last readable record when nothing says where the journal ended. */
const PROBE = 2_000

const quietly = <T>(work: () => T): T | undefined => {
  try {
    return work()
  } catch {
    // This page is gone; the next may be there.
    return undefined
  }
}

export const salvageMeta = (db: DatabaseSync): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const { row } of readTable(db, 'meta').rows) found.set(String(row.key), String(row.value))
  return found
}

/** A record that proves itself by its own hash. */
const proven = (row: unknown): JournalRecord | undefined =>
  quietly(() => {
    const record = recordOf(row as JournalRow)
    return hashRecord(record) === record.hash ? record : undefined
  })

/** The journal row by row, past what cannot be read. `head`: how far it went, 0 = nobody says. */
export function* salvageRecords(db: DatabaseSync, head: number): Generator<JournalRecord> {
  const one = quietly(() => db.prepare('SELECT * FROM journal WHERE seq = ?'))
  if (!one) return
  // What retention dropped must not pass for the end: the first and the last row say where to look.
  const outermost = (order: 'ASC' | 'DESC'): number =>
    proven(quietly(() => db.prepare(`SELECT * FROM journal ORDER BY seq ${order} LIMIT 1`).get()))?.seq ?? 0
  const last = Math.max(head, outermost('DESC'))
  let seq = Math.max(1, outermost('ASC'))
  for (let misses = 0; seq <= last || misses < PROBE; seq += 1) {
    const at = seq
    const record = proven(quietly(() => one.get(at)))
    misses += 1
    if (!record) continue
    misses = 0
    yield record
  }
}

export type SalvagedTable = {
  readonly rows: readonly { readonly row: Row }[]
  /** False when some of it could not be read. */
  readonly complete: boolean
}

/** A table from its beginning and, if it breaks off, from its end; a row read twice is one by its key. */
export const readTable = (db: DatabaseSync, table: string): SalvagedTable => {
  const rows: { row: Row }[] = []
  const info = quietly(() => db.prepare(`PRAGMA table_info(${table})`).all()) ?? []
  const key = info
    .filter(one => Number(one.pk) > 0)
    .sort((a, b) => Number(a.pk) - Number(b.pk))
    .map(one => String(one.name))
  if (key.length === 0) return { rows, complete: false }
  // By the row's own number where it has one: then a damaged index costs no row.
  const by = quietly(() => db.prepare(`SELECT rowid FROM ${table}`)) ? ['rowid'] : key
  const scan = (direction: 'ASC' | 'DESC'): boolean =>
    quietly(() => {
      const order = by.map(column => `${column} ${direction}`).join(', ')
      for (const row of db.prepare(`SELECT * FROM ${table} ORDER BY ${order}`).iterate()) rows.push({ row })
      return true
    }) ?? false
  const complete = scan('ASC')
  if (!complete) scan('DESC')
  return { rows, complete }
}

const columnsOf = (db: DatabaseSync, table: string): readonly string[] =>
  db
    .prepare(`PRAGMA table_info(${table})`)
    .all()
    .map(one => String(one.name))

/** Puts salvaged rows into the table as it is today: columns both know; what today's checks refuse is left out. */
export const putRows = (db: DatabaseSync, table: string, { rows, complete }: SalvagedTable): boolean => {
  const [first] = rows
  if (!first) return complete
  const columns = columnsOf(db, table).filter(column => column in first.row)
  const insert = db.prepare(
    `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  )
  let whole = complete
  for (const { row } of rows) {
    const values = columns.map(column => row[column] as SQLInputValue)
    whole = (quietly(() => insert.run(...values)) !== undefined && whole) as boolean
  }
  return whole
}

/** What the journal itself says of itself is not copied: a new epoch begins its own. */
const OWN = new Set(['journal', 'journal_prune', 'journal_gaps', 'journal_closings', 'site_keys', 'meta'])

/** Undefined: not even that can be read. */
export const tableNames = (db: DatabaseSync): readonly string[] | undefined =>
  quietly(() =>
    db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all()
      .map(({ name }) => String(name)),
  )

export const projectionTables = (db: DatabaseSync): readonly string[] =>
  (tableNames(db) ?? []).filter(name => !OWN.has(name))
