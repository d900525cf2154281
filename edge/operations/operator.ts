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
import { MAX_TRIES, mayBeOpen } from '../dispensing/door.ts'
import { refuse } from '../dispensing/refusals.ts'
import { createRunner } from '../dispensing/runner.ts'
import type { Live, Senses } from '../dispensing/senses.ts'
import type { Journal } from '../journal/journal.ts'
import { breakGlassAlarm, clearBreakGlass } from './break-glass.ts'
import { mayReopen, type OperationEvent, transition } from './machine.ts'
import { assertOpenable, drawerIn, planOperation } from './plan.ts'
import type { Draft, PlanParts } from './plan-parts.ts'
import { refuseOperation } from './refusals.ts'
import { closeReview, interrupt, measuredNow, toReview } from './review.ts'
import { type Figure, handedTo, handsOf, lineOf, type Operation, TRAITS } from './state.ts'
import type { OperationStore } from './store.ts'
import { foundIn, withFound } from './unnamed.ts'

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

const MAX_PACKS = 999

/** Each line once, in whole packs. Errors: E_COUNT. */
const checked = (op: Operation, figures: readonly Figure[]): readonly Figure[] => {
  const named = op.lines.map(({ drug, lot }) =>
    figures.filter(figure => figure.drug === drug && figure.lot === lot),
  )
  const whole = figures.every(
    ({ quantity }) => Number.isInteger(quantity) && quantity >= 0 && quantity <= MAX_PACKS,
  )
  if (!whole || figures.length !== op.lines.length || named.some(found => found.length !== 1))
    throw refuse('E_COUNT')
  return figures
}

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
  const expectedOpen = (): string | undefined => {
    const op = current()
    return op && mayBeOpen(op.phase) ? op.drawer : undefined
  }
  const inReview = (): string | undefined => {
    const op = current()
    return op?.phase.at === 'review' ? op.drawer : undefined
  }
  desk.join({ busy: () => (current()?.phase.at ?? 'finished') !== 'finished', expectedOpen, inReview })

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

  const mine = (session: string, actor: string): Operation => {
    const op = current()
    if (!op || op.session !== session || op.phase.at === 'finished') throw refuseOperation('E_OPERATION_NONE')
    if (op.actor !== actor && op.phase.at !== 'review') throw refuse('E_OTHER_PERSON')
    return op
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

  const begin = (kind: Operation['kind'], session: string, actor: string, draft: Draft): Operation => {
    const { authority, drawer, lines, witnessed = false, witness = null, why = null, events = [] } = draft
    const op: Operation = {
      ...{ session, jti: '', kind, authority, actor, begunBy: actor, drawer, lines, witnessed, witness, why },
      startedAt: clock.now().toISOString(),
      orderListAt: ordersAt(),
      ...{ grams: 0, doorSessions: 0, measured: null, attempt: 0, tries: 0, reason: null, note: null },
      phase: { at: 'idle' },
    }
    const { orderListAt } = op
    const data = { session, operation: kind, drawer, actor, authority, orderListAt }
    store.write(op, [...events, { kind: 'operation.started', data }])
    return op
  }

  const ask = async (event: OperationEvent): Promise<void> => {
    const before = current()
    await runner.run(event)
    if (current() === before) throw refuse('E_ACTION')
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

  const enter = (op: Operation, figures: readonly Figure[]): Promise<void> => {
    const found = foundIn(options, op, figures)
    return ask({ type: 'enter', figures: checked(withFound(op, found), figures), found })
  }

  const decide = async (op: Operation, type: 'accept' | 'cancel', reason: string): Promise<void> => {
    if (!reason.trim()) throw refuse('E_REASON')
    // After a pulse that nobody saw the outcome of, "nothing happened" is only said over closed drawers.
    const unseen = op.phase.at === 'failed' && op.phase.before !== undefined
    const stuck = unseen && !(await desk.assertAtRest(op.drawer)).seenClosed
    await ask(stuck ? { type: 'given-up' } : { type, reason })
  }

  /** R10: signed after the quantity. The ticket is bound to the one who asks, and used up. */
  const witness = async (op: Operation, second: string | undefined): Promise<void> => {
    if (op.phase.at !== 'witness') throw refuse('E_ACTION')
    const person = options.redeem(second, { act: 'witness', actor: op.actor, since: witnessFrom ?? 0 })
    if (handsOf(op).includes(person)) throw refuseOperation('E_SECOND_SELF')
    await ask({ type: 'witness', person })
  }

  const review = async (
    op: Operation,
    { note, figures, actor }: { note: string; figures: readonly Figure[]; actor: string },
  ): Promise<void> => {
    if (op.phase.at !== 'review') throw refuse('E_ACTION')
    const { seenClosed } = await desk.assertAtRest(op.drawer)
    // R9: a difference that was found once is not called off by an interruption.
    const without = TRAITS[op.kind].figures === 'there' && figures.length === 0 && op.attempt === 0
    const seen = seenClosed ? await senses.weigh(op.drawer) : undefined
    const weighed = measuredNow(op, seen?.type === 'weighed' ? seen.grams : undefined)
    const known = without ? weighed : withFound(weighed, foundIn(options, op, figures))
    const closed = closeReview(known, { note, figures: without ? [] : checked(known, figures), actor })
    store.write(closed.state, closed.events)
    runner.set(closed.state)
  }

  const perform = (op: Operation, actor: string, act: Act): Promise<void> => {
    switch (act.do) {
      case 'unlock':
      case 'reopen':
        return open(op, act.do)
      case 'enter':
        return enter(op, act.figures)
      case 'witness':
        return witness(op, act.second)
      case 'accept':
      case 'cancel':
        return decide(op, act.do, act.reason)
      case 'review':
        return review(op, { ...act, actor })
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
          const op = begin(request.kind, session, actor, planOperation(options, request, { session, actor }))
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

    /** At start: one that was running when the process or the machine died waits for a person. */
    recover: async (): Promise<readonly string[]> => {
      const op = current()
      clearBreakGlass(alarms, op)
      if (!op) return []
      if (op.phase.at !== 'review') {
        const { state, event } = await interrupt(op, senses)
        // A disk that refuses must not keep the agent from starting: it watches the refrigerators too.
        store.tell(state, event)
        runner.set(state)
      }
      return [op.session]
    },

    /** The operation in review with what the scale says now, to start the person's figures from. */
    suggestion: async (): Promise<Operation | undefined> => {
      const op = current()
      if (op?.phase.at !== 'review') return op
      const seen = await senses.glance(op.drawer)
      return measuredNow(op, seen?.stable ? seen.grams : undefined)
    },

    close: async (): Promise<void> => {
      senses.stop()
      await runner.settled()
    },
  }
}
