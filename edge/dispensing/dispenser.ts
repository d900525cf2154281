/**
 * Performs what the machine says. Invariants:
 * - one withdrawal at a time (also a unique index), commands one after another, so at most one drawer is unlocked;
 * - every unlock verifies the authorisation again and asks every other lock first;
 * - a write that fails stops the withdrawal: `pulse` only follows the intent that is on the disk.
 */
import type { Logger } from 'pino'
import { codeOf } from '#domain/error.ts'
import type { Authorisation, Authorisations } from '../authorisation/authorisations.ts'
import type { EdgeClock } from '../clock.ts'
import type { EdgeHardware } from '../hardware.ts'
import type { Journal } from '../journal/journal.ts'
import type { Stock } from '../stock/stock.ts'
import { type Effect, type MachineEvent, transition } from './machine.ts'
import { planSteps } from './plan-steps.ts'
import { refuse } from './refusals.ts'
import { closeReview, interrupt, type Review, suggestTaken, toReview } from './review.ts'
import { createSenses, type Live } from './senses.ts'
import { MAX_TRIES, NO_RESULT, type Purpose, stepOf, type Withdrawal } from './state.ts'
import type { SessionStore } from './store.ts'

type Options = {
  readonly hardware: Pick<EdgeHardware, 'drawers'>
  readonly journal: Journal
  readonly authorisations: Authorisations
  readonly stock: Stock
  readonly store: SessionStore
  readonly clock: EdgeClock
  readonly log: Logger
  /** When the order list was last known complete (R21). */
  readonly ordersAt: () => string | null
  readonly onChange: () => void
  /** A new weight of the open drawer, five times a second. */
  readonly onLive: () => void
}

