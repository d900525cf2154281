/**
 * The site's journal: append-only, hash-chained, one writer. Invariants:
 * - an event and its projection commit in one transaction, or neither does;
 * - what `append` returned is on the disk (WAL, synchronous=FULL);
 * - `seq` has no gaps inside an epoch; `head` in `meta` moves in the same transaction, so a cut tail shows;
 * - what the disk refuses of `tell` and `record` waits in bounded memory, in order, with the time it happened.
 */
import { randomUUID } from 'node:crypto'
import { codeOf } from '#domain/error.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import type { JournalRecord } from '#domain/journal/record.ts'
import type { EdgeClock } from '../clock.ts'
import { type DiskCode, diskError, isDiskCode } from '../health/disk.ts'
import type { Database } from './database.ts'
import { createDiskState, hasRoomInside } from './disk-state.ts'
import { getMeta, setMeta } from './meta.ts'
import { type JournalRow, recordOf } from './row.ts'
import { createWaiting, type Pending } from './waiting.ts'
import { createWriter } from './writer.ts'

export type Journal = {
  readonly epoch: number
  readonly boot: string
  clockTrusted(): boolean
  head(): number
  /** Highest sequence number the centre committed. */
  committed(): number
  markCommitted(seq: number): void
  read(after: number, limit: number): readonly JournalRecord[]
  /** Writes events and their projection, fsynced when it returns. Anything waiting goes first. Errors: E_DISK_*. */
  append(events: readonly NewEvent[], project?: () => void): readonly JournalRecord[]
  /** As `append`, but what the disk refuses waits in memory: for what must be told although it cannot be written. */
  tell(event: NewEvent, projection?: { readonly project: () => void; readonly saved?: () => void }): void
  /** For periodic records: group-committed within `GROUP_COMMIT_MS`, to spare the card. */
  record(event: NewEvent): void
  flush(): void
  /** Before something that must be written down is begun. Errors: E_DISK_FULL, E_DISK_READONLY, E_DISK_FAULT. */
  assertWritable(): void
  onAppend(listener: (records: readonly JournalRecord[]) => void): () => void
  /** Tells when the disk begins to refuse, and (undefined) when it writes again. */
  onDisk(listener: (refusal: DiskCode | undefined) => void): void
  /** Writes what waits, if the disk takes it, and tries no more. */
  close(): void
}

const GROUP_COMMIT_MS = 5_000

type Options = {
  readonly db: Database
  readonly clock: EdgeClock
  readonly clockTrusted: () => boolean
  /** The records stay buffered and are tried again. */
  readonly onFlushFailed: (error: unknown) => void
  /** The records are written all the same. */
  readonly onListenerFailed?: (error: unknown) => void
  /** Is there room to begin something new? */
  readonly hasRoom?: () => boolean
}

export const createJournal = ({
  db,
  clock,
  clockTrusted,
  onFlushFailed,
  onListenerFailed = () => {},
  hasRoom = () => true,
}: Options): Journal => {
  const boot = randomUUID()
  const epoch = Number(getMeta(db, 'epoch') ?? 1)
  if (!getMeta(db, 'epoch')) setMeta(db, 'epoch', String(epoch))
  const writer = createWriter(db, epoch, boot)
  const waiting = createWaiting()
  const disk = createDiskState()
  const listeners = new Set<(records: readonly JournalRecord[]) => void>()
  let cancelFlush: (() => void) | undefined
  let closed = false

  const stamp = (event: NewEvent): Pending => ({
    event,
    at: clock.now().toISOString(),
    mono: clock.monotonic(),
    // As it is now: when what waits is written, the clock may have been set right.
    clockTrusted: clockTrusted(),
  })

  const noteRefusal = (error: unknown): void => {
    const code = codeOf(error)
    if (isDiskCode(code)) disk.set(code)
  }

  const write = (events: readonly Pending[], project?: () => void): readonly JournalRecord[] => {
    const { all, written } = waiting.take()
    let records: readonly JournalRecord[]
    try {
      records = writer.commit([...all, ...events], project)
    } catch (error) {
      noteRefusal(error)
      throw error
    }
    written()
    cancelFlush?.()
    cancelFlush = undefined
    for (const { saved } of [...all, ...events]) saved?.()
    // What is on the disk stays acknowledged, whatever those who listen make of it.
    for (const listener of listeners)
      try {
        listener(records)
      } catch (error) {
        onListenerFailed(error)
      }
    if (disk.refusal() && hasRoomInside(db)) disk.set(undefined)
    return records.slice(all.length)
  }

  const flush = (): void => {
    if (waiting.size() > 0) write([])
  }

  /** In a timer nobody catches: a disk that refuses must not end the agent. */
  const flushLater = (): void => {
    if (closed) return
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

  const buffer = (pending: Pending): void => {
    waiting.push(pending)
    flushLater()
  }

  return {
    epoch,
    boot,
    clockTrusted,
    head: () => writer.head().seq,
    committed: () => Number(getMeta(db, 'committed') ?? 0),
    markCommitted: seq => setMeta(db, 'committed', String(seq)),
    read: (after, limit) =>
      db
        .all<JournalRow>('SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?', after, limit)
        .map(recordOf),
    append: (events, project) => write(events.map(stamp), project),
    tell: (event, projection) => {
      const pending = { ...stamp(event), ...projection }
      try {
        write([pending])
      } catch (error) {
        if (!isDiskCode(codeOf(error))) throw error
        buffer(pending)
      }
    },
    record: event => buffer(stamp(event)),
    flush,
    assertWritable: () => {
      if (!hasRoom()) throw diskError('E_DISK_FULL')
      // While it refused, a write is tried: what a person just mended works at once.
      if (disk.refusal()) write([])
      const refusal = disk.refusal()
      if (refusal) throw diskError(refusal)
    },
    onAppend: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onDisk: disk.onChange,
    close: () => {
      closed = true
      try {
        flush()
      } catch (error) {
        onFlushFailed(error)
      }
      cancelFlush?.()
      cancelFlush = undefined
    },
  }
}
