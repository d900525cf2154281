import { createHash } from 'node:crypto'

/** Retention class: dispensing and alarms outlive records, records outlive samples. */
export type RecordClass = 'dispensing' | 'alarm' | 'record'

/**
 * One row of a site's journal. `(site, epoch, seq)` is its identity everywhere; `seq` has no gaps inside an epoch.
 * `data` is the exact JSON text that was hashed: it is never parsed and written again on its way.
 */
export type JournalRecord = {
  readonly epoch: number
  readonly seq: number
  /** Wall clock, ISO 8601 UTC. Never rewritten, even when the clock was wrong. */
  readonly at: string
  /** Milliseconds of the monotonic clock since `boot`. */
  readonly mono: number
  readonly boot: string
  /** Was the wall clock trusted when this was written (a Pi has no RTC)? */
  readonly clockTrusted: boolean
  readonly class: RecordClass
  readonly kind: string
  readonly data: string
  /** Hash of the record before this one, hex; `GENESIS` for the first of an epoch. */
  readonly prev: string
  readonly hash: string
}

export const GENESIS = '0'.repeat(64)

/** SHA-256 over every field but the hash itself, as a JSON array, so that no two records share one text. */
export const hashRecord = (record: Omit<JournalRecord, 'hash'>): string => {
  const { prev, epoch, seq, at, mono, boot, clockTrusted, class: retention, kind, data } = record
  const text = JSON.stringify([prev, epoch, seq, at, mono, boot, clockTrusted, retention, kind, data])
  return createHash('sha256').update(text).digest('hex')
}

/** What is wrong with a chain, and where it first goes wrong. */
export type ChainFault = {
  readonly seq: number
  readonly fault: 'gap' | 'broken-link' | 'changed'
}

/**
 * First fault of a run of records that follows `after`, or undefined. The order of checks names the record that was
 * touched: a changed record fails its own hash before its successor fails the link.
 */
export const findChainFault = (
  records: Iterable<JournalRecord>,
  after: { readonly seq: number; readonly hash: string } = { seq: 0, hash: GENESIS },
): ChainFault | undefined => {
  let { seq, hash } = after
  for (const record of records) {
    if (record.seq !== seq + 1) return { seq: seq + 1, fault: 'gap' }
    if (hashRecord(record) !== record.hash) return { seq: record.seq, fault: 'changed' }
    if (record.prev !== hash) return { seq: record.seq, fault: 'broken-link' }
    ;({ seq, hash } = record)
  }
  return undefined
}
