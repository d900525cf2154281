/**
 * Withdrawals over the cabinet. Invariants:
 * - one session at a time, commands one after another (the desk), so at most one drawer is unlocked;
 * - every unlock asks again for what entitles to it, and every other lock first;
 * - what cannot be written down stops the withdrawal (the runner).
 */
import type { Logger } from 'pino'
import { codeOf } from '#domain/error.ts'
import type { Admission } from '../authorisation/authorisations.ts'
import type { EdgeClock } from '../clock.ts'
import type { Journal } from '../journal/journal.ts'
import type { StepScan } from '../scanning/step-scan.ts'
import type { Stock } from '../stock/stock.ts'
import { type Beginning, beginWithdrawal, type Warrant } from './beginning.ts'
import type { Desk } from './desk.ts'
import { MAX_TRIES } from './door.ts'
import { createEntitlement } from './entitlement.ts'
import { createInterrupted } from './interrupted.ts'
import { type Asked, type MachineEvent, transition } from './machine.ts'
import { refuse } from './refusals.ts'
import { toReview } from './review.ts'
import { createRunner } from './runner.ts'
import { createScanActs } from './scan-acts.ts'
import { seatOf } from './seat.ts'
import type { Senses } from './senses.ts'
import { type Purpose, stepOf, type Withdrawal } from './state.ts'
import { type SessionStore, takenOver } from './store.ts'

type Options = {
  readonly desk: Desk
  readonly senses: Senses
  readonly journal: Journal
  /** Errors: E_RX_…. Asked again before every unlock. */
  readonly admit: (jti: string, how?: Admission) => Promise<Warrant>
  /** The prescription of a jti, if it is known here. */
  readonly rxOf: (jti: string) => string | null
  readonly stock: Stock
  /** Is this drawer in service? */
  readonly usable: (drawer: string) => boolean
  readonly scanRequired: (drug: string) => boolean
  readonly stepScan: StepScan
  readonly store: SessionStore
  readonly clock: EdgeClock
  /** Time by which lots and orders are judged: a clock that is set back revives neither. */
  readonly judgedNow: () => Date
  readonly log: Logger
  /** When the order list was last known complete (R21). */
  readonly ordersAt: () => string | null
  readonly onChange: () => void
  readonly onLive: () => void
}

export const createDispenser = (options: Options) => {
  const { desk, senses, journal, admit, rxOf, stepScan, store, log, ordersAt } = options
  const runner = createRunner<Withdrawal, MachineEvent>({
    initial: store.open(),
    transition,
    write: store.write,
    toReview,
    senses,
    log,
    onChange: options.onChange,
    onLive: options.onLive,
  })
  const { current } = runner
  desk.join(seatOf(current, w => stepOf(w).drawer))
  const entitledTo = createEntitlement(options)

  const refusing = async <T>(actor: string, jti: string | null, task: () => Promise<T>): Promise<T> => {
    try {
      return await task()
    } catch (error) {
      const rx = jti === null ? null : rxOf(jti)
      journal.tell({ kind: 'unlock.refused', data: { actor, code: codeOf(error), jti, rx } })
      throw error
    }
  }

  const isOthers = (w: Withdrawal, actor: string): boolean => w.actor !== actor && w.phase.at !== 'review'

  const open = (session: string): Withdrawal => {
    const w = current()
    if (!w || w.session !== session || w.phase.at === 'finished') throw refuse('E_WITHDRAWAL_NONE')
    return w
  }

  /** Whoever acts in somebody else's session is journaled (R19). */
  const mine = (session: string, actor: string): Withdrawal => {
    const w = open(session)
    if (!isOthers(w, actor)) return w
    journal.tell({ kind: 'person.refused', data: { person: actor, code: 'E_OTHER_PERSON' } })
    throw refuse('E_OTHER_PERSON')
  }

  const unlock = async (w: Withdrawal, asked: Purpose): Promise<void> => {
    const may = await entitledTo(w, asked)
    runner.runInBackground({ type: 'unlock', ...may, orderListAt: ordersAt() })
  }

  /**
   * After a pulse that nobody saw the outcome of, "nothing was taken" is only said over closed drawers. True: its own never
   * reads closed, and a person says what was taken.
   */
  const isStuck = async (w: Withdrawal): Promise<boolean> =>
    w.phase.at === 'failed' &&
    w.phase.before !== undefined &&
    !(await desk.assertAtRest(stepOf(w).drawer)).seenClosed

  /** An act of the person that the machine may find out of place. */
  const act = (session: string, actor: string, event: Asked & { reason: string }): Promise<void> =>
    desk.exclusive(async () => {
      const before = mine(session, actor)
      if (!event.reason.trim()) throw refuse('E_REASON')
      await runner.run((await isStuck(before)) ? { type: 'given-up' } : event)
      if (current() === before) throw refuse('E_ACTION')
    })

  return {
    current,
    live: runner.live,
    /** Runs `task`; a refusal is journaled (R19) and thrown on. */
    refusing,

    /**
     * Verifies, writes the session down and unlocks the first drawer. Errors: REFUSALS, E_WITHDRAWAL_OPEN,
     * E_STOCK_SHORT, E_DRAWER_SERVICE, E_DRAWER_OPEN, E_DOWNTIME, E_REASON.
     */
    start: (jti: string, actor: string, beginning: Beginning = {}): Promise<Withdrawal> =>
      desk.exclusive(() =>
        refusing(actor, jti, async () => {
          const { partial, opening } = beginning
          const warrant = opening?.warrant ?? (await admit(jti))
          if (partial !== undefined && !partial.trim()) throw refuse('E_REASON')
          desk.assertInService()
          journal.assertWritable()
          desk.assertFree()
          await desk.assertClosed()
          const w = beginWithdrawal(options, warrant, { actor, ...beginning })
          runner.set(w)
          await unlock(w, 'take')
          return w
        }),
      ),

    unlock: (session: string, actor: string, purpose: Purpose): Promise<void> =>
      desk.exclusive(() =>
        refusing(actor, current()?.session === session ? (current()?.jti ?? null) : null, async () => {
          const w = open(session)
          if (isOthers(w, actor)) throw refuse('E_OTHER_PERSON')
          const { at } = w.phase
          const mayTake = at === 'idle' || (at === 'failed' && w.tries < MAX_TRIES)
          if (purpose === 'take' ? !mayTake : at !== 'judged') throw refuse('E_ACTION')
          await unlock(w, purpose)
        }),
      ),

    ...createScanActs({ desk, runner, stepScan, mine }),

    accept: (session: string, actor: string, reason: string) =>
      act(session, actor, { type: 'accept', reason }),
    cancel: (session: string, actor: string, reason: string) =>
      act(session, actor, { type: 'cancel', reason }),

    /** Somebody else goes on with it, with a reason. Errors: E_WITHDRAWAL_NONE, E_REASON, E_ACTION. */
    takeOver: (session: string, by: string, reason: string): Promise<void> =>
      desk.exclusive(async () => {
        const w = current()
        if (!w || w.session !== session || w.phase.at === 'finished') throw refuse('E_WITHDRAWAL_NONE')
        if (!reason.trim()) throw refuse('E_REASON')
        runner.set(takenOver(w, by, reason, store))
      }),

    ...createInterrupted({ desk, senses, store, runner, mine }),

    close: async (): Promise<void> => {
      senses.stop()
      await runner.settled()
    },
  }
}
