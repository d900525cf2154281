import type { Alarms } from '../alarms/alarms.ts'
import type { Desk } from '../dispensing/desk.ts'
import { refuse } from '../dispensing/refusals.ts'
import type { Runner } from '../dispensing/runner.ts'
import type { Senses } from '../dispensing/senses.ts'
import { clearBreakGlass } from './break-glass.ts'
import { checked } from './figures.ts'
import type { OperationEvent } from './machine.ts'
import type { PlanParts } from './plan-parts.ts'
import { closeReview, interrupt, measuredNow, type Review } from './review.ts'
import { type Operation, TRAITS } from './state.ts'
import type { OperationStore } from './store.ts'
import { foundIn, withFound } from './unnamed.ts'

type Options = {
  readonly parts: PlanParts
  readonly desk: Pick<Desk, 'assertAtRest'>
  readonly senses: Senses
  readonly store: Pick<OperationStore, 'write' | 'tell'>
  readonly runner: Pick<Runner<Operation, OperationEvent>, 'current' | 'set'>
  readonly alarms: Pick<Alarms, 'clear' | 'list'>
}

/** What stopped half-way is found at start, looked at, and closed by a person: review, never retry. */
export const createInterrupted = ({ parts, desk, senses, store, runner, alarms }: Options) => ({
  /** Errors: E_ACTION, E_DRAWER_OPEN, E_DRAWER_UNKNOWN, E_REASON, E_COUNT, E_DRUG_UNKNOWN. */
  review: async (op: Operation, { note, figures, actor }: Review): Promise<void> => {
    if (op.phase.at !== 'review') throw refuse('E_ACTION')
    const { seenClosed } = await desk.assertAtRest(op.drawer)
    // R9: a difference that was found once is not called off by an interruption.
    const without = TRAITS[op.kind].figures === 'there' && figures.length === 0 && op.attempt === 0
    const seen = seenClosed ? await senses.weigh(op.drawer) : undefined
    const weighed = measuredNow(op, seen?.type === 'weighed' ? seen.grams : undefined)
    const known = without ? weighed : withFound(weighed, foundIn(parts, op, figures))
    const closed = closeReview(known, { note, figures: without ? [] : checked(known, figures), actor })
    store.write(closed.state, closed.events)
    runner.set(closed.state)
  },

  /** At start: one that was running when the process or the machine died waits for a person. */
  recover: async (): Promise<readonly string[]> => {
    const op = runner.current()
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
    const op = runner.current()
    if (op?.phase.at !== 'review') return op
    const seen = await senses.glance(op.drawer)
    return measuredNow(op, seen?.stable ? seen.grams : undefined)
  },
})
