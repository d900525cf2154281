/**
 * The auditor of a random day: holds the journal on the disk, read by a connection of its own, against the world. It knows the
 * rules, not the code; what it keeps it has from the records alone.
 */
import { DatabaseSync } from 'node:sqlite'
import type { Claims } from '#domain/authorisation/claims.ts'
import type { Authority } from '#domain/authority.ts'
import type { CountedItem, EventKind, JournalEvents } from '#domain/journal/events.ts'
import type { LotStatus, Movement, OperationKind } from '#domain/journal/events-operations.ts'
import { GENESIS, hashRecord, type JournalRecord } from '#domain/journal/record.ts'
import { applyToLedger, compareLedgers, LEDGER_KINDS, type Ledger, type LedgerEvent } from '#domain/ledger.ts'
import { MINUTE, shanghaiDay } from '#domain/time.ts'
import { isUnnamed, UNNAMED_LOT } from '#domain/unnamed-lot.ts'
import { type JournalRow, recordOf } from '#edge/journal/row.ts'
import type { Site } from './edge-days-site.ts'

type Open = {
  readonly session: string
  readonly kind: OperationKind | 'withdrawal'
  readonly drawer: string | null
  readonly jti: string | null
  readonly authority: Authority | null
  /** Packs that truly lay in each drawer when it began. */
  readonly units: ReadonlyMap<string, number>
  readonly foreign: ReadonlyMap<string, number>
  entered: JournalEvents['operation.entered']['lines'] | null
}
type Event = { readonly [K in EventKind]: { readonly kind: K; readonly data: JournalEvents[K] } }[EventKind]

const fail = (text: string): never => {
  throw new Error(text)
}
const assert: (holds: boolean, text: string) => asserts holds = (holds, text) => {
  if (!holds) fail(text)
}
const key = (...parts: readonly string[]): string => JSON.stringify(parts)
/** Which drawers a kind may open although they are not in service. */
const OPENS_OUT_OF_SERVICE: readonly (OperationKind | 'withdrawal')[] = ['count', 'test', 'break-glass']

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

