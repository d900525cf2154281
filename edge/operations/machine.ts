/**
 * One door session of the work around withdrawals: (state, event) → (state, effects). Pure. The same invariants as the
 * withdrawal's machine: `pulse` follows only on `intent-written`; no pulse is repeated but by a person; after a pulse whose
 * outcome nobody saw the drawer is weighed again before anything is called untouched; an event that has no place in a phase
 * changes nothing and causes nothing.
 */
import type { NewEvent } from '#domain/journal/events.ts'
import { type DoorEvent, type Effect, MAX_TRIES, outOfService, STUCK } from '../dispensing/door.ts'
import { accept, afterWeighing, cancel, enter, sign } from './decide.ts'
import { isOneLot } from './judge.ts'
import { doorOf, type Figure, type Line, type Operation, TRAITS, type Wish } from './state.ts'

/** What a person asks. */
export type Asked =
  /** The executor has found every drawer closed. */
  | { readonly type: 'unlock'; readonly orderListAt: string | null }
  | { readonly type: 'reopen'; readonly orderListAt: string | null }
  /** A figure for every line, in their order; whole packs. `found`: lines of a count that the ledger has not. */
  | { readonly type: 'enter'; readonly figures: readonly Figure[]; readonly found?: readonly Line[] }
  /** The witness, who is somebody else. */
  | { readonly type: 'witness'; readonly person: string }
  | Wish
export type OperationEvent = Asked | DoorEvent

export type Transition = { readonly state: Operation; readonly effects: readonly Effect[] }

const stay = (state: Operation): Transition => ({ state, effects: [] })
const weigh = (op: Operation, phase: Operation['phase']): Transition => ({
  state: { ...op, phase },
  effects: [{ do: 'weigh', drawer: op.drawer }],
})

const unlock = (op: Operation, orderListAt: string | null): Transition => {
  const { phase, tries } = op
  if (phase.at === 'idle') return weigh({ ...op, orderListAt }, { at: 'weighing-before' })
  if (phase.at !== 'failed' || tries >= MAX_TRIES) return stay(op)
  const since = phase.before === undefined ? {} : { since: phase.before }
  return weigh({ ...op, orderListAt }, { at: 'weighing-before', ...since })
}

/** Also while no witness is there: what was taken can be put back (R10). */
export const mayReopen = ({ phase }: Operation): boolean => ['judged', 'entry', 'witness'].includes(phase.at)

const reopen = (op: Operation, orderListAt: string | null): Transition => {
  if (!mayReopen(op)) return stay(op)
  // Figures of before say nothing of what is moved now.
  const lines = isOneLot(op) ? op.lines.map(line => ({ ...line, entered: null })) : op.lines
  return weigh({ ...op, lines, orderListAt, tries: 0 }, { at: 'weighing-before' })
}

/** Adds what a door session moved, over all of them. */
const gained = (op: Operation, before: number | null, after: number | null): Operation => ({
  ...op,
  doorSessions: op.doorSessions + 1,
  grams: op.grams === null || before === null || after === null ? null : op.grams + after - before,
})

const intend = (old: Operation, before: number | null): Transition => {
  const since = old.phase.at === 'weighing-before' ? old.phase.since : undefined
  // What left or entered an unconfirmed drawer before this try belongs to it.
  const op = since === undefined ? old : gained(old, since, before)
  const { actor, authority, orderListAt } = op
  const intent: NewEvent = {
    kind: 'unlock.intent',
    data: { ...doorOf(op), actor, authority, orderListAt, beforeGrams: before },
  }
  return {
    state: { ...op, phase: { at: 'intending', before } },
    effects: [{ do: 'write', events: [intent], next: { type: 'intent-written' } }],
  }
}

const failed = (op: Operation, code: string, before?: number | null): Transition => ({
  state: { ...op, phase: { at: 'failed', code, ...(before === undefined ? {} : { before }) } },
  effects: [
    {
      do: 'write',
      events: [
        { kind: 'unlock.unconfirmed', data: { ...doorOf(op), code } },
        ...(op.tries >= MAX_TRIES ? [outOfService(op.drawer)] : []),
      ],
    },
  ],
})

