import { onTestFinished } from 'vitest'
import type { SiteList } from '#cloud-sync/contract/messages.ts'
import { openHistory } from '#cloud-sync/history/open.ts'
import type { EventKind, JournalEvents } from '#domain/journal/events.ts'
import type { Movement } from '#domain/journal/events-operations.ts'
import { createAlarms } from '#edge/alarms/alarms.ts'
import type { OrderEffect } from '#edge/authorisation/orders.ts'
import type { EdgeHardware } from '#edge/hardware.ts'
import { createLists } from '#edge/lists/lists.ts'
import { createHoldings } from '#edge/stock/holdings.ts'
import { createStock, type LotDetails } from '#edge/stock/stock.ts'
import { pulseMs } from '#hardware/ports.ts'
import { openJournal, temporaryDir } from './edge-journal.ts'

type Counted = Omit<LotDetails, 'status'> & { readonly quantity: number }

/** Ten packs of amlodipine in D01 that expire at the end of June, with what a test wants otherwise. */
export const counted = (changes: Partial<Counted> = {}): Counted => ({
  drug: 'amlodipine-5',
  lot: 'L1',
  drawer: 'D01',
  expiry: '2027-06-30',
  quantity: 10,
  packGrams: 8,
  packCv: 0.01,
  ...changes,
})

type Drawer = EdgeHardware['drawers'] extends ReadonlyMap<string, infer D> ? D : never

/** Drawers that nobody opens: D01 and D02 for stock, D03 in the refrigerator F1, D04 for returns. */
const drawers = (): Map<string, Drawer> => {
  const shut = {
    lock: { pulse: async () => {}, state: async () => 'closed' as const },
    scale: { read: async () => ({ grams: 0, stable: true }) },
    pulse: pulseMs(400),
  }
  return new Map<string, Drawer>([
    ['D01', { ...shut, role: 'stock' as const }],
    ['D02', { ...shut, role: 'stock' as const }],
    ['D03', { ...shut, role: 'stock' as const, cold: 'F1' }],
    ['D04', { ...shut, role: 'return' as const }],
  ])
}

/**
 * The stock of a site with its journal on disk, as the agent joins them, for one test; opened again, it stands for a restart.
 */
export const openHoldings = async (dir = temporaryDir()) => {
  const held = openJournal(dir.path)
  const { db, journal, clock } = held
  const history = await openHistory({ dataDir: dir.path })
  const alarms = createAlarms(held)
  const lists = createLists(held)
  const stock = createStock(held)
  const hardware = { drawers: drawers() }
  const holdings = createHoldings({
    ...held,
    alarms,
    history,
    site: 'heping',
    stock,
    lists,
    hardware,
    tell: () => {},
  })
  let orders = 0
  const order = (kind: string, { ref, events = [], apply }: OrderEffect): void => {
    orders += 1
    const received = { orderEpoch: 1, orderSeq: orders, kind, ref }
    journal.append([{ kind: 'order.received', data: received }, ...events], apply)
  }
  let sessions = 0
  let runs = true
  /** Leaves the folder, as a power cut does. */
  const stop = async (): Promise<void> => {
    if (!runs) return
    runs = false
    await history.close()
    held.close()
  }
  onTestFinished(async () => {
    await stop()
    dir.remove()
  })
  return {
    ...holdings,
    dir,
    db,
    journal,
    clock,
    history,
    alarms,
    lists,
    stock,
    hardware,
    order,
    list: (list: SiteList): void => order('list', { ref: list.name, apply: () => lists.put(list) }),
    /** An operation that moved this, as its executor writes it. */
    moved: (movements: readonly Movement[], lots: readonly LotDetails[] = []): void => {
      sessions += 1
      const [first] = movements
      const data: JournalEvents['operation.completed'] = {
        session: `s${sessions}`,
        operation: 'count',
        drawer: first?.drawer ?? 'D01',
        actor: 'wang',
        authority: { kind: 'count', cause: 'planned' },
        outcome: 'done',
        movements,
        witness: null,
        reason: null,
      }
      journal.append([{ kind: 'operation.completed', data }], () => stock.applyMovements(movements, { lots }))
    },
    journaled: <K extends EventKind>(kind: K): readonly JournalEvents[K][] =>
      journal
        .read(0, 100_000)
        .filter(record => record.kind === kind)
        .map(record => JSON.parse(record.data) as JournalEvents[K]),
    stop,
  }
}

export type TestHoldings = Awaited<ReturnType<typeof openHoldings>>

/** What would be picked now, as `lot/drawer:packs`, first expiry first. */
export const pickedOf = (
  { stock, clock }: Pick<TestHoldings, 'stock' | 'clock'>,
  drug = 'amlodipine-5',
  quantity = 100,
): readonly string[] =>
  stock.pick(drug, quantity, clock.now()).map(({ lot, quantity: of }) => `${lot.lot}/${lot.drawer}:${of}`)
