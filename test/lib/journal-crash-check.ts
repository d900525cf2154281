import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalEvents } from '#domain/journal/events.ts'
import type { Movement } from '#domain/journal/events-operations.ts'
import { compareLedgers, LEDGER_KINDS, type LedgerEvent, ledgerOf } from '#domain/ledger.ts'
import { JOURNAL_FILE } from '#edge/journal/schema.ts'
import { openForReading, readRecords, verifyJournal } from '#edge/journal/verify.ts'
import type { Township } from './edge-township.ts'

/** What the API said, and so must be on the disk for ever. */
export type Acknowledged = {
  logins: number
  head: number
  readonly started: Set<string>
  readonly ended: Map<string, string>
  answers: number
}

type Counts = {
  readonly withdrawals: number
  readonly operations: number
  readonly reviewed: number
  readonly records: number
}
type Ended = JournalEvents['withdrawal.completed'] | JournalEvents['withdrawal.reviewed']
type Done = JournalEvents['operation.completed'] | JournalEvents['operation.reviewed']
type Of<T> = { readonly kind: string; readonly data: T }

const readAll = (dataDir: string) => {
  const db = openForReading(dataDir)
  try {
    const records = [...readRecords(db)].map(({ kind, data }) => ({
      kind,
      data: JSON.parse(data) as unknown,
    }))
    const lots = db.prepare('SELECT drug, lot, drawer, quantity FROM lots').all() as Movement[]
    const open = db.prepare("SELECT session FROM sessions WHERE status <> 'finished'").all() as {
      session: string
    }[]
    return { records, lots, open }
  } finally {
    db.close()
  }
}

const acknowledgedIsThere = (records: readonly Of<unknown>[], told: Acknowledged): string[] => {
  const problems: string[] = []
  const of = <T>(kind: string): T[] => records.filter(one => one.kind === kind).map(one => one.data as T)
  const logins = of('person.login').length
  if (logins < told.logins) problems.push(`${told.logins} logins acknowledged, ${logins} there`)
  if (records.length < told.head)
    problems.push(`head ${told.head} acknowledged, ${records.length} records there`)
  const starts = ['withdrawal.started', 'operation.started']
  const started = new Set(starts.flatMap(kind => of<{ session: string }>(kind)).map(({ session }) => session))
  for (const session of told.started) if (!started.has(session)) problems.push(`session ${session} is lost`)
  const ended = new Map(
    [...endedIn(records), ...doneIn(records)].map(({ session, outcome }) => [session, outcome]),
  )
  for (const [session, outcome] of told.ended)
    if (ended.get(session) !== outcome)
      problems.push(`${session} ended ${outcome}, the journal says ${ended.get(session) ?? 'nothing'}`)
  return problems
}

const endedIn = (records: readonly Of<unknown>[]): readonly Ended[] =>
  records
    .filter(({ kind }) => kind === 'withdrawal.completed' || kind === 'withdrawal.reviewed')
    .map(({ data }) => data as Ended)

const doneIn = (records: readonly Of<unknown>[]): readonly Done[] =>
  records
    .filter(({ kind }) => kind === 'operation.completed' || kind === 'operation.reviewed')
    .map(({ data }) => data as Done)

const nothingTwice = (records: readonly Of<unknown>[]): string[] => {
  const problems: string[] = []
  const sessions = new Set<string>()
  const fills = new Set<string>()
  for (const { session, jti, items } of endedIn(records)) {
    if (sessions.has(session)) problems.push(`${session} ended twice`)
    sessions.add(session)
    if (!items.some(({ taken }) => (taken ?? 0) > 0)) continue
    if (fills.has(jti)) problems.push(`${jti} dispensed twice`)
    fills.add(jti)
  }
  for (const { session } of doneIn(records)) {
    if (sessions.has(session)) problems.push(`${session} ended twice`)
    sessions.add(session)
  }
  return problems
}

const ledgerBalances = (records: readonly Of<unknown>[], lots: readonly Movement[]): string[] => {
  const moving = records.filter(({ kind }) =>
    LEDGER_KINDS.some(one => one === kind),
  ) as readonly LedgerEvent[]
  return compareLedgers(lots, ledgerOf(moving)).map(
    ({ drawer, lot, ledger, journal }) =>
      `${lot} in ${drawer}: the table says ${ledger}, the journal ${journal}`,
  )
}

/** With nothing open the ledger is what lies in the drawers; people always told the truth. */
const drawersAgree = (town: Township, lots: readonly Movement[]): string[] =>
  town.cabinet.world.view().drawers.flatMap(({ id, units }) => {
    const booked = lots.filter(({ drawer }) => drawer === id).reduce((sum, { quantity }) => sum + quantity, 0)
    return booked === units ? [] : [`${id}: the ledger says ${booked}, ${units} lie there`]
  })

/** What is open is one session, which has begun and not ended. */
const openIsOpen = (
  records: readonly Of<unknown>[],
  open: readonly { readonly session: string }[],
): string[] => {
  const ended = new Set([...endedIn(records), ...doneIn(records)].map(({ session }) => session))
  return [
    ...(open.length > 1 ? [`${open.length} sessions are open`] : []),
    ...open.flatMap(({ session }) => (ended.has(session) ? [`${session} has ended and is open`] : [])),
  ]
}

/** Everything that must hold, however the agent died. */
export const checkAfterKill = (
  town: Township,
  { acknowledged }: { readonly acknowledged: Acknowledged },
): { readonly problems: readonly string[]; readonly counts: Counts } => {
  const none = { withdrawals: 0, operations: 0, reviewed: 0, records: 0 }
  // Killed before the first start made the file: nothing was acknowledged either.
  if (!existsSync(join(town.dataDir, JOURNAL_FILE)))
    return { problems: acknowledged.answers > 0 ? ['the journal is gone'] : [], counts: none }
  if (acknowledged.head === 0 && acknowledged.answers === 0) return { problems: [], counts: none }
  const report = verifyJournal(town.dataDir)
  const { records, lots, open } = readAll(town.dataDir)
  const intents = records.filter(({ kind }) => kind === 'unlock.intent').length
  const pulses = town.cabinet.pulses.length
  const problems = [
    ...(report.ok ? [] : [`chain: ${report.fault} at ${report.firstBad}`]),
    ...acknowledgedIsThere(records, acknowledged),
    ...nothingTwice(records),
    ...ledgerBalances(records, lots),
    ...openIsOpen(records, open),
    ...(open.length === 0 ? drawersAgree(town, lots) : []),
    ...(pulses > intents ? [`${pulses} pulses, ${intents} intents`] : []),
  ]
  const reviewed = records.filter(({ kind }) => kind.endsWith('.reviewed')).length
  return {
    problems,
    counts: {
      withdrawals: endedIn(records).length,
      operations: doneIn(records).length,
      reviewed,
      records: records.length,
    },
  }
}
