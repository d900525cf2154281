/**
 * The safety kernel: (state, event) → (state, effects). Pure; one executor performs the effects, in order. Invariants:
 * - `pulse` follows only on `intent-written`, so no coil moves before the intent is on the disk;
 * - a pulse is never repeated by the machine: after `not-opened` only a person's `unlock` leads to another one;
 * - after a pulse whose outcome nobody saw the drawer is weighed again before anything is called "not taken";
 * - an event that has no place in a phase changes nothing and causes nothing.
 */
import { countDifference } from '#domain/counting.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import { type DoorEvent, type Effect, MAX_TRIES, outOfService, SCALE_SD, STUCK } from './door.ts'
import { bypassFor, reversals, type ScanAsked, scanFault, takeScan } from './scans.ts'
import {
  allowedOf,
  countedItem,
  countedItems,
  outcomeOf,
  type Purpose,
  resultOf,
  type StepResult,
  shortageOf,
  stepOf,
  type Wish,
  type Withdrawal,
} from './state.ts'

/** What a person asks. */
export type Asked =
  /** The executor has verified the authorisation again and found every other drawer closed. `orderListAt`: R21. */
  | {
      readonly type: 'unlock'
      readonly purpose: Purpose
      readonly orderListAt: string | null
      /** Nothing more may be taken: order, lot or drawer no longer allow it. */
      readonly onlyBack?: boolean
    }
  | { readonly type: 'accept'; readonly reason: string }
  | { readonly type: 'cancel'; readonly reason: string }
  | ScanAsked
export type MachineEvent = Asked | DoorEvent

export type Transition = { readonly state: Withdrawal; readonly effects: readonly Effect[] }

type Weighing = Extract<Withdrawal['phase'], { at: 'weighing-after' }>

const stay = (state: Withdrawal): Transition => ({ state, effects: [] })
const nothingTaken = (w: Withdrawal): boolean => w.results.every(({ taken }) => taken === 0)
const name = (w: Withdrawal) => ({ session: w.session, jti: w.jti, rx: w.rx })
const place = (w: Withdrawal) => ({ ...name(w), step: w.current, drawer: stepOf(w).drawer })

const withResult = (w: Withdrawal, result: StepResult): Withdrawal => ({
  ...w,
  results: w.results.map((old, index) => (index === w.current ? result : old)),
})

/** What is out may go back; more of it is no longer what was ordered. */
const capped = (w: Withdrawal): Withdrawal => {
  const result = resultOf(w)
  const out = Math.max(0, Math.round(result.grams / stepOf(w).pack.grams))
  return withResult(w, { ...result, ceiling: Math.min(result.ceiling ?? out, out) })
}

