import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { JournalEvents, NewEvent } from '#domain/journal/events.ts'
import type { JournalRecord } from '#domain/journal/record.ts'
import type { EdgeClock } from '../clock.ts'
import { type Database, wrapDatabase } from './database.ts'
import { putInPlace, removeParts } from './files.ts'
import { createJournal } from './journal.ts'
import { COUNT_ALL_SINCE, setMeta } from './meta.ts'
import { projectionTables, putRows, readTable, salvageMeta, salvageRecords } from './salvage.ts'
import { openDatabase } from './schema.ts'

type Options = {
  readonly path: string
  /** The damaged file; undefined when there is none any more. */
  readonly aside: string | undefined
  readonly clock: EdgeClock
}

/** The contract's limit of one record's data. */
const MOST_DATA = 64 * 1024

type Read = {
  readonly epoch: number | undefined
  readonly committed: number
  readonly unsent: readonly JournalRecord[]
  readonly missing: readonly (readonly [number, number])[]
  /** Fills whose withdrawal began and did not end untouched. */
  readonly used: ReadonlySet<string>
  readonly meta: ReadonlyMap<string, string>
}

const openAside = (aside: string | undefined): DatabaseSync | undefined => {
  if (aside === undefined) return undefined
  try {
    const db = new DatabaseSync(aside, { readOnly: true })
    db.prepare('SELECT count(*) FROM sqlite_master').get()
    return db
  } catch {
    return undefined
  }
}

/** Which fills the records show to be used, whatever a table says that lost its rows. */
const noteUse = (used: Set<string>, { kind, data }: JournalRecord): void => {
  if (!kind.startsWith('withdrawal.')) return
  const { jti, outcome } = JSON.parse(data) as Partial<JournalEvents['withdrawal.completed']>
  if (jti === undefined) return
  if (outcome === 'abandoned') used.delete(jti)
  else used.add(jti)
}

const isSendable = (record: JournalRecord): boolean => JSON.stringify({ record }).length <= MOST_DATA

/** Numbers above `after` up to `head` that are not among these, as ranges. */
const missingIn = (
  after: number,
  head: number,
  found: readonly JournalRecord[],
): readonly (readonly [number, number])[] => {
  const ranges: (readonly [number, number])[] = []
  let next = after + 1
  for (const { seq } of [...found, { seq: head + 1 }]) {
    if (seq > next) ranges.push([next, seq - 1])
    next = seq + 1
  }
  return ranges
}

/** Everything that can be read; all records also go to a file of their own, for people, as JSON Lines. */
const readAside = (db: DatabaseSync, aside: string): Read => {
  const meta = salvageMeta(db)
  const head = Number((JSON.parse(meta.get('head') ?? '{}') as { seq?: number }).seq ?? 0)
  const committed = Number(meta.get('committed') ?? 0)
  const used = new Set<string>()
  const unsent: JournalRecord[] = []
  let last: JournalRecord | undefined
  const fd = openSync(`${aside}.records.jsonl`, 'w', 0o600)
  try {
    for (const record of salvageRecords(db, head)) {
      writeSync(fd, `${JSON.stringify(record)}\n`)
      noteUse(used, record)
      if (record.seq > committed && isSendable(record)) unsent.push(record)
      last = record
    }
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  const epoch = Number(meta.get('epoch') ?? last?.epoch ?? 0) || undefined
  const missing = missingIn(committed, Math.max(head, last?.seq ?? 0), unsent)
  return { epoch, committed, unsent, missing, used, meta }
}

const NOTHING: Read = {
  epoch: undefined,
  committed: 0,
  unsent: [],
  missing: [],
  used: new Set(),
  meta: new Map(),
}

/** Projections as far as they were readable. True when no authorisation can have been lost among them. */
const copyProjections = (from: DatabaseSync, to: DatabaseSync): boolean => {
  let whole = true
  for (const table of projectionTables(to)) {
    const salvaged = readTable(from, table)
    // The watermark of the orders is their last number: with a hole before it they are all fetched again.
    if (table === 'orders' && !salvaged.complete) continue
    const complete = putRows(to, table, salvaged)
    if (table === 'authorisations' || table === 'revocations') whole &&= complete
  }
  return whole
}

/** Unknown, the epoch is still larger than any before: epochs count up from 1. */
const nextEpoch = ({ epoch }: Read, now: Date): number =>
  epoch === undefined ? Math.max(2, Math.floor(now.getTime() / 1_000)) : epoch + 1

/** What a new epoch begins with: what happened, and what of the old one the centre has not got. */
const firstEvents = (read: Read, aside: string | undefined): readonly NewEvent[] => [
  {
    kind: 'journal.opened',
    data: {
      previousEpoch: read.epoch ?? null,
      quarantined: aside ?? null,
      missing: read.missing.slice(0, 1_000),
    },
  },
  ...read.unsent.map((record): NewEvent => ({ kind: 'journal.salvaged', data: { record } })),
]

/** What is no longer sure: fills that were begun, orders that may have been used, and the stock. */
const noteDoubts = (
  db: Database,
  { read, whole, now, aside }: { read: Read; whole: boolean; now: string; aside: string | undefined },
): void => {
  for (const jti of read.used)
    db.run("UPDATE authorisations SET status = 'review' WHERE jti = ? AND status = 'waiting'", jti)
  const ordersAt = read.meta.get('ordersAt')
  if (ordersAt !== undefined) setMeta(db, 'ordersAt', ordersAt)
  const doubt = whole ? read.meta.get('doubtBefore') : now
  if (doubt !== undefined) setMeta(db, 'doubtBefore', doubt)
  setMeta(db, COUNT_ALL_SINCE, now)
  setMeta(db, 'damaged', JSON.stringify({ aside: aside ?? null, lost: read.missing.length }))
}

/**
 * Builds a new journal, of a new epoch, from what a damaged one still gives, and puts it in its place in one step: a
 * power cut before that begins again, one after it has lost nothing. Records that the centre has not confirmed are
 * written into the new epoch as they were. Stock is doubtful until it is counted (`countAllSince`), and so is every
 * older authorisation that was not found again (`doubtBefore`).
 */
export const rebuildJournal = ({ path, aside, clock }: Options): void => {
  const rebuilt = `${path}.rebuilt`
  removeParts(rebuilt)
  const to = openDatabase(rebuilt)
  const from = openAside(aside)
  try {
    const db = wrapDatabase(to)
    const read = from && aside !== undefined ? readAside(from, aside) : NOTHING
    const now = clock.now()
    setMeta(db, 'epoch', String(nextEpoch(read, now)))
    const journal = createJournal({ db, clock, clockTrusted: () => false, onFlushFailed: () => {} })
    journal.append(firstEvents(read, aside), () => {
      const whole = from !== undefined && copyProjections(from, to)
      noteDoubts(db, { read, whole, now: now.toISOString(), aside })
    })
    to.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    from?.close()
    to.close()
  }
  putInPlace(rebuilt, path)
}
