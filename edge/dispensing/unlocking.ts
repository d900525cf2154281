/** From the wish to open a drawer to the open drawer: weigh, write the intent, pulse, look. `machine.ts` says when. */
import { MAX_TRIES, outOfService } from './door.ts'
import { type Purpose, resultOf, stepOf, type Withdrawal } from './state.ts'
import { placeOf, stay, type Transition, withResult } from './transition.ts'

/** The executor has verified the authorisation again and found every other drawer closed. `orderListAt`: R21. */
export type UnlockAsked = {
  readonly type: 'unlock'
  readonly purpose: Purpose
  readonly orderListAt: string | null
  /** Nothing more may be taken: order, lot or drawer no longer allow it. */
  readonly onlyBack?: boolean
}

/** What is out may go back; more of it is no longer what was ordered. */
const capped = (w: Withdrawal): Withdrawal => {
  const result = resultOf(w)
  const out = Math.max(0, Math.round(result.grams / stepOf(w).pack.grams))
  return withResult(w, { ...result, ceiling: Math.min(result.ceiling ?? out, out) })
}

export const unlock = (
  w: Withdrawal,
  { purpose, orderListAt, onlyBack = false }: UnlockAsked,
): Transition => {
  const { at } = w.phase
  const again = at === 'failed' && w.tries < MAX_TRIES
  const mayTake = purpose === 'take' && (at === 'idle' || again)
  const reopens = at === 'judged' && !resultOf(w).settled
  const mayReopen = purpose === 'put-back' && (reopens || (again && resultOf(w).doorSessions > 0))
  if (!mayTake && !mayReopen) return stay(w)
  const tries = at === 'judged' ? 0 : w.tries
  const since = w.phase.at === 'failed' ? w.phase.before : undefined
  return {
    state: {
      ...(onlyBack ? capped(w) : w),
      tries,
      orderListAt,
      phase: { at: 'weighing-before', purpose, ...(since === undefined ? {} : { since }) },
    },
    effects: [{ do: 'weigh', drawer: stepOf(w).drawer }],
  }
}

/** What left an unconfirmed drawer before the next try belongs to this step. */
export const carry = (w: Withdrawal, since: number, now: number): Withdrawal => {
  const old = resultOf(w)
  return withResult(w, { ...old, grams: old.grams + since - now, doorSessions: old.doorSessions + 1 })
}

export const intend = (w: Withdrawal, purpose: Purpose, before: number): Transition => {
  const { drug, lot, expected } = stepOf(w)
  const { actor, orderListAt } = w
  const data = { ...placeOf(w), actor, orderListAt, drug, lot, expected, beforeGrams: before, purpose }
  return {
    state: { ...w, phase: { at: 'intending', purpose, before } },
    effects: [{ do: 'write', events: [{ kind: 'unlock.intent', data }], next: { type: 'intent-written' } }],
  }
}

/** The one place of a withdrawal that asks for a pulse. */
export const fire = (w: Withdrawal, before: number): Transition => ({
  state: { ...w, tries: w.tries + 1, phase: { at: 'pulsing', before } },
  effects: [{ do: 'pulse', drawer: stepOf(w).drawer }],
})

export const confirm = (w: Withdrawal, before: number): Transition => ({
  state: { ...w, phase: { at: 'confirming', before } },
  effects: [{ do: 'await-open', drawer: stepOf(w).drawer }],
})

/** `before`: a pulse went out, and the drawer may have opened unseen. */
export const unconfirmed = (w: Withdrawal, code: string, before?: number): Transition => ({
  state: { ...w, phase: { at: 'failed', code, ...(before === undefined ? {} : { before }) } },
  effects: [
    {
      do: 'write',
      events: [
        { kind: 'unlock.unconfirmed', data: { ...placeOf(w), code } },
        ...(w.tries >= MAX_TRIES ? [outOfService(stepOf(w).drawer)] : []),
      ],
    },
  ],
})

export const opened = (w: Withdrawal, before: number): Transition => ({
  state: { ...w, phase: { at: 'open', before } },
  effects: [
    { do: 'write', events: [{ kind: 'unlock.opened', data: placeOf(w) }] },
    { do: 'await-close', drawer: stepOf(w).drawer },
  ],
})
