import { DatabaseSync } from 'node:sqlite'
import type { NewEvent } from '#domain/journal/events.ts'
import type { EdgeClock } from '../clock.ts'
import { type Aside, readAside, unsentOf } from './aside.ts'
import { type Database, wrapDatabase } from './database.ts'
import { putInPlace, removeParts } from './files.ts'
import { createJournal, type Journal } from './journal.ts'
import { COUNT_ALL_SINCE, setMeta } from './meta.ts'
import { lostIn, neverHad, putBack } from './put-back.ts'
import { projectionTables, putRows, readTable } from './salvage.ts'
import { openDatabase } from './schema.ts'

export type RebuildOptions = {
  readonly path: string
  /** The damaged file; undefined when there is none any more. */
  readonly aside: string | undefined
  readonly clock: EdgeClock
  /** When the damaged file was last written: a Pi without a network starts in the past. */
  readonly written: number
  /**
   * `aside` is a backup: whole, but what happened after it is lost. The new epoch is `leastEpoch` or later, as the centre
   * may have seen epochs that the backup does not know.
   */
  readonly restored?: { readonly leastEpoch: number }
}

const NOTHING: Aside = {
  epoch: undefined,
  committed: 0,
  head: 0,
  missing: [],
  used: new Set(),
  beside: [],
  meta: new Map(),
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

/** Where a lost row may let an order hand out a second time. */
const COUNTS = new Set(['authorisations', 'revocations', 'overrides', 'downtime_entries'])

/** Projections as far as they were readable. True when nothing that was handed out can have been lost among them. */
const copyProjections = (from: DatabaseSync, to: DatabaseSync): boolean => {
  let whole = true
  for (const table of projectionTables(to)) {
    const salvaged = readTable(from, table)
    // The watermark of the orders is their last number: with a hole before it they are all fetched again.
    if (table === 'orders' && !salvaged.complete) continue
    const complete = putRows(to, table, salvaged)
    if (COUNTS.has(table)) whole &&= complete || neverHad(from, table)
  }
  return whole
}

/** Unknown, the epoch is still larger than any before: epochs count up from 1. */
const nextEpoch = ({ epoch }: Aside, now: Date): number =>
  epoch === undefined ? Math.max(2, Math.floor(now.getTime() / 1_000)) : epoch + 1

const opened = (
  { epoch, missing }: Aside,
  { aside, lost }: { readonly aside: string | undefined; readonly lost: readonly string[] },
): NewEvent => ({
  kind: 'journal.opened',
  data: {
    previousEpoch: epoch ?? null,
    quarantined: aside ?? null,
    missing: missing.slice(0, 1_000),
    ...(lost.length > 0 ? { lost } : {}),
  },
})

const CHUNK = 500

/** What of the old epoch the centre has not got, piece by piece: after a long time without it that is more than memory holds. */
const carryOver = (journal: Journal, from: DatabaseSync, read: Aside): void => {
  let events: NewEvent[] = []
  for (const record of unsentOf(from, read)) {
    events.push({ kind: 'journal.salvaged', data: { record } })
    if (events.length < CHUNK) continue
    journal.append(events)
    events = []
  }
  journal.append(events)
}

/** What is no longer sure: fills that were begun, and orders that may have been used. */
const noteDoubts = (
  db: Database,
  {
    read,
    doubtBefore,
    restored,
  }: { readonly read: Aside; readonly doubtBefore: string | undefined; readonly restored: boolean },
): void => {
  // What waited when the backup was made may have been dispensed since.
  if (restored) db.run("UPDATE authorisations SET status = 'review' WHERE status = 'waiting'")
  for (const jti of read.used)
    db.run("UPDATE authorisations SET status = 'review' WHERE jti = ? AND status = 'waiting'", jti)
  const ordersAt = read.meta.get('ordersAt')
  if (ordersAt !== undefined) setMeta(db, 'ordersAt', ordersAt)
  if (doubtBefore !== undefined) setMeta(db, 'doubtBefore', doubtBefore)
}

/**
 * Builds a new journal, of a new epoch, from what a damaged one still gives, and puts it in its place in one step: a
 * power cut before that begins again, one after it has lost nothing. Records that the centre has not confirmed are
 * written into the new epoch as they were. Stock is doubtful until it is counted (`countAllSince`), and so is every
 * older authorisation that was not found again (`doubtBefore`).
 */
export const rebuildJournal = ({ path, aside, clock, written, restored }: RebuildOptions): void => {
  const rebuilt = `${path}.rebuilt`
  removeParts(rebuilt)
  const to = openDatabase(rebuilt)
  const from = openAside(aside)
  try {
    const db = wrapDatabase(to)
    const read = from && aside !== undefined ? readAside(from, aside) : NOTHING
    const now = clock.now()
    setMeta(db, 'epoch', String(Math.max(nextEpoch(read, now), restored?.leastEpoch ?? 0)))
    const journal = createJournal({ db, clock, clockTrusted: () => false, onFlushFailed: () => {} })
    // A backup is whole, and knows nothing of what came after it.
    const lost = lostIn(restored ? undefined : from)
    journal.append([opened(read, { aside, lost })], () => {
      const whole = from !== undefined && copyProjections(from, to) && !restored
      const until = new Date(Math.max(now.getTime(), written))
      setMeta(db, COUNT_ALL_SINCE, now.toISOString())
      const doubtBefore = whole ? read.meta.get('doubtBefore') : until.toISOString()
      noteDoubts(db, { read, doubtBefore, restored: restored !== undefined })
      putBack(db, read.beside, read.used)
      const beside = lost.length > 0
      setMeta(db, 'damaged', JSON.stringify({ aside: aside ?? null, lost: read.missing.length, beside }))
    })
    if (from) carryOver(journal, from, read)
    to.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    from?.close()
    to.close()
  }
  putInPlace(rebuilt, path)
}
