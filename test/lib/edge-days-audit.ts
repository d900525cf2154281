/**
 * The auditor of a random day: holds the journal on the disk, read by a connection of its own, against the world. It knows the
 * rules, not the code; what it keeps it has from the records alone.
 */
import { DatabaseSync } from 'node:sqlite'
import type { CountedItem, JournalEvents } from '#domain/journal/events.ts'
import type { LotStatus, Movement } from '#domain/journal/events-operations.ts'
import { compareLedgers } from '#domain/ledger.ts'
import { createRecords } from './edge-days-records.ts'
import { assert, key, type Open, type Said } from './edge-days-rules.ts'
import type { Site } from './edge-days-site.ts'

/** What truly is: the goods in the drawers and what the hand did to them. */
const createTruth = (site: Site) => {
  const unitsNow = (): Map<string, number> =>
    new Map(site.world.view().drawers.map(({ id, units }) => [id, units]))
  const foreignNow = (): Map<string, number> =>
    new Map([...site.faults].map(([id, { foreign }]) => [id, foreign]))
  return {
    unitsNow,
    now: () => ({ units: unitsNow(), foreign: foreignNow() }),
    moved: (one: Open, drawer: string): number =>
      (unitsNow().get(drawer) ?? 0) - (one.units.get(drawer) ?? 0),
    weightDisturbed: (one: Open, drawer: string): boolean =>
      (foreignNow().get(drawer) ?? 0) !== (one.foreign.get(drawer) ?? 0),
  }
}
type Truth = ReturnType<typeof createTruth>

/**
 * Scales do not lie, people may: what a person said is held against what the hand did. `doubt` has the drawers of which
 * somebody told less than the truth, until they are counted.
 */
const judgesBy =
  ({ unitsNow, moved, weightDisturbed }: Truth, doubt: Set<string>) =>
  ({ service }: Said) => ({
    withdrawal: (one: Open, items: readonly CountedItem[], reviewed: boolean): void => {
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
    },
    operation: (one: Open, data: JournalEvents['operation.completed']): void => {
      const { drawer, operation, outcome } = data
      if (operation === 'count' && outcome !== 'cancelled') {
        const told = (one.entered ?? []).reduce((sum, line) => sum + line.entered, 0)
        if (told === unitsNow().get(drawer)) doubt.delete(drawer)
        else doubt.add(drawer)
        return
      }
      const movement = data.movements.reduce((sum, { quantity }) => sum + quantity, 0)
      if (movement === moved(one, drawer)) return
      const excused =
        one.entered !== null || weightDisturbed(one, drawer) || service.get(drawer) !== undefined
      assert(excused, `${operation} in ${drawer}: ${movement} by the record, ${moved(one, drawer)} in truth`)
      doubt.add(drawer)
    },
  })

/** Counts the pulses at the wire against the intents on the disk; gives what was wrong so far. */
const watchWire = (db: DatabaseSync, site: Site): readonly string[] => {
  const intents = db.prepare(
    "SELECT count(*) AS n FROM journal WHERE kind = 'unlock.intent' AND json_extract(data, '$.drawer') = ?",
  )
  const retired = db.prepare(
    "SELECT 1 FROM drawer_service WHERE drawer = ? AND service = 'out-of-service' AND cause = 'person'",
  )
  const pulses = new Map<string, number>()
  const wrong: string[] = []
  /** R18: whose switch is dead and whom a person took out of service holds nobody up; that person answers for it. */
  const answeredFor = (drawer: string): boolean => {
    const fault = site.faults.get(drawer)
    return (fault?.deafSwitch === true || fault?.lineDown === true) && retired.get(drawer) !== undefined
  }
  site.onPulse(drawer => {
    const n = (pulses.get(drawer) ?? 0) + 1
    pulses.set(drawer, n)
    const { n: said } = intents.get(drawer) as { n: number }
    // What is thrown at the wire the agent takes for a fault of the line: it is told at the next look.
    if (n > said) wrong.push(`pulse ${n} of ${drawer}, of which the disk has ${said} intents`)
    for (const { id, latched } of site.world.view().drawers)
      if (!latched && !answeredFor(id)) wrong.push(`${drawer} is unlocked while ${id} is not locked`)
  })
  return wrong
}

/** The agent's tables say what the records add up to. */
const createTables = (db: DatabaseSync) => {
  const lotRows = db.prepare('SELECT drug, lot, drawer, quantity, status, expiry FROM lots')
  const openRows = db.prepare("SELECT session FROM sessions WHERE status <> 'finished'")
  const orderOf = db.prepare('SELECT status FROM authorisations WHERE jti = ?')
  const lots = () => lotRows.all() as (Movement & { status: LotStatus })[]
  const holdAgainst = ({ ledger, status, open, dispensed }: Said): void => {
    const rows = lots()
    const differences = compareLedgers(rows, ledger)
    assert(differences.length === 0, `the ledger does not balance: ${JSON.stringify(differences)}`)
    for (const { drug, lot, drawer, status: stands } of rows)
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
  return { lots, holdAgainst }
}

export const createAudit = (site: Site) => {
  const db = new DatabaseSync(site.path, { readOnly: true })
  const truth = createTruth(site)
  const doubt = new Set<string>()
  let before = truth.now()
  const { said, counts, read } = createRecords(db, { lies: () => before, judgesOf: judgesBy(truth, doubt) })
  const tables = createTables(db)
  const atWire = watchWire(db, site)

  /** Between sessions a drawer that may be picked from holds what the ledger says, unless somebody lied. */
  const holdAgainstWorld = (): void => {
    if (said.open || said.keyOut || site.diskRefuses()) return
    const lots = tables.lots()
    for (const [drawer, units] of truth.unitsNow()) {
      if (doubt.has(drawer) || said.service.has(drawer)) continue
      const booked = lots
        .filter(lot => lot.drawer === drawer)
        .reduce((sum, { quantity }) => sum + quantity, 0)
      assert(booked === units, `${drawer}: ${booked} by the ledger, ${units} lie there`)
    }
  }
  const audit = {
    /** Before anything is done: what lies in the drawers now is what a session that begins finds there. */
    note: (): void => {
      before = truth.now()
    },
    check: (): void => {
      assert(atWire.length === 0, atWire.join('; '))
      read()
      tables.holdAgainst(said)
      holdAgainstWorld()
    },
    open: () => said.open,
    /** What truly moved in this drawer since the open session began. */
    moved: (drawer: string): number => (said.open ? truth.moved(said.open, drawer) : 0),
    service: (drawer: string) => said.service.get(drawer) ?? 'in-service',
    counts,
    doubt,
    close: () => db.close(),
  }
  audit.check()
  return audit
}

export type Audit = ReturnType<typeof createAudit>
