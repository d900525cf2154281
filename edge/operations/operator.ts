/**
 * The work around withdrawals at the cabinet. Invariants:
 * - it shares the desk with the withdrawals: one session at a time, commands one after another;
 * - every unlock asks first whether every drawer is closed and whether the journal can be written;
 * - what cannot be written down stops it (the runner); an interrupted one is closed by a person, never tried again.
 */
import type { Logger } from 'pino'
import type { OperationRequest } from '#cloud-sync/contract/edge-operations.ts'
import { codeOf } from '#domain/error.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { EdgeClock } from '../clock.ts'
import type { Desk } from '../dispensing/desk.ts'
import { MAX_TRIES } from '../dispensing/door.ts'
import { refuse } from '../dispensing/refusals.ts'
import { createRunner } from '../dispensing/runner.ts'
import { seatOf } from '../dispensing/seat.ts'
import type { Live, Senses } from '../dispensing/senses.ts'
import type { Journal } from '../journal/journal.ts'
import type { Exposure } from '../stock/exposure.ts'
import { createActs } from './acts.ts'
import { beginOperation } from './beginning.ts'
import { breakGlassAlarm } from './break-glass.ts'
import { createInterrupted } from './interrupted.ts'
import { mayReopen, type OperationEvent, transition } from './machine.ts'
import { assertOpenable, drawerIn, planOperation } from './plan.ts'
import type { PlanParts } from './plan-parts.ts'
import { refuseOperation } from './refusals.ts'
import { toReview } from './review.ts'
import { type Figure, handedTo, lineOf, type Operation } from './state.ts'
import type { OperationStore } from './store.ts'

type Options = PlanParts & {
  readonly desk: Desk
  readonly senses: Senses
  readonly journal: Journal
  readonly alarms: Pick<Alarms, 'raise' | 'clear' | 'list'>
  readonly store: OperationStore
  readonly clock: EdgeClock
  readonly log: Logger
  /** When the order list was last known complete (R21). */
  readonly ordersAt: () => string | null
  /** What the excursions of a lot came to (R20). */
  readonly exposure: Exposure
  readonly onChange: () => void
  readonly onLive: () => void
}

/** What a person does with the running operation. */
export type Act =
  | { readonly do: 'unlock' | 'reopen' }
  | { readonly do: 'enter'; readonly figures: readonly Figure[] }
  | { readonly do: 'witness'; readonly second: string | undefined }
  | { readonly do: 'accept' | 'cancel'; readonly reason: string }
  | { readonly do: 'review'; readonly note: string; readonly figures: readonly Figure[] }

