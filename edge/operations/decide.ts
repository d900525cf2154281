import type { NewEvent } from '#domain/journal/events.ts'
import type { Effect } from '../dispensing/door.ts'
import { endOf, movedOf } from './finish.ts'
import { isOneLot, type Judgement, judgeEntered, judgeWeight, untouched } from './judge.ts'
import { doorOf, type Figure, handsOf, type Line, type Operation, TRAITS, type Wish } from './state.ts'
import { withFound } from './unnamed.ts'

type Decided = { readonly state: Operation; readonly effects: readonly Effect[] }

const stay = (state: Operation): Decided => ({ state, effects: [] })
const writing = (state: Operation, events: readonly NewEvent[]): Decided => ({
  state,
  effects: [{ do: 'write', events }],
})

const finish = (op: Operation, events: readonly NewEvent[], cancelled = false): Decided => {
  const end = endOf(op, { cancelled })
  return writing(end.state, [...events, ...end.events])
}

/** The figures are settled: what a witness must see waits for the witness (R10). */
const settle = (op: Operation, events: readonly NewEvent[]): Decided =>
  op.witnessed && op.witness === null && movedOf(op) !== 0
    ? writing({ ...op, phase: { at: 'witness' } }, events)
    : finish(op, events)

const withJudgement = (op: Operation, judged: Judgement): Operation => ({
  ...op,
  measured: judged.measured,
  lines:
    judged.settled && judged.pack
      ? op.lines.map(line => ({ ...line, pack: judged.pack ?? line.pack }))
      : op.lines,
})

const judged = (op: Operation, judgement: Judgement, events: readonly NewEvent[]): Decided => {
  const next = withJudgement(op, judgement)
  return judgement.settled
    ? settle(next, events)
    : writing({ ...next, phase: { at: 'judged', why: judgement.why } }, events)
}

/** Only where nothing moved. R8, R9: a count that has found a difference cannot be called off. */
export const mayCancel = (op: Operation): boolean =>
  untouched(op) === true && (op.kind !== 'count' || op.attempt === 0)

/** A drawer that nobody saw opening, on a dead scale: it is not counted, and its service says so. */
const mayLeaveUncounted = (op: Operation): boolean =>
  op.kind === 'count' && op.attempt === 0 && op.doorSessions === 1 && untouched(op) === null

/** The drawer is closed and weighed (or could not be). `wish` = what the person asked for before the weight was known. */
export const afterWeighing = (op: Operation, events: readonly NewEvent[], wish?: Wish): Decided => {
  if (wish?.type === 'cancel' && (mayCancel(op) || mayLeaveUncounted(op)))
    return finish({ ...op, reason: wish.reason }, events, true)
  // A test whose drawer nobody saw opening proves nothing, whatever the person wishes.
  if (op.kind === 'test')
    return finish(wish ? { ...op, reason: wish.reason } : op, events, wish !== undefined)
  if (!isOneLot(op)) return writing({ ...op, phase: { at: 'entry' } }, events)
  const judgement = op.attempt > 0 ? judgeEntered(op) : judgeWeight(op)
  if (!judgement.settled && wish?.type === 'accept') {
    const next = withJudgement(op, judgement)
    if (movedOf(next) !== null) return settle({ ...next, reason: wish.reason }, events)
  }
  return judged(op, judgement, events)
}

const entered = (op: Operation): NewEvent => ({
  kind: 'operation.entered',
  data: {
    ...doorOf(op),
    actor: op.actor,
    attempt: op.attempt,
    lines: op.lines.map(({ drug, lot, entered: own }) => ({
      drug,
      lot,
      entered: own ?? 0,
      measured: isOneLot(op) ? op.measured : null,
    })),
  },
})

/** R8: every attempt is a record of its own. */
export const enteredBy = (
  before: Operation,
  figures: readonly Figure[],
): { op: Operation; event: NewEvent } => {
  const op: Operation = {
    ...before,
    attempt: before.attempt + 1,
    lines: before.lines.map(line => {
      const own = figures.find(({ drug, lot }) => drug === line.drug && lot === line.lot)
      return { ...line, entered: own?.quantity ?? line.entered }
    }),
  }
  return { op, event: entered(op) }
}

export const enter = (asked: Operation, figures: readonly Figure[], found: readonly Line[] = []): Decided => {
  const before = asked.kind === 'count' ? withFound(asked, found) : asked
  const { at } = before.phase
  const { figures: meaning } = TRAITS[before.kind]
  // A drawer that will not open again must not hold the cabinet: what the scale cannot tell the person can.
  const stuck = at === 'failed' && before.doorSessions > 0
  const mayEnter = meaning === 'moved' ? at === 'judged' || stuck : at === 'entry' || at === 'judged'
  if (meaning === 'none' || !mayEnter) return stay(asked)
  const { op, event } = enteredBy(before, figures)
  const events = [event]
  if (meaning === 'moved') return judged(op, judgeEntered(op), events)
  if (meaning === 'taken') return finish(op, events)
  if (op.lines.some(line => line.entered !== line.ledger))
    return writing({ ...op, phase: { at: 'judged', why: 'differs' } }, events)
  return untouched(op) === false
    ? writing({ ...op, phase: { at: 'judged', why: 'weight-moved' } }, events)
    : finish(op, events)
}

/** Keeps the difference: the figures are what they are, and a case asks why. */
export const accept = (op: Operation, reason: string): Decided => {
  const { phase } = op
  // A drawer that will not open again must not hold the cabinet: what it came to before stands.
  const stuck = phase.at === 'failed' && op.doorSessions > 0
  if (phase.at !== 'judged' && !stuck) return stay(op)
  if (isOneLot(op)) return movedOf(op) === null ? stay(op) : settle({ ...op, reason }, [])
  if (stuck && op.lines.some(line => line.entered === null))
    return writing({ ...op, reason, phase: { at: 'entry' } }, [])
  return finish({ ...op, reason }, [])
}

export const cancel = (op: Operation, reason: string): Decided => {
  const resting = ['idle', 'failed', 'entry', 'judged'].includes(op.phase.at)
  return resting && mayCancel(op) ? finish({ ...op, reason }, [], true) : stay(op)
}

/** R10: at the end, and never the actor. */
export const sign = (op: Operation, person: string): Decided =>
  op.phase.at === 'witness' && !handsOf(op).includes(person)
    ? finish({ ...op, witness: person }, [])
    : stay(op)
