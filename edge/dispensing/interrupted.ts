import type { Desk } from './desk.ts'
import type { MachineEvent } from './machine.ts'
import { refuse } from './refusals.ts'
import { closeReview, interrupt, type Review, suggestTaken } from './review.ts'
import type { Runner } from './runner.ts'
import type { Senses } from './senses.ts'
import { stepOf, type Withdrawal } from './state.ts'
import type { SessionStore } from './store.ts'

type Options = {
  readonly desk: Pick<Desk, 'exclusive' | 'assertAtRest'>
  readonly senses: Senses
  readonly store: Pick<SessionStore, 'write' | 'tell'>
  readonly runner: Pick<Runner<Withdrawal, MachineEvent>, 'current' | 'set'>
  /** Errors: E_WITHDRAWAL_NONE, E_OTHER_PERSON. */
  readonly mine: (session: string, actor: string) => Withdrawal
}

/** What stopped half-way is found at start, looked at, and closed by a person: review, never retry. */
export const createInterrupted = ({ desk, senses, store, runner, mine }: Options) => ({
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
    const w = runner.current()
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
    const w = runner.current()
    if (!w) return undefined
    const seen = await senses.glance(stepOf(w).drawer)
    return suggestTaken(w, seen?.stable ? seen.grams : undefined)
  },
})