const unlock = (
  w: Withdrawal,
  { purpose, orderListAt, onlyBack = false }: Extract<Asked, { type: 'unlock' }>,
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
const carry = (w: Withdrawal, since: number, now: number): Withdrawal => {
  const old = resultOf(w)
  return withResult(w, { ...old, grams: old.grams + since - now, doorSessions: old.doorSessions + 1 })
}

const intend = (w: Withdrawal, purpose: Purpose, before: number): Transition => {
  const { drawer, drug, lot, expected } = stepOf(w)
  const { actor, orderListAt } = w
  const data = { ...place(w), drawer, actor, orderListAt, drug, lot, expected, beforeGrams: before, purpose }
  return {
    state: { ...w, phase: { at: 'intending', purpose, before } },
    effects: [{ do: 'write', events: [{ kind: 'unlock.intent', data }], next: { type: 'intent-written' } }],
  }
}

const fire = (w: Withdrawal, before: number): Transition => ({
  state: { ...w, tries: w.tries + 1, phase: { at: 'pulsing', before } },
  effects: [{ do: 'pulse', drawer: stepOf(w).drawer }],
})

const confirm = (w: Withdrawal, before: number): Transition => ({
  state: { ...w, phase: { at: 'confirming', before } },
  effects: [{ do: 'await-open', drawer: stepOf(w).drawer }],
})

const unconfirmed = (w: Withdrawal, code: string, before?: number): Transition => ({
  state: { ...w, phase: { at: 'failed', code, ...(before === undefined ? {} : { before }) } },
  effects: [
    {
      do: 'write',
      events: [
        { kind: 'unlock.unconfirmed', data: { ...place(w), code } },
        ...(w.tries >= MAX_TRIES ? [outOfService(stepOf(w).drawer)] : []),
      ],
    },
  ],
})

const opened = (w: Withdrawal, before: number): Transition => ({
  state: { ...w, phase: { at: 'open', before } },
  effects: [
    { do: 'write', events: [{ kind: 'unlock.opened', data: place(w) }] },
    { do: 'await-close', drawer: stepOf(w).drawer },
  ],
})

const finish = (w: Withdrawal, more: readonly NewEvent[], cancelled = false): Transition => {
  const items = countedItems(w)
  const outcome = cancelled ? 'abandoned' : outcomeOf(items, w.partial)
  const discrepancies = items.flatMap((item, index): NewEvent[] =>
    outcome !== 'abandoned' && item.taken !== item.expected
      ? [
          {
            kind: 'discrepancy.opened',
            data: { ...name(w), ...item, case: `${w.session}-${index}`, actor: w.actor },
          },
        ]
      : [],
  )
  const completed: NewEvent = {
    kind: 'withdrawal.completed',
    data: { ...name(w), actor: w.actor, outcome, items, reason: w.reason, ...shortageOf(w) },
  }
  // Nobody can say how many are left there.
  const doubted = items
    .filter(({ taken }) => taken === null)
    .map(
      ({ drawer }): NewEvent => ({
        kind: 'drawer.service',
        data: { drawer, service: 'needs-count', cause: 'discrepancy', actor: w.actor },
      }),
    )
  const freed = cancelled ? reversals(w, { actor: w.actor, reason: w.reason ?? '' }) : []
  return {
    state: { ...w, phase: { at: 'finished', outcome } },
    effects: [{ do: 'write', events: [...more, ...freed, ...discrepancies, ...doubted, completed] }],
  }
}

/** The step is settled: on to the next drawer, or the end. */
const advance = (w: Withdrawal, events: readonly NewEvent[]): Transition => {
  if (w.current === w.steps.length - 1) return finish(w, events)
  const state: Withdrawal = { ...w, current: w.current + 1, tries: 0, phase: { at: 'idle' } }
  return { state, effects: events.length > 0 ? [{ do: 'write', events }] : [] }
}

const settle = (w: Withdrawal, reason: string, events: readonly NewEvent[]): Transition => {
  const settled = withResult(w, { ...resultOf(w), settled: true })
  const all = [...events, ...bypassFor(w, reason)]
  return advance({ ...settled, reason: w.reason ? `${w.reason}；${reason}` : reason }, all)
}

const grant = (w: Withdrawal, { type, reason }: Wish, events: readonly NewEvent[]): Transition =>
  type === 'cancel' ? finish({ ...w, reason }, events, true) : settle(w, reason, events)

const judge = (w: Withdrawal, after: number, { before, wish }: Weighing): Transition => {
  const { pack } = stepOf(w)
  const old = resultOf(w)
  const grams = old.grams + before - after
  const doorSessions = old.doorSessions + 1
  const verdict = countDifference(grams, pack, SCALE_SD * Math.sqrt(doorSessions))
  const taken = verdict.kind === 'count' ? verdict.units : null
  const expected = allowedOf(stepOf(w), { ...old, taken })
  const fault = scanFault(w, { ...old, taken })
  const settled = taken === expected && fault === undefined
  const judged = withResult(w, { ...old, grams, doorSessions, taken, settled })
  const events: NewEvent[] = [
    { kind: 'drawer.closed', data: { ...place(w), beforeGrams: before, afterGrams: after } },
    { kind: 'withdrawal.counted', data: { ...place(w), ...countedItem(judged, w.current) } },
  ]
  if (settled) return advance(judged, events)
  if (wish && taken === 0) return grant(judged, wish, events)
  const code = taken === expected && fault ? { code: fault } : {}
  return {
    state: { ...judged, phase: { at: 'judged', verdict, ...code } },
    effects: [{ do: 'write', events }],
  }
}

/** Once scale and scanner agree on the right number the step is settled without another word. */
const scan = (w: Withdrawal, event: ScanAsked): Transition => {
  const taken = takeScan(w, event)
  if (!taken) return stay(w)
  const next = withResult(w, taken.result)
  const { phase } = w
  if (phase.at !== 'judged' || taken.result.taken !== allowedOf(stepOf(w), taken.result))
    return { state: next, effects: [{ do: 'write', events: [taken.event] }] }
  const fault = scanFault(next)
  if (fault === undefined) return advance(withResult(next, { ...taken.result, settled: true }), [taken.event])
  return {
    state: { ...next, phase: { ...phase, code: fault } },
    effects: [{ do: 'write', events: [taken.event] }],
  }
}

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
        events: [{ kind: 'withdrawal.interrupted', data: { ...name(w), code: STUCK, drawers } }],
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
      return phase.at === 'open'
        ? {
            state: { ...w, phase: { at: 'weighing-after', before: phase.before } },
            effects: [{ do: 'weigh', drawer: stepOf(w).drawer }],
          }
        : stay(w)
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
