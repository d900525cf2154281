import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LedgerCheckView } from '#cloud-sync/contract/edge-stock.ts'
import type { JournalEvents } from '#domain/journal/events.ts'
import type { Movement } from '#domain/journal/events-operations.ts'
import {
  applyToLedger,
  compareLedgers,
  LEDGER_KINDS,
  type Ledger,
  type LedgerEvent,
  type LedgerKind,
} from '#domain/ledger.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import { createLots } from './lots.ts'
import type { Stock } from './stock.ts'

type Row = { readonly seq: number; readonly data: string }
type Reading = Pick<Database, 'get' | 'all'>
type Placed = { readonly seq: number; readonly event: LedgerEvent }

/** Records read at a time. */
const PAGE = 500
/** Lines in one record, so that it stays small on the wire. */
const LINES = 200

/** Records of one kind, oldest first, a page at a time. */
function* ofKind(db: Reading, kind: LedgerKind, after: number, upTo: number): Generator<Placed> {
  let from = after
  for (;;) {
    const rows = db.all<Row>(
      'SELECT seq, data FROM journal WHERE kind = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
      kind,
      from,
      upTo,
      PAGE,
    )
    for (const { seq, data } of rows) yield { seq, event: { kind, data: JSON.parse(data) } as LedgerEvent }
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    from = last.seq
  }
}

/** All that moved stock in (`after`, `upTo`], in the journal's order: by kind it finds them without reading the rest. */
function* ledgerRecords(db: Reading, after: number, upTo: number): Generator<Placed> {
  const heads = LEDGER_KINDS.map(kind => {
    const rest = ofKind(db, kind, after, upTo)
    return { rest, next: rest.next() }
  })
  for (;;) {
    let first: (typeof heads)[number] | undefined
    for (const head of heads)
      if (!head.next.done && (!first || first.next.done || head.next.value.seq < first.next.value.seq))
        first = head
    if (!first || first.next.done) return
    yield first.next.value
    first.next = first.rest.next()
  }
}

/** Up to here records are not all in this journal: a damaged one before it, or what retention dropped. 0 = all are. */
const missingUpTo = (db: Reading): number => {
  const opened = db.get<Row>(
    "SELECT seq, data FROM journal WHERE kind = 'journal.opened' ORDER BY seq DESC LIMIT 1",
  )
  const pruned = db.get<{ to: number | null }>(
    'SELECT max(to_seq) AS "to" FROM journal_closings WHERE lasting_dropped = 1',
  )
  return Math.max(opened?.seq ?? 0, pruned?.to ?? 0)
}

/** The first record of the newest balance that was carried over, 0 = none. */
const carriedAt = (db: Reading): number => {
  const row = db.get<Row>(
    "SELECT seq, data FROM journal WHERE kind = 'ledger.carried' ORDER BY seq DESC LIMIT 1",
  )
  return row ? row.seq - (JSON.parse(row.data) as JournalEvents['ledger.carried']).part + 1 : 0
}

/**
 * Where the replay begins, and what it cannot know: null where the balance before it is not in the journal and was not
 * carried over either.
 */
const ledgerStart = (db: Reading): { readonly after: number; readonly startsAfter: number } | null => {
  const missing = missingUpTo(db)
  if (missing === 0) return { after: 0, startsAfter: 0 }
  const carried = carriedAt(db)
  return carried > missing ? { after: carried - 1, startsAfter: carried } : null
}

export type LedgerReport = LedgerCheckView & { readonly lines: readonly Movement[] }

/** Replays the records in (…, `upTo`] and compares with the table; yields now and then, for who shares the machine. */
function* replay(db: Reading, table: Iterable<Movement>, upTo: number): Generator<undefined, LedgerReport> {
  const start = ledgerStart(db)
  const records: Ledger = new Map()
  let read = 0
  for (const { event } of ledgerRecords(db, start?.after ?? 0, upTo)) {
    applyToLedger(records, event)
    read += 1
    if (read % PAGE === 0) yield
  }
  const differences = compareLedgers(table, records)
  const lines = [...records.values()]
  const startsAfter = start?.startsAfter ?? null
  return { balanced: start !== null && differences.length === 0, upTo, startsAfter, differences, lines }
}

/** The same in one go, for who alone reads; `db` stands in a transaction, so that it is one instant. */
export const replayLedger = (db: Database): LedgerReport => {
  const { head } = db.get<{ head: number | null }>('SELECT max(seq) AS head FROM journal') ?? { head: 0 }
  const steps = replay(db, createLots(db).lots(), head ?? 0)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly stock: Pick<Stock, 'lots'>
}

/** Does the table of lots equal what the journal adds up to? Where the journal does not reach back, it carries the balance. */
export const createLedger = ({ db, journal, stock }: Options) => {
  const carry = (): void => {
    if (ledgerStart(db)) return
    const lines = stock.lots().map(({ drug, lot, drawer, quantity }) => ({ drug, lot, drawer, quantity }))
    const parts = Math.max(1, Math.ceil(lines.length / LINES))
    const events = Array.from({ length: parts }, (_, index) => ({
      kind: 'ledger.carried' as const,
      data: { part: index + 1, parts, lines: lines.slice(index * LINES, (index + 1) * LINES) },
    }))
    journal.append(events)
  }
  return {
    /** At start, and when retention has dropped records. Errors: E_DISK_*. */
    carry,
    check: async (): Promise<LedgerCheckView> => {
      // Table and head as of one instant; what is written while it reads is not in it.
      const steps = replay(db, stock.lots(), journal.head())
      for (;;) {
        const { done, value } = steps.next()
        if (done) {
          const { lines: _lines, ...view } = value
          return view
        }
        await nextTurn()
      }
    },
  }
}
