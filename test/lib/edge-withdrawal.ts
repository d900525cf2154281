import type { Effect } from '#edge/dispensing/door.ts'
import type { MachineEvent } from '#edge/dispensing/machine.ts'
import { NO_RESULT, type Phase, type Step, type StepResult, type Withdrawal } from '#edge/dispensing/state.ts'

export const PACK = { grams: 12.5, cv: 0.002, reference: 10 }

export const stepWith = (changes: Partial<Step> = {}): Step => ({
  drawer: 'D01',
  drug: 'metformin-500',
  lot: 'L1',
  expiry: '2027-12-31',
  expected: 2,
  pack: PACK,
  ...changes,
})

/** A withdrawal of two packs from D01 (unless told otherwise), in the given phase. */
export const withdrawalIn = (phase: Phase, changes: Partial<Withdrawal> = {}): Withdrawal => {
  const steps = changes.steps ?? [stepWith()]
  return {
    session: 's1',
    jti: 'j1',
    rx: 'RX1',
    actor: 'wang',
    startedAt: '2026-11-22T01:00:00.000Z',
    steps,
    results: steps.map(() => NO_RESULT),
    current: 0,
    tries: 0,
    phase,
    reason: null,
    orderListAt: null,
    partial: null,
    ...changes,
  }
}

export const resultWith = (taken: number | null, grams = (taken ?? 0) * PACK.grams): StepResult => ({
  grams,
  doorSessions: 1,
  taken,
  settled: false,
})

const before = 250

/** One withdrawal for each place the machine can stand in. */
export const STANDS = {
  idle: withdrawalIn({ at: 'idle' }),
  'idle, second drawer, first one taken from': withdrawalIn(
    { at: 'idle' },
    {
      steps: [stepWith(), stepWith({ drawer: 'D02' })],
      results: [{ ...resultWith(2), settled: true }, NO_RESULT],
      current: 1,
    },
  ),
  'weighing-before': withdrawalIn({ at: 'weighing-before', purpose: 'take' }),
  'weighing-before, after a pulse nobody saw': withdrawalIn(
    { at: 'weighing-before', purpose: 'take', since: before },
    { tries: 1 },
  ),
  intending: withdrawalIn({ at: 'intending', purpose: 'take', before }),
  pulsing: withdrawalIn({ at: 'pulsing', before }, { tries: 1 }),
  confirming: withdrawalIn({ at: 'confirming', before }, { tries: 1 }),
  open: withdrawalIn({ at: 'open', before }, { tries: 1 }),
  'weighing-after': withdrawalIn({ at: 'weighing-after', before }, { tries: 1 }),
  'weighing-after, to cancel': withdrawalIn(
    { at: 'weighing-after', before, wish: { type: 'cancel', reason: 'r' } },
    { tries: 1 },
  ),
  'weighing-after, to accept': withdrawalIn(
    { at: 'weighing-after', before, wish: { type: 'accept', reason: 'r' } },
    { tries: 1 },
  ),
  'judged over': withdrawalIn(
    { at: 'judged', verdict: { kind: 'count', units: 3 } },
    { tries: 1, results: [resultWith(3)] },
  ),
  'judged untouched': withdrawalIn(
    { at: 'judged', verdict: { kind: 'count', units: 0 } },
    { tries: 1, results: [resultWith(0)] },
  ),
  'failed before any pulse': withdrawalIn({ at: 'failed', code: 'E_SCALE_UNSTABLE' }),
  'failed after a pulse': withdrawalIn({ at: 'failed', code: 'E_UNLOCK_UNCONFIRMED', before }, { tries: 1 }),
  'failed after three pulses': withdrawalIn(
    { at: 'failed', code: 'E_UNLOCK_UNCONFIRMED', before },
    { tries: 3 },
  ),
  'confirming the third pulse': withdrawalIn({ at: 'confirming', before }, { tries: 3 }),
  review: withdrawalIn({ at: 'review', code: 'E_INTERRUPTED', before }),
  finished: withdrawalIn({ at: 'finished', outcome: 'matched' }),
} as const satisfies Record<string, Withdrawal>

export type Stand = keyof typeof STANDS

/** Every event the machine can be told, in both tempers where it has two. */
export const TELLINGS = {
  'unlock to take': { type: 'unlock', purpose: 'take', orderListAt: null },
  'unlock to put back': { type: 'unlock', purpose: 'put-back', orderListAt: null },
  'weighed, nothing gone': { type: 'weighed', grams: before },
  'weighed, two packs gone': { type: 'weighed', grams: before - 25 },
  'weighed, three packs gone': { type: 'weighed', grams: before - 37.5 },
  'weigh-failed': { type: 'weigh-failed', code: 'E_SCALE' },
  'intent-written': { type: 'intent-written' },
  pulsed: { type: 'pulsed' },
  'pulse-failed, perhaps sent': { type: 'pulse-failed', code: 'E_LINE_LOST', sent: true },
  'pulse-failed, surely not sent': { type: 'pulse-failed', code: 'E_LINE_DOWN', sent: false },
  opened: { type: 'opened' },
  'not-opened': { type: 'not-opened', code: 'E_UNLOCK_UNCONFIRMED' },
  closed: { type: 'closed' },
  'given up': { type: 'given-up' },
  accept: { type: 'accept', reason: 'r' },
  cancel: { type: 'cancel', reason: 'r' },
} as const satisfies Record<string, MachineEvent>

export type Telling = keyof typeof TELLINGS

/** Effects in short: `weigh`, `pulse`, `write unlock.intent`, … */
export const inShort = (effects: readonly Effect[]): string =>
  effects
    .map(effect =>
      effect.do === 'write' ? `write ${effect.events.map(({ kind }) => kind).join(' ')}`.trim() : effect.do,
    )
    .join(', ')