const closedAt = (op: Operation, after: number | null): Transition => {
  if (op.phase.at !== 'weighing-after') return stay(op)
  const { before, wish } = op.phase
  const closed: NewEvent = {
    kind: 'drawer.closed',
    data: { ...doorOf(op), beforeGrams: before, afterGrams: after },
  }
  return afterWeighing(gained(op, before, after), [closed], wish)
}

const weighed = (op: Operation, grams: number): Transition => {
  if (op.phase.at === 'weighing-before') return intend(op, grams)
  return closedAt(op, grams)
}

const weighFailed = (op: Operation, code: string): Transition => {
  const { phase } = op
  if (!TRAITS[op.kind].needsScale)
    return phase.at === 'weighing-before' ? intend(op, null) : closedAt(op, null)
  if (phase.at === 'weighing-before') {
    const before = phase.since === undefined ? {} : { before: phase.since }
    return { state: { ...op, phase: { at: 'failed', code, ...before } }, effects: [] }
  }
  // What moved is not known: a person closes it.
  if (phase.at === 'weighing-after')
    return {
      state: { ...op, phase: { at: 'review', code, before: phase.before } },
      effects: [{ do: 'write', events: [] }],
    }
  return stay(op)
}

/** The person's word that nothing happened is not enough after a pulse that nobody saw the outcome of. */
const wished = (op: Operation, wish: Wish): Transition => {
  const { phase } = op
  // Nobody counted a drawer that was not seen open.
  if (wish.type === 'accept' && op.doorSessions === 0 && !isOneLot(op)) return stay(op)
  if (phase.at === 'failed' && phase.before !== undefined)
    return weigh(op, { at: 'weighing-after', before: phase.before, wish })
  return wish.type === 'accept' ? accept(op, wish.reason) : cancel(op, wish.reason)
}

/** What moved by then a person says; the drawer opens no more. */
const givenUp = (op: Operation): Transition => {
  const { phase } = op
  if ((phase.at !== 'open' && phase.at !== 'failed') || phase.before === undefined) return stay(op)
  const data = { ...doorOf(op), code: STUCK, position: 'open', grams: null }
  return {
    state: { ...op, phase: { at: 'review', code: STUCK, before: phase.before } },
    effects: [{ do: 'write', events: [{ kind: 'operation.interrupted', data }] }],
  }
}

/** One step of the machine. */
export const transition = (op: Operation, event: OperationEvent): Transition => {
  const { phase } = op
  switch (event.type) {
    case 'unlock':
      return unlock(op, event.orderListAt)
    case 'reopen':
      return reopen(op, event.orderListAt)
    case 'weighed':
      return weighed(op, event.grams)
    case 'weigh-failed':
      return weighFailed(op, event.code)
    case 'intent-written':
      if (phase.at !== 'intending') return stay(op)
      return {
        state: { ...op, tries: op.tries + 1, phase: { at: 'pulsing', before: phase.before } },
        effects: [{ do: 'pulse', drawer: op.drawer }],
      }
    case 'pulsed':
    case 'pulse-failed':
      if (phase.at !== 'pulsing') return stay(op)
      if (event.type === 'pulse-failed' && !event.sent) return failed(op, event.code)
      return {
        state: { ...op, phase: { at: 'confirming', before: phase.before } },
        effects: [{ do: 'await-open', drawer: op.drawer }],
      }
    case 'opened':
      if (phase.at !== 'confirming') return stay(op)
      return {
        state: { ...op, phase: { at: 'open', before: phase.before } },
        effects: [
          { do: 'write', events: [{ kind: 'unlock.opened', data: doorOf(op) }] },
          { do: 'await-close', drawer: op.drawer },
        ],
      }
    case 'not-opened':
      return phase.at === 'confirming' ? failed(op, event.code, phase.before) : stay(op)
    case 'closed':
      return phase.at === 'open' ? weigh(op, { at: 'weighing-after', before: phase.before }) : stay(op)
    case 'given-up':
      return givenUp(op)
    case 'enter':
      return enter(op, event.figures, event.found)
    case 'witness':
      return sign(op, event.person)
    case 'accept':
    case 'cancel':
      return wished(op, event)
  }
}
