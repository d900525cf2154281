/**
 * The site's journal: append-only, hash-chained, one writer. Invariants:
 * - an event and its projection commit in one transaction, or neither does;
 * - what `append` returned is on the disk (WAL, synchronous=FULL);
 * - `seq` has no gaps inside an epoch; `head` in `meta` moves in the same transaction, so a cut tail shows.
 */
import { randomUUID } from 'node:crypto'
import { classOf, type NewEvent } from '#domain/journal/events.ts'
import { GENESIS, hashRecord, type JournalRecord } from '#domain/journal/record.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from './database.ts'

type Row = {
  readonly seq: number
  readonly epoch: number
  readonly at: string
  readonly mono: number
  readonly boot: string
  readonly clock_trusted: number
  readonly class: JournalRecord['class']
  readonly kind: string
  readonly data: string
  readonly prev: string
  readonly hash: string
}

export const recordOf = ({ clock_trusted, ...row }: Row): JournalRecord => ({
  ...row,
  clockTrusted: clock_trusted === 1,
})

export type Journal = {
  readonly epoch: number
  readonly boot: string
  clockTrusted(): boolean
  head(): number
  /** Highest sequence number the centre committed. */
  committed(): number
  markCommitted(seq: number): void
  read(after: number, limit: number): readonly JournalRecord[]
  /** Writes events and their projection, fsynced when it returns. Anything buffered goes first. */
  append(events: readonly NewEvent[], project?: () => void): readonly JournalRecord[]
  /** For periodic records: group-committed within `GROUP_COMMIT_MS`, to spare the card. */
  record(event: NewEvent): void
  flush(): void
  onAppend(listener: (records: readonly JournalRecord[]) => void): () => void
}

const GROUP_COMMIT_MS = 5_000

const meta = (db: Database, key: string): string | undefined =>
  db.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', key)?.value

const setMeta = (db: Database, key: string, value: string): void =>
  db.run('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', key, value)

type Pending = { readonly event: NewEvent; readonly at: string; readonly mono: number }
type Head = { readonly seq: number; readonly hash: string }

const loadHead = (db: Database): Head => {
  const text = meta(db, 'head')
  return text ? (JSON.parse(text) as Head) : { seq: 0, hash: GENESIS }
}

const insert = (db: Database, record: JournalRecord): void =>
  db.run(
    'INSERT INTO journal (seq, epoch, at, mono, boot, clock_trusted, class, kind, data, prev, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?)',
    record.seq,
    record.epoch,
    record.at,
    record.mono,
    record.boot,
    record.clockTrusted ? 1 : 0,
    record.class,
    record.kind,
    record.data,
    record.prev,
    record.hash,
  )

type Options = {
  readonly db: Database
  readonly clock: EdgeClock
  readonly clockTrusted: () => boolean
  /** The records stay buffered and are tried again. */
  readonly onFlushFailed: (error: unknown) => void
}

export const createJournal = ({ db, clock, clockTrusted, onFlushFailed }: Options): Journal => {
  const boot = randomUUID()
  const epoch = Number(meta(db, 'epoch') ?? 1)
  let head = loadHead(db)
  let buffered: Pending[] = []
  let cancelFlush: (() => void) | undefined
  const listeners = new Set<(records: readonly JournalRecord[]) => void>()
  if (!meta(db, 'epoch')) setMeta(db, 'epoch', String(epoch))

  const chain = ({ event, at, mono }: Pending, prev: Head): JournalRecord => {
    const body = {
      epoch,
      seq: prev.seq + 1,
      at,
      mono,
      boot,
      clockTrusted: clockTrusted(),
      class: classOf(event.kind),
      kind: event.kind,
      data: JSON.stringify(event.data),
      prev: prev.hash,
    }
    return { ...body, hash: hashRecord(body) }
  }

  const commit = (pending: readonly Pending[], project?: () => void): readonly JournalRecord[] => {
    const records: JournalRecord[] = []
    let next = head
    db.transaction(() => {
      for (const one of pending) {
        const record = chain(one, next)
        insert(db, record)
        records.push(record)
        next = record
      }
      setMeta(db, 'head', JSON.stringify({ seq: next.seq, hash: next.hash }))
      project?.()
    })
    head = { seq: next.seq, hash: next.hash }
    return records
  }

  const stamp = (event: NewEvent): Pending => ({
    event,
    at: clock.now().toISOString(),
    mono: clock.monotonic(),
  })

  const write = (events: readonly NewEvent[], project?: () => void): readonly JournalRecord[] => {
    const waiting = buffered
    const records = commit([...waiting, ...events.map(stamp)], project)
    buffered = buffered.slice(waiting.length)
    cancelFlush?.()
    cancelFlush = undefined
    for (const listener of listeners) listener(records)
    return records.slice(waiting.length)
  }

  const flush = (): void => {
    if (buffered.length > 0) write([])
  }

  /** In a timer nobody catches: a disk that refuses must not end the agent. */
  const flushLater = (): void => {
    cancelFlush ??= clock.after(GROUP_COMMIT_MS, () => {
      cancelFlush = undefined
      try {
        flush()
      } catch (error) {
        onFlushFailed(error)
        flushLater()
      }
    })
  }

  return {
    epoch,
    boot,
    clockTrusted,
    head: () => head.seq,
    committed: () => Number(meta(db, 'committed') ?? 0),
    markCommitted: seq => setMeta(db, 'committed', String(seq)),
    read: (after, limit) =>
      db.all<Row>('SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?', after, limit).map(recordOf),
    append: write,
    record: event => {
      buffered.push(stamp(event))
      flushLater()
    },
    flush,
    onAppend: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
