import type { Agent } from '../agent.ts'
import type { Operation } from '../operations/state.ts'

/** R8: what the ledger expects is not told before the person's own figure. */
export const isBlind = ({ kind, attempt, phase }: Operation): boolean =>
  kind === 'count' && attempt === 0 && phase.at !== 'finished'

type Counting = Pick<Agent, 'operations'>

const hiddenIn = ({ operations }: Counting): string | undefined => {
  const op = operations.current()
  return op && isBlind(op) ? op.drawer : undefined
}

/** Says how many packs of a drug there are, of whichever drawer. */
const SUMS = new Set(['replenishment.proposed', 'stock.out'])

/**
 * May a page tell what a record says? Not of a drawer that somebody counts blind: its movements add up to the figure. By the
 * text alone, so that a record within a record is found too; D1 hides D10 meanwhile.
 */
export const tellableRecord = (agent: Counting): ((record: { kind: string; data: string }) => boolean) => {
  const hidden = hiddenIn(agent)
  return ({ kind, data }) => hidden === undefined || !(SUMS.has(kind) || data.includes(hidden))
}

/**
 * May a page tell how much lies in this drawer? Not while somebody counts it blind: the lots and sums of every other page
 * leave it out meanwhile.
 */
export const tellable = (agent: Counting): ((drawer: string) => boolean) => {
  const hidden = hiddenIn(agent)
  return drawer => drawer !== hidden
}
