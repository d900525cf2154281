import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalEvents } from '#domain/journal/events.ts'
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

type Counts = { readonly ended: number; readonly reviewed: number; readonly records: number }
type Ended = JournalEvents['withdrawal.completed'] | JournalEvents['withdrawal.reviewed']
type Of<T> = { readonly kind: string; readonly data: T }

const FILLED = { D01: 20, D02: 10, D03: 10 } as const

const readAll = (dataDir: string) => {
  const db = openForReading(dataDir)
  try {
    const records = [...readRecords(db)].map(({ kind, data }) => ({
      kind,
      data: JSON.parse(data) as unknown,
    }))
    const lots = db.prepare('SELECT drawer, quantity FROM lots').all() as {
      drawer: string
      quantity: number
    }[]
    const open = db.prepare("SELECT session FROM sessions WHERE status <> 'finished'").all().length
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
  const started = new Set(of<{ session: string }>('withdrawal.started').map(({ session }) => session))
  for (const session of told.started)
    if (!started.has(session)) problems.push(`withdrawal ${session} is lost`)
  const ended = new Map(endedIn(records).map(({ session, outcome }) => [session, outcome]))
  for (const [session, outcome] of told.ended)
    if (ended.get(session) !== outcome)
      problems.push(`${session} ended ${outcome}, the journal says ${ended.get(session) ?? 'nothing'}`)
  return problems
}

const endedIn = (records: readonly Of<unknown>[]): readonly Ended[] =>
  records
    .filter(({ kind }) => kind === 'withdrawal.completed' || kind === 'withdrawal.reviewed')
    .map(({ data }) => data as Ended)

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
  return problems
}

const ledgerBalances = (
  records: readonly Of<unknown>[],
  lots: readonly { readonly drawer: string; readonly quantity: number }[],
): string[] =>
  lots.flatMap(({ drawer, quantity }) => {
    const out = endedIn(records)
      .flatMap(({ items }) => items)
      .filter(one => one.drawer === drawer)
      .reduce((sum, { taken }) => sum + (taken ?? 0), 0)
    const should = FILLED[drawer as keyof typeof FILLED] - out
    return should === quantity ? [] : [`${drawer}: the ledger says ${quantity}, the journal ${should}`]
  })

/** With no withdrawal open the ledger is what lies in the drawers; the hand always told the truth. */
const drawersAgree = (
  town: Township,
  lots: readonly { readonly drawer: string; readonly quantity: number }[],
): string[] =>
  lots.flatMap(({ drawer, quantity }) => {
    const there = town.cabinet.world.view().drawers.find(({ id }) => id === drawer)?.units
    return there === quantity ? [] : [`${drawer}: the ledger says ${quantity}, ${there} lie there`]
  })

/** Everything that must hold, however the agent died. */
export const checkAfterKill = (
  town: Township,
  { acknowledged }: { readonly acknowledged: Acknowledged },
): { readonly problems: readonly string[]; readonly counts: Counts } => {
  const none = { ended: 0, reviewed: 0, records: 0 }
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
    ...(open === 0 ? drawersAgree(town, lots) : []),
    ...(pulses > intents ? [`${pulses} pulses, ${intents} intents`] : []),
  ]
  const reviewed = records.filter(({ kind }) => kind === 'withdrawal.reviewed').length
  return { problems, counts: { ended: endedIn(records).length, reviewed, records: records.length } }
}