export const createOperations = (options: Options) => {
  const { desk, senses, journal, alarms, store, clock, log, ordersAt } = options
  /** Since when the running one waits for its witness. */
  let witnessFrom: number | undefined
  const runner = createRunner<Operation, OperationEvent>({
    initial: store.open(),
    transition,
    write: store.write,
    toReview,
    senses,
    log,
    onChange: () => {
      const op = runner.current()
      witnessFrom = op?.phase.at === 'witness' ? (witnessFrom ?? clock.monotonic()) : undefined
      if (op) breakGlassAlarm(alarms, op)
      options.onChange()
    },
    onLive: options.onLive,
  })
  const { current } = runner
  desk.join(seatOf(current, op => op.drawer))
  const acts = createActs({ parts: options, desk, runner, witnessFrom: () => witnessFrom })
  const interrupted = createInterrupted({ parts: options, desk, senses, store, runner, alarms })

  const refusing = async <T>(
    about: { actor: string; operation: Operation['kind']; drawer?: string | undefined },
    task: () => Promise<T>,
  ): Promise<T> => {
    try {
      return await task()
    } catch (error) {
      const { actor, operation, drawer } = about
      const where = drawer === undefined ? {} : { drawer }
      const data = { actor, code: codeOf(error), jti: null, rx: null, operation, ...where }
      journal.tell({ kind: 'unlock.refused', data })
      throw error
    }
  }

  /** Whoever acts in somebody else's session is journaled (R19). */
  const mine = (session: string, actor: string): Operation => {
    const op = current()
    if (!op || op.session !== session || op.phase.at === 'finished') throw refuseOperation('E_OPERATION_NONE')
    if (op.actor === actor || op.phase.at === 'review') return op
    journal.tell({ kind: 'person.refused', data: { person: actor, code: 'E_OTHER_PERSON' } })
    throw refuse('E_OTHER_PERSON')
  }

  /** Everything that must hold before a coil may move, asked again each time (R6). */
  const assertReady = async (drawer: string | undefined): Promise<void> => {
    desk.assertInService()
    journal.assertWritable()
    await desk.assertClosed(drawer)
  }

  /** What entitled to it may be gone by the next try. Errors: E_DRAWER_SERVICE, those of a shipment. */
  const assertStillMeant = (op: Operation): void => {
    assertOpenable(options, op.kind, op.drawer)
    const { authority } = op
    if (authority.kind === 'shipment')
      options.shipments.admit(authority.shipment, authority.line, lineOf(op).promised)
  }

  const open = async (op: Operation, type: 'unlock' | 'reopen'): Promise<void> => {
    const { at } = op.phase
    const mayUnlock = at === 'idle' || (at === 'failed' && op.tries < MAX_TRIES)
    const { actor, kind: operation, drawer } = op
    await refusing({ actor, operation, drawer }, async () => {
      if (!(type === 'reopen' ? mayReopen(op) : mayUnlock)) throw refuse('E_ACTION')
      // Before anything moved it is as a new one; afterwards it must be possible to put right.
      if (op.doorSessions === 0) assertStillMeant(op)
      await assertReady(drawer)
    })
    runner.runInBackground({ type, orderListAt: ordersAt() })
  }

  const perform = (op: Operation, actor: string, act: Act): Promise<void> => {
    switch (act.do) {
      case 'unlock':
      case 'reopen':
        return open(op, act.do)
      case 'enter':
        return acts.enter(op, act.figures)
      case 'witness':
        return acts.witness(op, act.second)
      case 'accept':
      case 'cancel':
        return acts.decide(op, act.do, act.reason)
      case 'review':
        return interrupted.review(op, { ...act, actor })
    }
  }

  return {
    current,
    live: (): Live | null => runner.live(),
    /**
     * Judges the request, writes the session down and unlocks the drawer; a refusal is journaled (R19). Errors: those of
     * `planOperation`, E_WITHDRAWAL_OPEN, E_DRAWER_OPEN, E_DRAWER_UNKNOWN, E_DOWNTIME, E_DISK_….
     */
    start: (request: OperationRequest, actor: string): Promise<Operation> =>
      desk.exclusive(() =>
        refusing({ actor, operation: request.kind, drawer: drawerIn(request) }, async () => {
          desk.assertFree()
          await assertReady(drawerIn(request))
          const session = store.newSession()
          const wentThrough = request.kind === 'waste' ? await options.exposure(request) : []
          const draft = planOperation(options, request, { session, actor })
          const op = beginOperation(options, { kind: request.kind, session, actor }, draft, wentThrough)
          runner.set(op)
          runner.runInBackground({ type: 'unlock', orderListAt: op.orderListAt })
          return op
        }),
      ),

    /** Errors: E_OPERATION_NONE, E_OTHER_PERSON, E_ACTION, E_REASON, E_COUNT, E_SECOND, E_SECOND_SELF, E_DRAWER_OPEN. */
    act: (session: string, actor: string, act: Act): Promise<void> =>
      desk.exclusive(async () => perform(mine(session, actor), actor, act)),

    /** Somebody else goes on with it, with a reason. Errors: E_OPERATION_NONE, E_REASON. */
    takeOver: (session: string, by: string, reason: string): Promise<void> =>
      desk.exclusive(async () => {
        const op = current()
        if (!op || op.session !== session || op.phase.at === 'finished')
          throw refuseOperation('E_OPERATION_NONE')
        if (!reason.trim()) throw refuse('E_REASON')
        const next = handedTo(op, by)
        const data = { session, from: op.actor, by, reason }
        store.write(next, [{ kind: 'session.taken-over', data }])
        runner.set(next)
      }),

    recover: interrupted.recover,
    suggestion: interrupted.suggestion,

    close: async (): Promise<void> => {
      senses.stop()
      await runner.settled()
    },
  }
}
