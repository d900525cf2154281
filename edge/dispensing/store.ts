import { randomUUID } from 'node:crypto'
import type { CountedItem, NewEvent, WithdrawalOutcome } from '#domain/journal/events.ts'
import type { Authorisations } from '../authorisation/authorisations.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Stock } from '../stock/stock.ts'
import type { Withdrawal } from './state.ts'

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly authorisations: Authorisations
  readonly stock: Stock
}

export type SessionStatus = 'running' | 'review' | 'finished'

const statusOf = ({ phase }: Withdrawal): SessionStatus =>
  phase.at === 'finished' ? 'finished' : phase.at === 'review' ? 'review' : 'running'

/** What is still missing from the drawers makes the fill used; nothing moved at all gives it back. */
const nothingMoved = (items: readonly CountedItem[], packGrams: readonly number[]): boolean =>
  items.every(({ taken, grams }, index) => taken === 0 && Math.abs(grams) < (packGrams[index] ?? 0) / 2)

/** Keeps a withdrawal in the same transaction as the journal records that changed it. */
export const createSessionStore = ({ db, journal, clock, authorisations, stock }: Options) => {
  const put = (w: Withdrawal): void =>
    db.run(
      `INSERT INTO sessions (session, jti, status, state, updated_at) VALUES (?,?,?,?,?)
       ON CONFLICT (session) DO UPDATE SET status = excluded.status, state = excluded.state, updated_at = excluded.updated_at`,
      w.session,
      w.jti,
      statusOf(w),
      JSON.stringify(w),
      clock.now().toISOString(),
    )

  const settle = (w: Withdrawal, items: readonly CountedItem[], outcome: WithdrawalOutcome): void => {
    stock.takeOut(items)
    const free =
      outcome === 'abandoned' &&
      nothingMoved(
        items,
        w.steps.map(step => step.pack.grams),
      )
    authorisations.setStatus(w.jti, free ? 'waiting' : 'dispensed')
  }

  const openCase = (data: Extract<NewEvent, { kind: 'discrepancy.opened' }>['data']): void =>
    db.run(
      'INSERT OR IGNORE INTO cases (id, rx, drug, drawer, expected, taken, opened_at, actor) VALUES (?,?,?,?,?,?,?,?)',
      data.case,
      data.rx,
      data.drug,
      data.drawer,
      data.expected,
      data.taken,
      clock.now().toISOString(),
      data.actor,
    )

  const project = (w: Withdrawal, event: NewEvent): void => {
    if (event.kind === 'withdrawal.completed' || event.kind === 'withdrawal.reviewed')
      settle(w, event.data.items, event.data.outcome)
    else if (event.kind === 'discrepancy.opened') openCase(event.data)
    else if (event.kind === 'withdrawal.started') authorisations.setStatus(w.jti, 'in-progress')
    else if (event.kind === 'withdrawal.interrupted') authorisations.setStatus(w.jti, 'review')
  }

  const keep = (w: Withdrawal, events: readonly NewEvent[]): void => {
    put(w)
    for (const event of events) project(w, event)
  }

  return {
    newSession: (): string => randomUUID(),
    /** Fsynced when it returns. */
    write: (w: Withdrawal, events: readonly NewEvent[]): void =>
      void journal.append(events, () => keep(w, events)),
    /** As `write`, but what the disk refuses waits in memory, before all that follows. */
    tell: (w: Withdrawal, event: NewEvent): void => journal.tell(event, { project: () => keep(w, [event]) }),
    /** The one withdrawal that is not finished, if any. */
    open: (): Withdrawal | undefined => {
      const row = db.get<{ state: string }>("SELECT state FROM sessions WHERE status <> 'finished'")
      return row && (JSON.parse(row.state) as Withdrawal)
    },
  }
}

export type SessionStore = ReturnType<typeof createSessionStore>
