import type { AuthorisedItem } from '#domain/authorisation/claims.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import type { EdgeClock } from '../clock.ts'
import type { Stock } from '../stock/stock.ts'
import { missingOf, planSteps } from './plan-steps.ts'
import { NO_RESULT, type Withdrawal } from './state.ts'
import type { SessionStore } from './store.ts'

/** What may be taken, and by which order or open override (R1, R2). */
export type Warrant = {
  readonly jti: string
  readonly rx: string
  readonly items: readonly Pick<AuthorisedItem, 'drug' | 'quantity'>[]
}

/** How a withdrawal begins beside its plain start. */
export type Beginning = {
  /** Less is there than prescribed; the reason to take what is. */
  readonly partial?: string
  /** What entitles to it is itself written down with the start, and is not asked for before. */
  readonly opening?: {
    readonly warrant: Warrant
    readonly events: (session: string) => readonly NewEvent[]
    /** Inside the transaction. */
    readonly project: (session: string) => void
  }
}

type Options = {
  readonly stock: Stock
  readonly usable: (drawer: string) => boolean
  readonly scanRequired: (drug: string) => boolean
  readonly store: Pick<SessionStore, 'newSession' | 'write'>
  readonly clock: EdgeClock
  readonly judgedNow: () => Date
  readonly ordersAt: () => string | null
}

/** Plans the drawers and writes the session down; nothing moves by that. Errors: those of `planSteps`, E_DISK_…. */
export const beginWithdrawal = (
  { stock, usable, scanRequired, store, clock, judgedNow, ordersAt }: Options,
  { jti, rx, items }: Warrant,
  { actor, partial, opening }: Beginning & { readonly actor: string },
): Withdrawal => {
  const steps = planSteps(items, stock, judgedNow(), {
    usable,
    scanRequired,
    partial: partial !== undefined,
  })
  const missing = missingOf(items, steps)
  const orderListAt = ordersAt()
  const w: Withdrawal = {
    session: store.newSession(),
    jti,
    rx,
    actor,
    startedAt: clock.now().toISOString(),
    steps,
    results: steps.map(() => NO_RESULT),
    current: 0,
    tries: 0,
    phase: { at: 'idle' },
    reason: null,
    orderListAt,
    partial: partial !== undefined && missing.length > 0 ? { reason: partial, missing } : null,
  }
  const shortage = w.partial ? { partial: w.partial } : {}
  const data = { session: w.session, jti, rx, actor, orderListAt, ...shortage }
  const events = opening?.events(w.session) ?? []
  store.write(w, [...events, { kind: 'withdrawal.started', data }], () => opening?.project(w.session))
  return w
}
