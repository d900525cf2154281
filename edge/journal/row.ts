import type { JournalRecord } from '#domain/journal/record.ts'
import type { Database } from './database.ts'

/** A record as its table has it. */
export type JournalRow = {
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

export const recordOf = ({ clock_trusted, ...row }: JournalRow): JournalRecord => ({
  ...row,
  clockTrusted: clock_trusted === 1,
})

export const insertRecord = (db: Database, record: JournalRecord): void =>
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
