import { classOf } from '#domain/journal/events.ts'
import { GENESIS, hashRecord, type JournalRecord } from '#domain/journal/record.ts'
import { TRUSTED_AT } from '../health/clock-trust.ts'
import type { Database } from './database.ts'
import { getMeta, setMeta } from './meta.ts'
import { insertRecord } from './row.ts'
import type { Pending } from './waiting.ts'

type Head = { readonly seq: number; readonly hash: string }

const loadHead = (db: Database): Head => {
  const text = getMeta(db, 'head')
  return text ? (JSON.parse(text) as Head) : { seq: 0, hash: GENESIS }
}

/** Chains events to the head and commits them with their projections; `head` moves only when they are on the disk. */
export const createWriter = (db: Database, epoch: number, boot: string) => {
  let head = loadHead(db)
  const chain = ({ event, at, mono, clockTrusted }: Pending, prev: Head): JournalRecord => {
    const body = {
      epoch,
      seq: prev.seq + 1,
      at,
      mono,
      boot,
      clockTrusted,
      class: classOf(event.kind),
      kind: event.kind,
      data: JSON.stringify(event.data),
      prev: prev.hash,
    }
    return { ...body, hash: hashRecord(body) }
  }
  return {
    head: () => head,
    commit: (pending: readonly Pending[], project?: () => void): readonly JournalRecord[] => {
      const records: JournalRecord[] = []
      let next = head
      db.transaction(() => {
        for (const one of pending) {
          const record = chain(one, next)
          insertRecord(db, record)
          one.project?.()
          records.push(record)
          next = record
        }
        setMeta(db, 'head', JSON.stringify({ seq: next.seq, hash: next.hash }))
        const trusted = records.findLast(one => one.clockTrusted)
        if (trusted) setMeta(db, TRUSTED_AT, trusted.at)
        project?.()
      })
      head = { seq: next.seq, hash: next.hash }
      return records
    },
  }
}
