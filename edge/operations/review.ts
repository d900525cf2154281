import type { NewEvent } from '#domain/journal/events.ts'
import { refuse } from '../dispensing/refusals.ts'
import type { Senses } from '../dispensing/senses.ts'
import { enteredBy } from './decide.ts'
import { endOf, movedOf } from './finish.ts'
import { isOneLot, judgeWeight, untouched } from './judge.ts'
import { doorOf, type Figure, handedTo, lineOf, type Operation, TRAITS } from './state.ts'

/** Weight of the drawer before the opening that was under way, if one was. */
const baselineOf = ({ phase }: Operation): number | null | undefined => {
  if ('before' in phase) return phase.before
  return 'since' in phase ? phase.since : undefined
}

/** Takes an operation out of the machine's hands, keeping the weight it started from. */
export const toReview = (op: Operation, code: string): Operation => {
  const before = baselineOf(op)
  return { ...op, phase: { at: 'review', code, ...(before === undefined ? {} : { before }) } }
}

/** After a crash: what drawer and scale say now goes into the journal, and a person closes it. Review, never retry. */
export const interrupt = async (
  op: Operation,
  senses: Senses,
): Promise<{ state: Operation; event: NewEvent }> => {
  const code = 'E_INTERRUPTED'
  const position = await senses.position(op.drawer)
  const grams = (await senses.glance(op.drawer))?.grams ?? null
  const data = { ...doorOf(op), code, position, grams }
  return { state: toReview(op, code), event: { kind: 'operation.interrupted', data } }
}

/** What the scale says now moved, never a guess of none: null where it cannot say. */
export const measuredNow = (op: Operation, gramsNow: number | undefined): Operation => {
  const before = baselineOf(op)
  if (before === undefined) return op
  const known = before !== null && gramsNow !== undefined && op.grams !== null
  const grams = known ? (op.grams ?? 0) + gramsNow - before : null
  const weighed = { ...op, grams, doorSessions: op.doorSessions + 1 }
  if (!isOneLot(op)) return weighed
  const { measured } = judgeWeight(weighed)
  // What a pack of a new lot weighs only a filling that is not in doubt can teach.
  return { ...weighed, measured: lineOf(op).pack === null && measured !== 0 ? null : measured }
}

export type Review = {
  readonly note: string
  readonly figures: readonly Figure[]
  readonly actor: string
}

/**
 * The person's word closes it: figures, note and name. A count that was interrupted may be closed without figures: then
 * nothing was counted. What wants a witness waits for one. Errors: E_REASON.
 */
export const closeReview = (
  op: Operation,
  { note, figures, actor }: Review,
): { state: Operation; events: readonly NewEvent[] } => {
  if (!note.trim()) throw refuse('E_REASON')
  const named = { ...handedTo(op, actor), note }
  const { figures: meaning } = TRAITS[op.kind]
  if (meaning === 'none' || (meaning === 'there' && figures.length === 0))
    return endOf(named, { cancelled: true })
  const { op: filled, event } = enteredBy(named, figures)
  const still = untouched(filled) === true && filled.lines.every(({ entered }) => entered === 0)
  if (meaning !== 'there' && still) return endOf(filled, { cancelled: true })
  if (filled.witnessed && movedOf(filled) !== 0)
    return { state: { ...filled, witness: null, phase: { at: 'witness' } }, events: [event] }
  const end = endOf(filled)
  return { state: end.state, events: [event, ...end.events] }
}
