/**
 * The safety kernel: (state, event) → (state, effects). Pure; one executor performs the effects, in order. Invariants:
 * - `pulse` follows only on `intent-written`, so no coil moves before the intent is on the disk;
 * - a pulse is never repeated by the machine: after `not-opened` only a person's `unlock` leads to another one;
 * - after a pulse whose outcome nobody saw the drawer is weighed again before anything is called "not taken";
 * - an event that has no place in a phase changes nothing and causes nothing.
 */
import { type DoorEvent, STUCK } from './door.ts'
import { finish, settle } from './ends.ts'
import { judge, scan } from './judging.ts'
import type { ScanAsked } from './scans.ts'
import { stepOf, type Wish, type Withdrawal } from './state.ts'
import { nameOf, stay, type Transition } from './transition.ts'
import { carry, confirm, fire, intend, opened, type UnlockAsked, unconfirmed, unlock } from './unlocking.ts'

/** What a person asks. */
export type Asked =
  | UnlockAsked
  | { readonly type: 'accept'; readonly reason: string }
  | { readonly type: 'cancel'; readonly reason: string }
  | ScanAsked
export type MachineEvent = Asked | DoorEvent

const nothingTaken = (w: Withdrawal): boolean => w.results.every(({ taken }) => taken === 0)

/** The person's word that nothing left an unconfirmed drawer is not enough: it is weighed first. */
const weighFirst = (w: Withdrawal, before: number, wish: Wish): Transition => ({
  state: { ...w, phase: { at: 'weighing-after', before, wish } },
  effects: [{ do: 'weigh', drawer: stepOf(w).drawer }],
})

const accept = (w: Withdrawal, reason: string): Transition => {
  const { phase } = w
  // A drawer that may not be opened any more (order expired, revoked) must not hold the rest of the cabinet.
  const mayPass = phase.at === 'judged' || phase.at === 'failed' || (phase.at === 'idle' && !nothingTaken(w))
  if (!mayPass) return stay(w)
  if (phase.at === 'failed' && phase.before !== undefined)
    return weighFirst(w, phase.before, { type: 'accept', reason })
  return settle(w, reason, [])
}

const cancel = (w: Withdrawal, reason: string): Transition => {
  const { phase } = w
  const resting = phase.at === 'idle' || phase.at === 'failed' || phase.at === 'judged'
  if (!resting || !nothingTaken(w)) return stay(w)
  if (phase.at === 'failed' && phase.before !== undefined)
    return weighFirst(w, phase.before, { type: 'cancel', reason })
  return finish({ ...w, reason }, [], true)
}

const weighed = (w: Withdrawal, grams: number): Transition => {
  const { phase } = w
  if (phase.at === 'weighing-after') return judge(w, grams, phase)
  if (phase.at !== 'weighing-before') return stay(w)
  return intend(phase.since === undefined ? w : carry(w, phase.since, grams), phase.purpose, grams)
}

const weighFailed = (w: Withdrawal, code: string): Transition => {
  if (w.phase.at === 'weighing-before') {
    const { since } = w.phase
    const phase = { at: 'failed', code, ...(since === undefined ? {} : { before: since }) } as const
    return { state: { ...w, phase }, effects: [] }
  }
  // What was taken is not known: a person closes it.
  if (w.phase.at === 'weighing-after')
    return {
      state: { ...w, phase: { at: 'review', code, before: w.phase.before } },
      effects: [{ do: 'write', events: [] }],
    }
  return stay(w)
}

const closed = (w: Withdrawal, before: number): Transition => ({
  state: { ...w, phase: { at: 'weighing-after', before } },
  effects: [{ do: 'weigh', drawer: stepOf(w).drawer }],
})

/** What was taken by then a person says; the drawer opens no more. */
const givenUp = (w: Withdrawal): Transition => {
  const { phase } = w
  if ((phase.at !== 'open' && phase.at !== 'failed') || phase.before === undefined) return stay(w)
  const drawers = [{ drawer: stepOf(w).drawer, position: 'open', grams: null }]
  return {
    state: { ...w, phase: { at: 'review', code: STUCK, before: phase.before } },
    effects: [
      {
        do: 'write',
        events: [{ kind: 'withdrawal.interrupted', data: { ...nameOf(w), code: STUCK, drawers } }],
      },
    ],
  }
}

/** One step of the machine. */
export const transition = (w: Withdrawal, event: MachineEvent): Transition => {
  const { phase } = w
  switch (event.type) {
    case 'unlock':
      return unlock(w, event)
    case 'weighed':
      return weighed(w, event.grams)
    case 'weigh-failed':
      return weighFailed(w, event.code)
    case 'intent-written':
      return phase.at === 'intending' ? fire(w, phase.before) : stay(w)
    case 'pulsed':
      return phase.at === 'pulsing' ? confirm(w, phase.before) : stay(w)
    case 'pulse-failed':
      if (phase.at !== 'pulsing') return stay(w)
      return event.sent ? confirm(w, phase.before) : unconfirmed(w, event.code)
    case 'opened':
      return phase.at === 'confirming' ? opened(w, phase.before) : stay(w)
    case 'not-opened':
      return phase.at === 'confirming' ? unconfirmed(w, event.code, phase.before) : stay(w)
    case 'closed':
      return phase.at === 'open' ? closed(w, phase.before) : stay(w)
    case 'given-up':
      return givenUp(w)
    case 'scanned':
    case 'unscanned':
    case 'scan-bypassed':
      return scan(w, event)
    case 'accept':
      return accept(w, event.reason)
    case 'cancel':
      return cancel(w, event.reason)
  }
}
