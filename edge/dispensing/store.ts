import { randomUUID } from 'node:crypto'
import type { CountedItem, NewEvent, WithdrawalOutcome } from '#domain/journal/events.ts'
import type { Authorisations } from '../authorisation/authorisations.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Service } from '../operations/service.ts'
import type { Trace } from '../scanning/trace.ts'
import type { LotDetails, Stock } from '../stock/stock.ts'
import { createSessionTable } from './session-table.ts'
import type { Step, Withdrawal } from './state.ts'

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly authorisations: Authorisations
  readonly stock: Stock
  readonly service: Pick<Service, 'project'>
  readonly trace: Pick<Trace, 'project'>
}

/** A withdrawal taken over by somebody else, written down. */
export const takenOver = (w: Withdrawal, by: string, reason: string, store: SessionStore): Withdrawal => {
  const next = { ...w, actor: by }
  store.write(next, [{ kind: 'session.taken-over', data: { session: w.session, from: w.actor, by, reason } }])
  return next
}

/** What is still missing from the drawers makes the fill used; nothing moved at all gives it back. */
const nothingMoved = (items: readonly CountedItem[], packGrams: readonly number[]): boolean =>
  items.every(({ taken, grams }, index) => taken === 0 && Math.abs(grams) < (packGrams[index] ?? 0) / 2)

/** What the step knew of its lot, should the table have lost it. */
const lotOf = ({ drug, lot, drawer, expiry, pack }: Step): LotDetails => ({
  drug,
  lot,
  drawer,
  expiry,
  packGrams: pack.grams,
  packCv: pack.cv,
  reference: pack.reference,
})

/** Keeps a withdrawal in the same transaction as the journal records that changed it. */
export const createSessionStore = ({
  db,
  journal,
  clock,
  authorisations,
  stock,
  service,
  trace,
}: Options) => {
  const table = createSessionTable({ db, clock, kind: 'withdrawal' })

  const settle = (w: Withdrawal, items: readonly CountedItem[], outcome: WithdrawalOutcome): void => {
    stock.takeOut(items, w.steps.map(lotOf))
    const free =
      outcome === 'abandoned' &&
      nothingMoved(
        items,
        w.steps.map(step => step.pack.grams),
      )
    authorisations.setStatus(w.jti, free ? 'waiting' : 'dispensed')
  }

  const openCase = (data: Extract<NewEvent, { kind: 'discrepancy.opened' }>['data']): void => {
    const { case: id, taken: found, ...rest } = data
    table.openCase({ ...rest, id, found })
  }

  const project = (w: Withdrawal, event: NewEvent): void => {
    if (event.kind === 'withdrawal.completed' || event.kind === 'withdrawal.reviewed')
      settle(w, event.data.items, event.data.outcome)
    else if (event.kind === 'discrepancy.opened') openCase(event.data)
    else if (event.kind === 'withdrawal.started') authorisations.setStatus(w.jti, 'in-progress')
    else if (event.kind === 'withdrawal.interrupted') authorisations.setStatus(w.jti, 'review')
    else if (event.kind === 'drawer.service') service.project(event.data)
    else if (event.kind === 'trace.used' || event.kind === 'trace.reversed') trace.project(event)
  }

  const keep = (w: Withdrawal, events: readonly NewEvent[]): void => {
    table.put(w)
    for (const event of events) project(w, event)
  }

  return {
    newSession: (): string => randomUUID(),
    /** Fsynced when it returns. */
    write: (w: Withdrawal, events: readonly NewEvent[], project: () => void = () => {}): void =>
      void journal.append(events, () => {
        keep(w, events)
        project()
      }),
    /** As `write`, but what the disk refuses waits in memory, before all that follows. */
    tell: (w: Withdrawal, event: NewEvent): void => journal.tell(event, { project: () => keep(w, [event]) }),
    /** The one withdrawal that is not finished, if any. */
    open: (): Withdrawal | undefined => table.open<Withdrawal>(),
  }
}

export type SessionStore = ReturnType<typeof createSessionStore>