export const createDispenser = ({
  hardware,
  journal,
  authorisations,
  stock,
  store,
  clock,
  log,
  ordersAt,
  onChange,
  onLive,
}: Options) => {
  let current: Withdrawal | undefined = store.open()
  let live: Live | null = null
  let stopped = false
  let queue: Promise<unknown> = Promise.resolve()
  const running = new Set<Promise<void>>()
  const senses = createSenses({ hardware, clock, stopped: () => stopped })

  const exclusive = <T>(task: () => Promise<T>): Promise<T> => {
    const turn = queue.then(task)
    queue = turn.catch(() => {})
    return turn
  }

  /** Moves to the next state, on disk first. What cannot be written down does not go on. */
  const apply = (w: Withdrawal, event: MachineEvent): readonly Effect[] => {
    const { state, effects } = transition(w, event)
    try {
      for (const effect of effects) if (effect.do === 'write') store.write(state, effect.events)
      current = state
    } catch (error) {
      log.error(
        { code: codeOf(error), session: w.session },
        'the journal refused a write: the withdrawal stops for review',
      )
      current = toReview(w, 'E_JOURNAL_WRITE')
      return []
    } finally {
      if (current?.phase.at !== 'open') live = null
      onChange()
    }
    return effects
  }

  const perform = async (effect: Effect): Promise<MachineEvent | undefined> => {
    switch (effect.do) {
      case 'write':
        return effect.next
      case 'weigh':
        return senses.weigh(effect.drawer)
      case 'pulse':
        return senses.pulse(effect.drawer)
      case 'await-open':
        return senses.awaitOpen(effect.drawer)
      case 'await-close':
        return senses.awaitClose(effect.drawer, seen => {
          live = seen
          onLive()
        })
    }
  }

  const run = async (first: MachineEvent): Promise<void> => {
    const events: MachineEvent[] = [first]
    for (let event = events.shift(); event && current && !stopped; event = events.shift()) {
      for (const effect of apply(current, event)) {
        const next = await perform(effect)
        if (next) events.push(next)
      }
    }
  }

  const runInBackground = (event: MachineEvent): void => {
    const task = run(event)
      .catch(error => log.error({ err: error }, 'dispensing stopped unexpectedly'))
      .then(() => void running.delete(task))
    running.add(task)
  }

  const refusing = async <T>(actor: string, jti: string | null, task: () => Promise<T>): Promise<T> => {
    try {
      return await task()
    } catch (error) {
      const rx = (jti && authorisations.find(jti)?.claims.rx) || null
      journal.tell({ kind: 'unlock.refused', data: { actor, code: codeOf(error), jti, rx } })
      throw error
    }
  }

  const allClosed = async (): Promise<void> => {
    // All at once: the locks of one board then share one query.
    const positions = await Promise.all(Array.from(hardware.drawers.keys(), senses.position))
    if (positions.includes('open')) throw refuse('E_DRAWER_OPEN')
    if (positions.includes('unknown')) throw refuse('E_DRAWER_UNKNOWN')
  }

  const mine = (session: string, actor: string): Withdrawal => {
    if (!current || current.session !== session || current.phase.at === 'finished')
      throw refuse('E_WITHDRAWAL_NONE')
    if (current.actor !== actor && current.phase.at !== 'review') throw refuse('E_OTHER_PERSON')
    return current
  }

  /** Everything that must hold before a coil may move, asked again each time (R1, R6). */
  const unlock = async (w: Withdrawal, purpose: Purpose): Promise<void> => {
    await authorisations.admit(w.jti, { inSession: true })
    journal.assertWritable()
    await allClosed()
    runInBackground({ type: 'unlock', purpose })
  }

  const begin = ({ jti, claims }: Authorisation, actor: string): Withdrawal => {
    const steps = planSteps(claims.items, stock, clock.now())
    const w: Withdrawal = {
      session: store.newSession(),
      jti,
      rx: claims.rx,
      actor,
      startedAt: clock.now().toISOString(),
      steps,
      results: steps.map(() => NO_RESULT),
      current: 0,
      tries: 0,
      phase: { at: 'idle' },
      reason: null,
    }
    const data = { session: w.session, jti, rx: w.rx, actor, orderListAt: ordersAt() }
    store.write(w, [{ kind: 'withdrawal.started', data }])
    return w
  }

  /** An act of the person that the machine may find out of place. */
  const act = (session: string, actor: string, event: MachineEvent & { reason: string }): Promise<void> =>
    exclusive(async () => {
      const before = mine(session, actor)
      if (!event.reason.trim()) throw refuse('E_REASON')
      // After a pulse that nobody saw the outcome of, "nothing was taken" is only said over closed drawers.
      if (before.phase.at === 'failed' && before.phase.before !== undefined) await allClosed()
      await run(event)
      if (current === before) throw refuse('E_ACTION')
    })

  return {
    current: () => current,
    live: () => live,
    /** Runs `task`; a refusal is journaled (R19) and thrown on. */
    refusing,
    /** The drawer that may be open now. */
    expectedOpen: (): string | undefined =>
      current && ['pulsing', 'confirming', 'open', 'weighing-after', 'review'].includes(current.phase.at)
        ? stepOf(current).drawer
        : undefined,

    /** Verifies, writes the session down and unlocks the first drawer. Errors: REFUSALS, E_WITHDRAWAL_OPEN, E_STOCK_SHORT, E_DRAWER_OPEN. */
    start: (jti: string, actor: string): Promise<Withdrawal> =>
      exclusive(() =>
        refusing(actor, jti, async () => {
          const authorisation = await authorisations.admit(jti)
          journal.assertWritable()
          if (current && current.phase.at !== 'finished') throw refuse('E_WITHDRAWAL_OPEN')
          await allClosed()
          current = begin(authorisation, actor)
          onChange()
          await unlock(current, 'take')
          return current
        }),
      ),

    unlock: (session: string, actor: string, purpose: Purpose): Promise<void> =>
      exclusive(async () => {
        const w = mine(session, actor)
        const { at } = w.phase
        const mayTake = at === 'idle' || (at === 'failed' && w.tries < MAX_TRIES)
        if (purpose === 'take' ? !mayTake : at !== 'judged') throw refuse('E_ACTION')
        await refusing(actor, w.jti, () => unlock(w, purpose))
      }),

    accept: (session: string, actor: string, reason: string) =>
      act(session, actor, { type: 'accept', reason }),
    cancel: (session: string, actor: string, reason: string) =>
      act(session, actor, { type: 'cancel', reason }),

    /** A person closes what was interrupted. Errors: E_ACTION, E_DRAWER_OPEN, E_REASON, E_COUNT. */
    review: (session: string, review: Review): Promise<void> =>
      exclusive(async () => {
        const w = mine(session, review.actor)
        if (w.phase.at !== 'review') throw refuse('E_ACTION')
        await allClosed()
        const seen = await senses.weigh(stepOf(w).drawer)
        const measured = suggestTaken(w, seen.type === 'weighed' ? seen.grams : undefined)
        const { state, events } = closeReview(w, measured, review)
        store.write(state, events)
        current = state
        onChange()
      }),

    /** At start: a withdrawal that was running when the process or the machine died waits for a person. */
    recover: async (): Promise<readonly string[]> => {
      if (!current) return []
      if (current.phase.at !== 'review') {
        const { state, event } = await interrupt(current, senses, 'E_INTERRUPTED')
        // A disk that refuses must not keep the agent from starting: it watches the refrigerators too.
        store.tell(state, event)
        current = state
      }
      return [current.session]
    },

    /** What the scale of the drawer in review says was taken, to start the person's count from. */
    suggestion: async () => {
      const w = current
      if (!w) return undefined
      const seen = await senses.glance(stepOf(w).drawer)
      return suggestTaken(w, seen?.stable ? seen.grams : undefined)
    },

    close: async (): Promise<void> => {
      stopped = true
      await Promise.all(running)
    },
  }
}
