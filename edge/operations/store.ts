import { randomUUID } from 'node:crypto'
import type { JournalEvents, NewEvent } from '#domain/journal/events.ts'
import type { Movement } from '#domain/journal/events-operations.ts'
import type { EdgeClock } from '../clock.ts'
import { createSessionTable } from '../dispensing/session-table.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Returns } from '../returns/returns.ts'
import type { Shipments } from '../shipments/shipments.ts'
import type { Stock } from '../stock/stock.ts'
import { untouched } from './judge.ts'
import type { Service } from './service.ts'
import { lineOf, type Operation } from './state.ts'

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly stock: Pick<Stock, 'applyMovements'>
  readonly service: Pick<Service, 'project' | 'afterCount' | 'afterTest' | 'afterBreakGlass'>
  readonly shipments: Pick<Shipments, 'received'>
  readonly returns: Pick<Returns, 'brought' | 'moved'>
}

type End = JournalEvents['operation.completed']

const isEnd = (
  event: NewEvent,
): event is Extract<NewEvent, { kind: 'operation.completed' | 'operation.reviewed' }> =>
  event.kind === 'operation.completed' || event.kind === 'operation.reviewed'

const sumOf = (movements: readonly Movement[]): number =>
  movements.reduce((sum, { quantity }) => sum + quantity, 0)

/** Keeps an operation in the same transaction as the journal records that changed it, with all that follows from them. */
export const createOperationStore = ({ db, journal, clock, stock, service, shipments, returns }: Options) => {
  const table = createSessionTable({ db, clock, kind: 'operation' })

  /** Where the packs of a return are now. What went the other way is none of them, and a case. */
  const follow = (op: Operation, id: string, moved: number): void => {
    const { drug, lot, expiry, promised } = lineOf(op)
    if (moved * promised <= 0) return
    const { actor, why, authority } = op
    const rx = authority.kind === 'return' ? authority.rx : null
    if (op.kind === 'return')
      returns.brought({ id, rx, drug, lot, expiry, quantity: moved, reason: why ?? '', actor })
    else if (op.kind === 'restock') returns.moved(id, 'restocked')
    else returns.moved(id, op.witnessed ? 'wasted' : 'in-hand')
  }

  const settle = (op: Operation, { movements, lots, authority }: End): void => {
    stock.applyMovements(movements, lots ? { lots } : {})
    const moved = sumOf(movements)
    if (authority.kind === 'shipment' && moved > 0)
      shipments.received(authority.shipment, authority.line, moved)
    if (authority.kind === 'return') follow(op, authority.return, moved)
  }

  const openCase = ({ case: id, ...rest }: JournalEvents['case.opened']): void =>
    table.openCase({ ...rest, id, rx: '' })

  const project = (op: Operation, event: NewEvent): void => {
    if (isEnd(event)) settle(op, event.data)
    else if (event.kind === 'case.opened') openCase(event.data)
    else if (event.kind === 'drawer.service') service.project(event.data)
  }

  /** What its end means for the drawer's service (R7, R18), written with it. */
  const serviceEvents = (op: Operation, events: readonly NewEvent[]): readonly NewEvent[] => {
    const end = events.find(isEnd)
    if (!end) return []
    const { drawer, kind, session, actor, doorSessions } = op
    const cancelled = end.data.outcome === 'cancelled'
    const still = untouched(op) === true
    if (kind === 'count' && !cancelled) return service.afterCount(drawer, session, actor)
    if (kind === 'test' && !cancelled) return service.afterTest(drawer, actor, still)
    if (kind === 'break-glass' && !cancelled) return service.afterBreakGlass(drawer, actor)
    // Opened for something else, or nobody knows whether it was, and no figures came of it.
    return cancelled && doorSessions > 0 && !still ? service.afterBreakGlass(drawer, actor) : []
  }

  const keep = (op: Operation, events: readonly NewEvent[]): void => {
    table.put(op)
    for (const event of events) project(op, event)
  }

  return {
    newSession: (): string => randomUUID(),
    /** Fsynced when it returns. */
    write: (op: Operation, events: readonly NewEvent[]): void => {
      const all = [...events, ...serviceEvents(op, events)]
      journal.append(all, () => keep(op, all))
    },
    /** As `write`, but what the disk refuses waits in memory, before all that follows. */
    tell: (op: Operation, event: NewEvent): void => journal.tell(event, { project: () => keep(op, [event]) }),
    open: (): Operation | undefined => table.open<Operation>(),
  }
}

export type OperationStore = ReturnType<typeof createOperationStore>
