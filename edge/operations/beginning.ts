import type { ExcursionFigures } from '#domain/journal/events-operations.ts'
import type { EdgeClock } from '../clock.ts'
import type { Draft } from './plan-parts.ts'
import type { Operation } from './state.ts'
import type { OperationStore } from './store.ts'

type Options = {
  readonly store: Pick<OperationStore, 'write'>
  readonly clock: EdgeClock
  readonly ordersAt: () => string | null
}
type Begun = Pick<Operation, 'kind' | 'session' | 'actor'>

/** Writes down what was planned as a session; nothing moves by that. Errors: E_DISK_…. */
export const beginOperation = (
  { store, clock, ordersAt }: Options,
  { kind, session, actor }: Begun,
  draft: Draft,
  wentThrough: readonly ExcursionFigures[],
): Operation => {
  const { authority, drawer, lines, witnessed = false, witness = null, why = null, events = [] } = draft
  const op: Operation = {
    ...{ session, jti: '', kind, authority, actor, begunBy: actor, drawer, lines, witnessed, witness, why },
    startedAt: clock.now().toISOString(),
    orderListAt: ordersAt(),
    ...{ grams: 0, doorSessions: 0, measured: null, attempt: 0, tries: 0, reason: null, note: null },
    phase: { at: 'idle' },
  }
  const { orderListAt } = op
  const exposed = wentThrough.length > 0 ? { wentThrough } : {}
  const data = { session, operation: kind, drawer, actor, authority, orderListAt, ...exposed }
  store.write(op, [...events, { kind: 'operation.started', data }])
  return op
}
