import type { Desk } from '../dispensing/desk.ts'
import { refuse } from '../dispensing/refusals.ts'
import type { Runner } from '../dispensing/runner.ts'
import { checked } from './figures.ts'
import type { OperationEvent } from './machine.ts'
import type { PlanParts } from './plan-parts.ts'
import { refuseOperation } from './refusals.ts'
import { type Figure, handsOf, type Operation } from './state.ts'
import { foundIn, withFound } from './unnamed.ts'

type Options = {
  readonly parts: PlanParts
  readonly desk: Pick<Desk, 'assertAtRest'>
  readonly runner: Pick<Runner<Operation, OperationEvent>, 'current' | 'run'>
  /** Since when the running one waits for its witness. */
  readonly witnessFrom: () => number | undefined
}

/** What a person says of the running operation: figures, a decision, a signature. None of them moves a lock. */
export const createActs = ({ parts, desk, runner, witnessFrom }: Options) => {
  const ask = async (event: OperationEvent): Promise<void> => {
    const before = runner.current()
    await runner.run(event)
    if (runner.current() === before) throw refuse('E_ACTION')
  }

  const enter = (op: Operation, figures: readonly Figure[]): Promise<void> => {
    const found = foundIn(parts, op, figures)
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
    const person = parts.redeem(second, { act: 'witness', actor: op.actor, since: witnessFrom() ?? 0 })
    if (handsOf(op).includes(person)) throw refuseOperation('E_SECOND_SELF')
    await ask({ type: 'witness', person })
  }

  return { enter, decide, witness }
}
