import { isSignedBy, type SignedClosing } from '#domain/journal/closing.ts'
import { findChainFault, GENESIS, type JournalRecord, type RecordClass } from '#domain/journal/record.ts'
import { readClosings, readSiteKeys } from './closings.ts'
import type { Database } from './database.ts'
import { getMeta } from './meta.ts'
import { type JournalRow, recordOf } from './row.ts'

export type JournalReport = {
  readonly ok: boolean
  readonly epoch: number | null
  /** Records that are there. */
  readonly events: number
  readonly head: number
  /** First sequence number that is not as it was written, and what is wrong there. */
  readonly firstBad: number | null
  readonly fault: JournalFault | null
  /** Records that retention dropped. */
  readonly dropped: number
  /** The signed closing from which verification starts, when everything up to it was dropped. */
  readonly startsAfter: { readonly day: string; readonly seq: number } | null
  /** Days whose signed closing was verified. */
  readonly closings: number
}

/** `signature`: a closing that the site's key did not sign, or that says otherwise than the chain; `count`: rows are missing from a closed day. */
export type JournalFault =
  | 'gap'
  | 'broken-link'
  | 'changed'
  | 'cut-tail'
  | 'signature'
  | 'count'
  | 'unreadable'

export type VerifyProgress = { readonly checked: number; readonly total: number }
type Reader = Pick<Database, 'get' | 'all'>
type Found = { readonly seq: number; readonly fault: JournalFault }
type Link = { readonly seq: number; readonly hash: string }
type Gap = { readonly to: number; readonly prev: string; readonly head: string }

/** Rows verified at one go: a few milliseconds even on a Pi. */
const CHUNK = 250

/** A file from before retention and closings has no such tables. */
const hasTables = (db: Reader): boolean =>
  db.get("SELECT 1 FROM sqlite_master WHERE name = 'journal_closings'") !== undefined

const gapAt = (db: Reader, from: number): Gap | undefined =>
  db.get<Gap>('SELECT to_seq AS "to", prev, head FROM journal_gaps WHERE from_seq = ?', from)

type Standing = { events: number; dropped: number; last: Link }

/** One record against what was before it; over a gap that was noted the chain goes on with the gap's last hash. */
const checkRecord = (
  db: Reader,
  {
    standing,
    record,
    gaps,
    epoch,
  }: { standing: Standing; record: JournalRecord; gaps: boolean; epoch: number },
): Found | undefined => {
  let { last } = standing
  const gap = gaps && record.seq !== last.seq + 1 ? gapAt(db, last.seq + 1) : undefined
  if (gap && gap.to === record.seq - 1 && gap.prev === last.hash) {
    standing.dropped += gap.to - last.seq
    last = { seq: gap.to, hash: gap.head }
  }
  standing.events += 1
  standing.last = { seq: record.seq, hash: record.hash }
  // A record of another epoch has no place in this file.
  return findChainFault([record.epoch === epoch ? record : { ...record, hash: '' }], last)
}

const headOf = (db: Reader): Link =>
  JSON.parse(getMeta(db, 'head') ?? `{"seq":0,"hash":"${GENESIS}"}`) as Link

function* verifyChain(
  db: Reader,
  standing: Standing,
  epoch: number,
): Generator<VerifyProgress, Found | undefined> {
  const gaps = hasTables(db)
  for (;;) {
    const rows = db.all<JournalRow>(
      'SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?',
      standing.last.seq,
      CHUNK,
    )
    for (const row of rows) {
      const fault = checkRecord(db, { standing, record: recordOf(row), gaps, epoch })
      if (fault) return fault
    }
    // With the last rows, before anything else can be written: the head then is the head of these.
    if (rows.length < CHUNK) break
    yield { checked: standing.events, total: headOf(db).seq }
  }
  const head = headOf(db)
  const { seq, hash } = standing.last
  if (head.seq > seq) return { seq: seq + 1, fault: 'cut-tail' }
  if (head.seq < seq) return { seq: head.seq + 1, fault: 'broken-link' }
  return head.hash === hash ? undefined : { seq, fault: 'broken-link' }
}

/** Hash of the record `seq`; undefined inside a gap, where only the records around it bear witness. */
const hashAt = (db: Reader, seq: number): string | undefined =>
  db.get<{ hash: string }>('SELECT hash FROM journal WHERE seq = ?', seq)?.hash ??
  db.get<{ hash: string }>('SELECT head AS hash FROM journal_gaps WHERE to_seq = ?', seq)?.hash

