/** What the auditor of a random day reads: every record once and in order, its chain, and what they say together. */
import type { DatabaseSync } from 'node:sqlite'
import type { Claims } from '#domain/authorisation/claims.ts'
import { GENESIS, hashRecord, type JournalRecord } from '#domain/journal/record.ts'
import { applyToLedger, LEDGER_KINDS, type LedgerEvent } from '#domain/ledger.ts'
import { isUnnamed, UNNAMED_LOT } from '#domain/unnamed-lot.ts'
import { type JournalRow, recordOf } from '#edge/journal/row.ts'
import { createFollower, type Event, followStanding, type Judges } from './edge-days-follow.ts'
import { assert, createRules, type Lies, nothingSaid, type Said } from './edge-days-rules.ts'

/** What a day is counted by. */
const whatOf = (event: Event): string => {
  switch (event.kind) {
    case 'unlock.refused':
    case 'operation.interrupted':
    case 'withdrawal.interrupted':
      return `${event.kind} ${event.data.code}`
    case 'return.decided':
      return `${event.kind} ${event.data.decision}`
    case 'operation.completed':
    case 'operation.reviewed':
      return event.data.lots?.some(({ lot }) => isUnnamed(lot)) ? `${event.kind} ${UNNAMED_LOT}` : event.kind
    default:
      return event.kind
  }
}

/** Reads what is new on the disk, each time it is asked. */
export const createRecords = (
  db: DatabaseSync,
  { lies, judgesOf }: { readonly lies: () => Lies; readonly judgesOf: (said: Said) => Judges },
) => {
  const rows = db.prepare('SELECT * FROM journal WHERE seq > ? ORDER BY seq')
  const orders = db.prepare('SELECT claims FROM authorisations WHERE jti = ?')
  const said = nothingSaid()
  const rules = createRules(said, jti => {
    const { claims } = orders.get(jti) as { claims: string }
    return JSON.parse(claims) as Claims
  })
  /** Ends that are held against the world when all that was written with them is read. */
  let ends: (() => void)[] = []
  const onEnd = (judge: () => void) => ends.push(judge)
  const followSessions = createFollower({ said, rules, lies, judges: judgesOf(said), onEnd })
  const counts: Record<string, number> = {}
  let last = { seq: 0, hash: GENESIS }

  const take = (record: JournalRecord): void => {
    const { hash, ...body } = record
    assert(record.seq === last.seq + 1 && record.prev === last.hash, `the chain breaks at ${record.seq}`)
    assert(hashRecord(body) === hash, `record ${record.seq} was changed`)
    last = { seq: record.seq, hash }
    said.latest = Math.max(said.latest, Date.parse(record.at))
    const event = { kind: record.kind, data: JSON.parse(record.data) } as Event
    const what = whatOf(event)
    counts[what] = (counts[what] ?? 0) + 1
    if (LEDGER_KINDS.some(kind => kind === event.kind)) applyToLedger(said.ledger, event as LedgerEvent)
    followStanding(said, event)
    followSessions(event, record.at)
  }
  const read = (): void => {
    for (const row of rows.all(last.seq) as JournalRow[]) take(recordOf(row))
    const due = ends
    ends = []
    for (const judge of due) judge()
  }
  return { said, counts, read }
}
