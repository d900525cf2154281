import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { JournalEvents } from '#domain/journal/events.ts'
import type { JournalRecord } from '#domain/journal/record.ts'
import { type Beside, besideIn } from './put-back.ts'
import { salvageMeta, salvageRecords } from './salvage.ts'

/** The contract's limit of one record's data. */
const MOST_DATA = 64 * 1024

/** What a damaged journal still says. The records themselves stay in it: they may be more than memory holds. */
export type Aside = {
  readonly epoch: number | undefined
  readonly committed: number
  readonly head: number
  /** Numbers that could not be read and that the centre has not got, as ranges. */
  readonly missing: readonly (readonly [number, number])[]
  /** Fills whose withdrawal began and did not end untouched. */
  readonly used: ReadonlySet<string>
  /** What was handed out beside the orders, oldest first. */
  readonly beside: readonly Beside[]
  readonly meta: ReadonlyMap<string, string>
}

/** Which fills the records show to be used, whatever a table says that lost its rows. */
const noteUse = (used: Set<string>, { kind, data }: JournalRecord): void => {
  if (!kind.startsWith('withdrawal.')) return
  const { jti, outcome } = JSON.parse(data) as Partial<JournalEvents['withdrawal.completed']>
  if (jti === undefined) return
  if (outcome === 'abandoned') used.delete(jti)
  else used.add(jti)
}

const isUnsent = (record: JournalRecord, committed: number): boolean =>
  record.seq > committed && JSON.stringify({ record }).length <= MOST_DATA

/** Readable records that the centre has not confirmed, in order. */
export function* unsentOf(db: DatabaseSync, { head, committed }: Aside): Generator<JournalRecord> {
  for (const record of salvageRecords(db, head)) if (isUnsent(record, committed)) yield record
}

const headIn = (meta: ReadonlyMap<string, string>): number => {
  try {
    return Number((JSON.parse(meta.get('head') ?? '{}') as { seq?: number }).seq) || 0
  } catch {
    return 0
  }
}

/** All records for people, as JSON Lines. It needs the room of a second journal: without it the agent starts all the same. */
const createCopy = (path: string) => {
  let fd: number | undefined
  const attempt = (work: () => void): void => {
    try {
      work()
    } catch {
      if (fd !== undefined) closeSync(fd)
      fd = undefined
      rmSync(path, { force: true })
    }
  }
  attempt(() => {
    fd = openSync(path, 'w', 0o600)
  })
  return {
    write: (record: JournalRecord): void =>
      attempt(() => {
        if (fd !== undefined) writeFileSync(fd, `${JSON.stringify(record)}\n`)
      }),
    close: (): void =>
      attempt(() => {
        if (fd === undefined) return
        fsyncSync(fd)
        closeSync(fd)
        fd = undefined
      }),
  }
}

/** Everything that can be read; all records also go to a file of their own. */
export const readAside = (db: DatabaseSync, aside: string): Aside => {
  const meta = salvageMeta(db)
  const head = headIn(meta)
  const committed = Number(meta.get('committed')) || 0
  const used = new Set<string>()
  const beside: Beside[] = []
  const missing: (readonly [number, number])[] = []
  let next = committed + 1
  const missUpTo = (seq: number): void => {
    if (seq >= next) missing.push([next, seq])
  }
  let last: JournalRecord | undefined
  const copy = createCopy(`${aside}.records.jsonl`)
  for (const record of salvageRecords(db, head)) {
    copy.write(record)
    noteUse(used, record)
    const one = besideIn(record)
    if (one) beside.push(one)
    last = record
    if (!isUnsent(record, committed)) continue
    missUpTo(record.seq - 1)
    next = record.seq + 1
  }
  copy.close()
  missUpTo(Math.max(head, last?.seq ?? 0))
  return { epoch: Number(meta.get('epoch')) || last?.epoch, committed, head, missing, used, beside, meta }
}