/** Up to which record retention announced to have dropped a class. It goes in order, so the newest covers the older. */
const announced = (db: Reader): Readonly<Record<RecordClass, number>> => {
  const upTo: Record<RecordClass, number> = { dispensing: 0, alarm: 0, record: 0 }
  const rows = db.all<{ data: string }>("SELECT data FROM journal WHERE kind = 'journal.pruned' ORDER BY seq")
  for (const { data } of rows) {
    const { toSeq, classes } = JSON.parse(data) as { toSeq: number; classes: readonly RecordClass[] }
    for (const one of classes) upTo[one] = Math.max(upTo[one], toSeq)
  }
  return upTo
}

const countFault = (db: Reader, closing: SignedClosing, dropped: ReturnType<typeof announced>): boolean => {
  const kept = new Map(
    db
      .all<{ class: RecordClass; n: number }>(
        'SELECT class, count(*) AS n FROM journal WHERE seq BETWEEN ? AND ? GROUP BY class',
        closing.fromSeq,
        closing.toSeq,
      )
      .map(row => [row.class, row.n]),
  )
  return Object.entries(closing.counts).some(
    ([one, n]) => (kept.get(one as RecordClass) ?? 0) !== n && closing.toSeq > dropped[one as RecordClass],
  )
}

function* verifyClosings(
  db: Reader,
  closings: readonly SignedClosing[],
  standing: Standing,
): Generator<VerifyProgress, Found | undefined> {
  const keys = readSiteKeys(db)
  const dropped = announced(db)
  // At once: a day that is closed while this goes on is not in `closings`.
  const missing = unlisted(db, closings)
  let before = 0
  for (const closing of closings) {
    const { toSeq, kid } = closing
    const jwk = keys.get(kid)
    const hash = hashAt(db, toSeq)
    const sound =
      jwk &&
      isSignedBy(closing, jwk) &&
      closing.fromSeq === before + 1 &&
      (hash ?? closing.head) === closing.head
    if (!sound) return { seq: toSeq, fault: 'signature' }
    if (countFault(db, closing, dropped)) return { seq: closing.fromSeq, fault: 'count' }
    before = toSeq
    yield { checked: standing.events, total: standing.events }
  }
  return missing
}

/** The list of closings is a projection: each closing of the journal must be in it as it was signed. */
const unlisted = (db: Reader, closings: readonly SignedClosing[]): Found | undefined => {
  const known = new Set(closings.map(one => JSON.stringify(one)))
  const rows = db.all<{ seq: number; data: string }>(
    "SELECT seq, data FROM journal WHERE kind = 'day.closed' ORDER BY seq",
  )
  const bad = rows.find(({ data }) => !known.has(data))
  return bad && { seq: bad.seq, fault: 'signature' }
}

/**
 * Verifies a journal step by step, a few milliseconds each, so that a running agent stays awake. A fault of the file
 * itself ends it as `unreadable`.
 */
export function* verifySteps(db: Reader): Generator<VerifyProgress, JournalReport> {
  const standing: Standing = { events: 0, dropped: 0, last: { seq: 0, hash: GENESIS } }
  let epoch: number | null = null
  let closings: readonly SignedClosing[] = []
  let found: Found | undefined
  try {
    epoch = Number(getMeta(db, 'epoch') ?? 1)
    found = yield* verifyChain(db, standing, epoch)
    if (!found && hasTables(db)) {
      closings = readClosings(db)
      found = yield* verifyClosings(db, closings, standing)
    }
  } catch {
    epoch = null
    found = { seq: standing.last.seq + 1, fault: 'unreadable' }
  }
  const { events, dropped, last } = standing
  const prefix = epoch !== null && hasTables(db) ? gapAt(db, 1) : undefined
  const start = prefix && closings.findLast(({ toSeq }) => toSeq <= prefix.to)
  return {
    ok: !found,
    epoch,
    events,
    head: last.seq,
    firstBad: found?.seq ?? null,
    fault: found?.fault ?? null,
    dropped,
    startsAfter: start ? { day: start.day, seq: start.toSeq } : null,
    closings: found ? 0 : closings.length,
  }
}
