import { GENESIS, hashRecord, type JournalRecord } from '#domain/journal/record.ts'

/** Writes a chained journal as an agent would, for tests of the centre. */
export const createJournal = ({ epoch = 1, boot = 'boot-1' } = {}) => {
  const records: JournalRecord[] = []
  const append = (kind: string, data: unknown, at = '2026-11-22T02:00:00.000Z'): JournalRecord => {
    const before = records.at(-1)
    const seq = (before?.seq ?? 0) + 1
    const body = {
      ...{ epoch, seq, at, boot, kind, mono: seq * 1000, clockTrusted: true, class: 'record' as const },
      data: typeof data === 'string' ? data : JSON.stringify(data),
      prev: before?.hash ?? GENESIS,
    }
    const record = { ...body, hash: hashRecord(body) }
    records.push(record)
    return record
  }
  return { epoch, records, append }
}

export const encodeBatch = (site: string, records: readonly JournalRecord[]): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ site, epoch: records[0]?.epoch, records }))