export const createAudit = (site: Site) => {
  const db = new DatabaseSync(site.path, { readOnly: true })
  const rows = db.prepare('SELECT * FROM journal WHERE seq > ? ORDER BY seq')
  const intents = db.prepare(
    "SELECT count(*) AS n FROM journal WHERE kind = 'unlock.intent' AND json_extract(data, '$.drawer') = ?",
  )
  const lotRows = db.prepare('SELECT drug, lot, drawer, quantity, status, expiry FROM lots')
  const openRows = db.prepare("SELECT session FROM sessions WHERE status <> 'finished'")
  const orderOf = db.prepare('SELECT claims, status FROM authorisations WHERE jti = ?')

  const retired = db.prepare(
    "SELECT 1 FROM drawer_service WHERE drawer = ? AND service = 'out-of-service' AND cause = 'person'",
  )

  let last = { seq: 0, hash: GENESIS }
  let latest = 0
  const ledger: Ledger = new Map()
  const expiry = new Map<string, string>()
  const status = new Map<string, LotStatus>()
  const service = new Map<string, string>()
  const ordered = new Set<string>()
  const revoked = new Set<string>()
  const overrides = new Set<string>()
  const dispensed = new Set<string>()
  const ended = new Set<string>()
  const pulses = new Map<string, number>()
  /** Drawers of which somebody told less than the truth, until they are counted. */
  const doubt = new Set<string>()
  const atWire: string[] = []
  /** Ends that are held against the world when all that was written with them is read. */
  let ends: (() => void)[] = []
  let keyOut = false
  let open: Open | undefined
  let before = { units: new Map<string, number>(), foreign: new Map<string, number>() }
  const counts: Record<string, number> = {}

  const unitsNow = (): Map<string, number> =>
    new Map(site.world.view().drawers.map(({ id, units }) => [id, units]))
  const foreignNow = (): Map<string, number> =>
    new Map([...site.faults].map(([id, { foreign }]) => [id, foreign]))
  const moved = (one: Open, drawer: string): number =>
    (unitsNow().get(drawer) ?? 0) - (one.units.get(drawer) ?? 0)
  const weightDisturbed = (one: Open, drawer: string): boolean =>
    (foreignNow().get(drawer) ?? 0) !== (one.foreign.get(drawer) ?? 0)

  const begin = (one: Omit<Open, 'units' | 'foreign' | 'entered'>): void => {
    assert(open === undefined, `${one.kind} began while a ${open?.kind} is open`)
    assert(!ended.has(one.session), `${one.session} began twice`)
    open = { ...one, ...before, entered: null }
  }
  const end = (session: string): Open => {
    const one = open
    assert(one?.session === session, `${session} ended, but ${one?.session ?? 'nothing'} is open`)
    assert(!ended.has(session), `${session} ended twice`)
    ended.add(session)
    open = undefined
    return one
  }

  /** Scales do not lie, people may: what a person said is held against what the hand did. */
  const judgeWithdrawal = (one: Open, items: readonly CountedItem[], reviewed: boolean): void => {
    for (const drawer of new Set(items.map(item => item.drawer))) {
      const own = items.filter(item => item.drawer === drawer)
      const taken = own.reduce((sum, item) => sum + (item.taken ?? 0), 0)
      const told = own.every(item => item.taken !== null) && taken === -moved(one, drawer)
      if (told) continue
      const excused = reviewed || weightDisturbed(one, drawer) || service.get(drawer) !== undefined
      assert(
        excused,
        `${one.session}: ${taken} from ${drawer} by the record, ${-moved(one, drawer)} in truth`,
      )
      doubt.add(drawer)
    }
  }
  const judgeOperation = (one: Open, data: JournalEvents['operation.completed']): void => {
    const { drawer, operation, outcome } = data
    if (operation === 'count' && outcome !== 'cancelled') {
      const told = (one.entered ?? []).reduce((sum, line) => sum + line.entered, 0)
      if (told === unitsNow().get(drawer)) doubt.delete(drawer)
      else doubt.add(drawer)
      return
    }
    const movement = data.movements.reduce((sum, { quantity }) => sum + quantity, 0)
    if (movement === moved(one, drawer)) return
    const excused = one.entered !== null || weightDisturbed(one, drawer) || service.get(drawer) !== undefined
    assert(excused, `${operation} in ${drawer}: ${movement} by the record, ${moved(one, drawer)} in truth`)
    doubt.add(drawer)
  }

  const judgeOrder = (jti: string, at: string, purpose: 'take' | 'put-back'): void => {
    if (jti.startsWith('override:')) {
      assert(overrides.has(jti.slice('override:'.length)), `intent in the name of the unknown ${jti}`)
      return
    }
    assert(ordered.has(jti), `intent without an order: ${jti}`)
    assert(!dispensed.has(jti), `intent for ${jti}, which is dispensed`)
    if (purpose === 'put-back') return
    assert(!revoked.has(jti), `intent for the revoked ${jti}`)
    const { claims } = orderOf.get(jti) as { claims: string }
    const { exp, nbf } = JSON.parse(claims) as Claims
    // By the newest time that the site knew of: its clock may stand behind. Two minutes are granted.
    assert(latest + 2 * MINUTE >= nbf * 1_000, `intent for ${jti} at ${at}, before it was valid`)
    assert(Date.parse(at) <= exp * 1_000, `intent for ${jti} at ${at}, after it expired`)
  }

  const judgeIntent = (data: JournalEvents['unlock.intent'], at: string): void => {
    assert(open?.session === data.session, `intent of ${data.session} while ${open?.session} is open`)
    assert(!keyOut, 'intent while a mechanical key is out')
    const { drawer } = data
    const out = service.get(drawer)
    if ('jti' in data) {
      assert(open.jti === data.jti, 'intent in the name of another order')
      judgeOrder(data.jti, at, data.purpose)
      if (data.purpose === 'put-back') return
      const lot = key(data.drug, data.lot, drawer)
      assert(out === undefined, `picked from ${drawer}, which is ${out}`)
      assert(status.get(lot) === 'available', `picked ${lot}, which is ${status.get(lot)}`)
      assert((expiry.get(lot) ?? '') >= shanghaiDay(new Date(at)), `picked ${lot}, which has expired`)
      return
    }
    assert(JSON.stringify(data.authority) === JSON.stringify(open.authority), 'intent by another authority')
    assert(data.drawer === open.drawer, `intent for ${drawer} in a session of ${open.drawer}`)
    // A session that has its drawer open already goes on although the drawer is forced meanwhile.
  }

  const judgeStart = (data: JournalEvents['operation.started']): void => {
    const out = service.get(data.drawer)
    assert(
      out === undefined || OPENS_OUT_OF_SERVICE.includes(data.operation),
      `${data.operation} began in ${data.drawer}, which is ${out}`,
    )
  }

  const follow = (event: Event, at: string): void => {
    switch (event.kind) {
      case 'order.received':
        if (event.data.kind === 'authorisation') ordered.add(event.data.ref)
        if (event.data.kind === 'revocation') revoked.add(event.data.ref)
        return
      case 'override.started':
        overrides.add(event.data.override)
        return
      case 'key.taken':
      case 'key.returned':
        keyOut = event.kind === 'key.taken'
        return
      case 'drawer.service':
        if (event.data.service === 'in-service') service.delete(event.data.drawer)
        else service.set(event.data.drawer, event.data.service)
        return
      case 'stock.counted': {
        const { drug, lot, drawer } = event.data
        if (status.has(key(drug, lot, drawer))) return
        expiry.set(key(drug, lot, drawer), event.data.expiry)
        status.set(key(drug, lot, drawer), 'available')
        return
      }
      case 'lot.status':
        status.set(key(event.data.drug, event.data.lot, event.data.drawer), event.data.status)
        return
      case 'withdrawal.started': {
        const { session, jti } = event.data
        assert(!dispensed.has(jti), `${jti} began again after it was dispensed`)
        begin({ session, jti, kind: 'withdrawal', drawer: null, authority: null })
        return
      }
      case 'operation.started': {
        const { session, operation, drawer, authority } = event.data
        judgeStart(event.data)
        begin({ session, jti: null, kind: operation, drawer, authority })
        return
      }
      case 'operation.entered':
        if (open) open.entered = event.data.lines
        return
      case 'unlock.intent':
        judgeIntent(event.data, at)
        return
      case 'withdrawal.completed':
      case 'withdrawal.reviewed': {
        const { session, jti, items, outcome } = event.data
        const one = end(session)
        ends.push(() => judgeWithdrawal(one, items, event.kind === 'withdrawal.reviewed'))
        if (outcome !== 'abandoned') dispensed.add(jti)
        return
      }
      case 'operation.completed':
      case 'operation.reviewed': {
        for (const { drug, lot, drawer, ...rest } of event.data.lots ?? [])
          if (!expiry.has(key(drug, lot, drawer))) {
            expiry.set(key(drug, lot, drawer), rest.expiry)
            status.set(key(drug, lot, drawer), rest.status)
          }
        const one = end(event.data.session)
        const { data } = event
        ends.push(() => judgeOperation(one, data))
        return
      }
      default:
    }
  }

  const read = (): void => {
    for (const row of rows.all(last.seq) as JournalRow[]) {
      const record: JournalRecord = recordOf(row)
      const { hash, ...body } = record
      assert(record.seq === last.seq + 1 && record.prev === last.hash, `the chain breaks at ${record.seq}`)
      assert(hashRecord(body) === hash, `record ${record.seq} was changed`)
      last = { seq: record.seq, hash }
      latest = Math.max(latest, Date.parse(record.at))
      const event = { kind: record.kind, data: JSON.parse(record.data) } as Event
      const what = whatOf(event)
      counts[what] = (counts[what] ?? 0) + 1
      if (LEDGER_KINDS.some(kind => kind === event.kind)) applyToLedger(ledger, event as LedgerEvent)
      follow(event, record.at)
    }
    const due = ends
    ends = []
    for (const judge of due) judge()
  }

  const holdAgainstTables = (): void => {
    const lots = lotRows.all() as (Movement & { status: LotStatus })[]
    const differences = compareLedgers(lots, ledger)
    assert(differences.length === 0, `the ledger does not balance: ${JSON.stringify(differences)}`)
    for (const { drug, lot, drawer, status: stands } of lots)
      assert(status.get(key(drug, lot, drawer)) === stands, `${lot} in ${drawer} stands as ${stands} unsaid`)
    const sessions = (openRows.all() as { session: string }[]).map(({ session }) => session)
    assert(sessions.length <= 1 && sessions[0] === open?.session, `open by the table: ${sessions}`)
    for (const jti of dispensed) {
      const row = orderOf.get(jti) as { status: string } | undefined
      assert(
        row === undefined || row.status === 'dispensed',
        `${jti} is dispensed, the table says ${row?.status}`,
      )
    }
  }

  /** Between sessions a drawer that may be picked from holds what the ledger says, unless somebody lied. */
  const holdAgainstWorld = (): void => {
    if (open || keyOut || site.diskRefuses()) return
    const lots = lotRows.all() as Movement[]
    for (const [drawer, units] of unitsNow()) {
      if (doubt.has(drawer) || service.has(drawer)) continue
      const booked = lots
        .filter(lot => lot.drawer === drawer)
        .reduce((sum, { quantity }) => sum + quantity, 0)
      assert(booked === units, `${drawer}: ${booked} by the ledger, ${units} lie there`)
    }
  }

  /** R18: whose switch is dead and whom a person took out of service holds nobody up; that person answers for it. */
  const answeredFor = (drawer: string): boolean => {
    const wrong = site.faults.get(drawer)
    return (wrong?.deafSwitch === true || wrong?.lineDown === true) && retired.get(drawer) !== undefined
  }
  site.onPulse(drawer => {
    const n = (pulses.get(drawer) ?? 0) + 1
    pulses.set(drawer, n)
    const { n: said } = intents.get(drawer) as { n: number }
    // What is thrown at the wire the agent takes for a fault of the line: it is told at the next look.
    if (n > said) atWire.push(`pulse ${n} of ${drawer}, of which the disk has ${said} intents`)
    for (const { id, latched } of site.world.view().drawers)
      if (!latched && !answeredFor(id)) atWire.push(`${drawer} is unlocked while ${id} is not locked`)
  })

  const audit = {
    /** Before anything is done: what lies in the drawers now is what a session that begins finds there. */
    note: (): void => {
      before = { units: unitsNow(), foreign: foreignNow() }
    },
    check: (): void => {
      assert(atWire.length === 0, atWire.join('; '))
      read()
      holdAgainstTables()
      holdAgainstWorld()
    },
    open: () => open,
    /** What truly moved in this drawer since the open session began. */
    moved: (drawer: string): number => (open ? moved(open, drawer) : 0),
    service: (drawer: string) => service.get(drawer) ?? 'in-service',
    counts,
    doubt,
    close: () => db.close(),
  }
  audit.note()
  audit.check()
  return audit
}

export type Audit = ReturnType<typeof createAudit>
