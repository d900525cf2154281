import type { Agent } from '../agent.ts'
import type { Operation } from '../operations/state.ts'

/** R8: what the ledger expects is not told before the person's own figure. */
export const isBlind = ({ kind, attempt, phase }: Operation): boolean =>
  kind === 'count' && attempt === 0 && phase.at !== 'finished'

/**
 * May a page tell how much lies in this drawer? Not while somebody counts it blind: the lots and sums of every other page
 * leave it out meanwhile.
 */
export const tellable = ({ operations }: Pick<Agent, 'operations'>): ((drawer: string) => boolean) => {
  const op = operations.current()
  const hidden = op && isBlind(op) ? op.drawer : undefined
  return drawer => drawer !== hidden
}
