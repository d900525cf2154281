/**
 * Withdrawals over the cabinet. Invariants:
 * - one session at a time, commands one after another (the desk), so at most one drawer is unlocked;
 * - every unlock asks again for what entitles to it, and every other lock first;
 * - what cannot be written down stops the withdrawal (the runner).
 */
import type { Logger } from 'pino'
import type { AuthorisedItem } from '#domain/authorisation/claims.ts'
import { codeOf } from '#domain/error.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import { shanghaiDay } from '#domain/time.ts'
import type { Admission } from '../authorisation/authorisations.ts'
import type { EdgeClock } from '../clock.ts'
import type { Journal } from '../journal/journal.ts'
import { refuseScan } from '../scanning/refusals.ts'
import type { StepScan } from '../scanning/step-scan.ts'
import type { Stock } from '../stock/stock.ts'
import type { Desk } from './desk.ts'
import { MAX_TRIES, mayBeOpen } from './door.ts'
import { type Asked, type MachineEvent, transition } from './machine.ts'
import { missingOf, planSteps } from './plan-steps.ts'
import { drawersOutOfService, refuse } from './refusals.ts'
import { closeReview, interrupt, type Review, suggestTaken, toReview } from './review.ts'
import { createRunner } from './runner.ts'
import { mayScan, type ScanAsked } from './scans.ts'
import type { Senses } from './senses.ts'
import { NO_RESULT, type Purpose, resultOf, type Step, stepOf, type Withdrawal } from './state.ts'
import { type SessionStore, takenOver } from './store.ts'

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
  const { desk, senses, journal, admit, rxOf, stock, usable, store, clock, log, ordersAt } = options
  const { scanRequired, stepScan, judgedNow } = options
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
  /** The drawer that may be open now. */
  const expectedOpen = (): string | undefined => {
    const w = current()
    return w && mayBeOpen(w.phase) ? stepOf(w).drawer : undefined
  }
  const inReview = (): string | undefined => {
    const w = current()
    return w?.phase.at === 'review' ? stepOf(w).drawer : undefined
  }
  desk.join({ busy: () => (current()?.phase.at ?? 'finished') !== 'finished', expectedOpen, inReview })

  const refusing = async <T>(actor: string, jti: string | null, task: () => Promise<T>): Promise<T> => {
    try {
      return await task()
    } catch (error) {
      const rx = jti === null ? null : rxOf(jti)
      journal.tell({ kind: 'unlock.refused', data: { actor, code: codeOf(error), jti, rx } })
      throw error
    }
  }

  const mine = (session: string, actor: string): Withdrawal => {
    const w = current()
    if (!w || w.session !== session || w.phase.at === 'finished') throw refuse('E_WITHDRAWAL_NONE')
    if (w.actor !== actor && w.phase.at !== 'review') throw refuse('E_OTHER_PERSON')
    return w
  }

  /** What was planned may have been recalled, quarantined or put out of service since (R14, R18). */
  const assertPickable = ({ drawer, drug, lot, expiry }: Step): void => {
    if (!usable(drawer)) throw drawersOutOfService([drawer])
    const good = stock.lot(drug, lot, drawer)?.status === 'available' && expiry >= shanghaiDay(judgedNow())
    if (!good) throw refuse('E_LOT_STATUS')
  }

  /** Why nothing (more) may be taken from this step's drawer now, if so (R1, R14). */
  const refusalOf = async (w: Withdrawal): Promise<unknown> => {
    try {
      await admit(w.jti, { inSession: true })
      assertPickable(stepOf(w))
      return undefined
    } catch (error) {
      return error
    }
  }

  /**
   * Everything that must hold before a coil may move, asked again each time (R1, R6). What was taken before the order ran
   * out may go back; whatever more is taken then is a difference.
   */
  const unlock = async (w: Withdrawal, asked: Purpose): Promise<void> => {
    const refusal = await refusalOf(w)
    const onlyBack = refusal !== undefined
    if (onlyBack) {
      if (resultOf(w).doorSessions === 0) throw refusal
      await admit(w.jti, { inSession: true, putBackSince: w.startedAt })
    }
    desk.assertInService()
    journal.assertWritable()
    await desk.assertClosed(stepOf(w).drawer)
    const purpose = onlyBack ? 'put-back' : asked
    runner.runInBackground({ type: 'unlock', purpose, orderListAt: ordersAt(), onlyBack })
  }

  const begin = ({ jti, rx, items }: Warrant, actor: string, { partial, opening }: Beginning): Withdrawal => {
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

  const scanning = (session: string, actor: string, ask: (w: Withdrawal) => ScanAsked): Promise<void> =>
    desk.exclusive(async () => {
      await runner.run(ask(mine(session, actor)))
    })

  return {
    current,
    live: runner.live,
    /** Runs `task`; a refusal is journaled (R19) and thrown on. */
    refusing,
    expectedOpen,

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
          const w = begin(warrant, actor, beginning)
          runner.set(w)
          await unlock(w, 'take')
          return w
        }),
      ),

    unlock: (session: string, actor: string, purpose: Purpose): Promise<void> =>
      desk.exclusive(() =>
        refusing(actor, current()?.session === session ? (current()?.jti ?? null) : null, async () => {
          const w = mine(session, actor)
          const { at } = w.phase
          const mayTake = at === 'idle' || (at === 'failed' && w.tries < MAX_TRIES)
          if (purpose === 'take' ? !mayTake : at !== 'judged') throw refuse('E_ACTION')
          await unlock(w, purpose)
        }),
      ),

    /** A pack of the current step before the scanner. Errors: E_WITHDRAWAL_NONE, E_OTHER_PERSON, those of `stepScan`. */
    scan: (session: string, actor: string, text: string): Promise<void> =>
      scanning(session, actor, w => stepScan.scan(w, text)),
    /** One that was scanned goes back into the drawer. */
    unscan: (session: string, actor: string, text: string): Promise<void> =>
      scanning(session, actor, w => stepScan.unscan(w, text)),
    /** The packs of this step cannot be scanned (R13). `sign`: who witnesses it, if anybody. Errors: E_SCAN_STEP, E_REASON. */
    bypassScan: (session: string, actor: string, reason: string, sign: () => string | null): Promise<void> =>
      scanning(session, actor, w => {
        if (!reason.trim()) throw refuse('E_REASON')
        if (!mayScan(w)) throw refuseScan('E_SCAN_STEP')
        return { type: 'scan-bypassed', reason, witness: sign() }
      }),

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

    /** A person closes what was interrupted. Errors: E_ACTION, E_DRAWER_OPEN, E_REASON, E_COUNT. */
    review: (session: string, review: Review): Promise<void> =>
      desk.exclusive(async () => {
        const w = mine(session, review.actor)
        if (w.phase.at !== 'review') throw refuse('E_ACTION')
        const { seenClosed } = await desk.assertAtRest(stepOf(w).drawer)
        const seen = seenClosed ? await senses.weigh(stepOf(w).drawer) : undefined
        const measured = suggestTaken(w, seen?.type === 'weighed' ? seen.grams : undefined)
        const { state, events } = closeReview(w, measured, review)
        store.write(state, events)
        runner.set(state)
      }),

    /** At start: a withdrawal that was running when the process or the machine died waits for a person. */
    recover: async (): Promise<readonly string[]> => {
      const w = current()
      if (!w) return []
      if (w.phase.at !== 'review') {
        const { state, event } = await interrupt(w, senses, 'E_INTERRUPTED')
        // A disk that refuses must not keep the agent from starting: it watches the refrigerators too.
        store.tell(state, event)
        runner.set(state)
      }
      return [w.session]
    },

    /** What the scale of the drawer in review says was taken, to start the person's count from. */
    suggestion: async () => {
      const w = current()
      if (!w) return undefined
      const seen = await senses.glance(stepOf(w).drawer)
      return suggestTaken(w, seen?.stable ? seen.grams : undefined)
    },

    close: async (): Promise<void> => {
      senses.stop()
      await runner.settled()
    },
  }
}
