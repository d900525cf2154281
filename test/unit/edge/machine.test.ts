import { describe, expect, it } from 'vitest'
import { type MachineEvent, transition } from '#edge/dispensing/machine.ts'
import { stepOf } from '#edge/dispensing/state.ts'
import {
  inShort,
  resultWith,
  STANDS,
  type Stand,
  stepWith,
  TELLINGS,
  type Telling,
  withdrawalIn,
} from '#test/lib/edge-withdrawal.ts'

const COUNTED = 'write drawer.closed withdrawal.counted'
const DONE = `${COUNTED} withdrawal.completed`

/** All that may happen. A pair that is not here must change nothing and cause nothing. */
const MOVES: Readonly<Partial<Record<Stand, Partial<Record<Telling, readonly [string, string]>>>>> = {
  idle: {
    'unlock to take': ['weighing-before', 'weigh'],
    cancel: ['finished', 'write withdrawal.completed'],
  },
  'idle, second drawer, first one taken from': {
    'unlock to take': ['weighing-before', 'weigh'],
    accept: ['finished', 'write discrepancy.opened withdrawal.completed'],
  },
  'weighing-before': {
    'weighed, nothing gone': ['intending', 'write unlock.intent'],
    'weighed, two packs gone': ['intending', 'write unlock.intent'],
    'weighed, three packs gone': ['intending', 'write unlock.intent'],
    'weigh-failed': ['failed', ''],
  },
  'weighing-before, after a pulse nobody saw': {
    'weighed, nothing gone': ['intending', 'write unlock.intent'],
    'weighed, two packs gone': ['intending', 'write unlock.intent'],
    'weighed, three packs gone': ['intending', 'write unlock.intent'],
    'weigh-failed': ['failed', ''],
  },
  intending: { 'intent-written': ['pulsing', 'pulse'] },
  pulsing: {
    pulsed: ['confirming', 'await-open'],
    'pulse-failed, perhaps sent': ['confirming', 'await-open'],
    'pulse-failed, surely not sent': ['failed', 'write unlock.unconfirmed'],
  },
  confirming: {
    opened: ['open', 'write unlock.opened, await-close'],
    'not-opened': ['failed', 'write unlock.unconfirmed'],
  },
  'confirming the third pulse': {
    opened: ['open', 'write unlock.opened, await-close'],
    'not-opened': ['failed', 'write unlock.unconfirmed drawer.service'],
  },
  open: {
    closed: ['weighing-after', 'weigh'],
    'given up': ['review', 'write withdrawal.interrupted'],
  },
  'weighing-after': {
    'weighed, nothing gone': ['judged', COUNTED],
    'weighed, two packs gone': ['finished', DONE],
    'weighed, three packs gone': ['judged', COUNTED],
    'weigh-failed': ['review', 'write'],
  },
  'weighing-after, to cancel': {
    'weighed, nothing gone': ['finished', DONE],
    'weighed, two packs gone': ['finished', DONE],
    'weighed, three packs gone': ['judged', COUNTED],
    'weigh-failed': ['review', 'write'],
  },
  'weighing-after, to accept': {
    'weighed, nothing gone': [
      'finished',
      'write drawer.closed withdrawal.counted discrepancy.opened withdrawal.completed',
    ],
    'weighed, two packs gone': ['finished', DONE],
    'weighed, three packs gone': ['judged', COUNTED],
    'weigh-failed': ['review', 'write'],
  },
  'judged over': {
    'unlock to put back': ['weighing-before', 'weigh'],
    accept: ['finished', 'write discrepancy.opened withdrawal.completed'],
  },
  'judged untouched': {
    'unlock to put back': ['weighing-before', 'weigh'],
    accept: ['finished', 'write discrepancy.opened withdrawal.completed'],
    cancel: ['finished', 'write withdrawal.completed'],
  },
  'failed before any pulse': {
    'unlock to take': ['weighing-before', 'weigh'],
    accept: ['finished', 'write discrepancy.opened withdrawal.completed'],
    cancel: ['finished', 'write withdrawal.completed'],
  },
  'failed after a pulse': {
    'given up': ['review', 'write withdrawal.interrupted'],
    'unlock to take': ['weighing-before', 'weigh'],
    accept: ['weighing-after', 'weigh'],
    cancel: ['weighing-after', 'weigh'],
  },
  'failed after three pulses': {
    'given up': ['review', 'write withdrawal.interrupted'],
    accept: ['weighing-after', 'weigh'],
    cancel: ['weighing-after', 'weigh'],
  },
}

const PAIRS = (Object.keys(STANDS) as Stand[]).flatMap(stand =>
  (Object.keys(TELLINGS) as Telling[]).map(telling => [stand, telling, MOVES[stand]?.[telling]] as const),
)

describe('the withdrawal machine, every phase and every event', () => {
  it.each(PAIRS.filter(([, , move]) => move))('%s, told "%s", goes to %s', (stand, telling, move) => {
    const { state, effects } = transition(STANDS[stand], TELLINGS[telling])
    expect([state.phase.at, inShort(effects)]).toEqual(move)
  })

  it.each(PAIRS.filter(([, , move]) => !move))('%s is not moved by "%s"', (stand, telling) => {
    const { state, effects } = transition(STANDS[stand], TELLINGS[telling])
    expect(state).toBe(STANDS[stand])
    expect(effects).toEqual([])
  })
})

const told = (stand: Stand, ...events: readonly MachineEvent[]) =>
  events.reduce((w, event) => transition(w, event).state, STANDS[stand] as ReturnType<typeof withdrawalIn>)

describe('the withdrawal machine', () => {
  it('counts what left a drawer that opened unseen, when the next try weighs it again', () => {
    const w = told(
      'failed after a pulse',
      TELLINGS['unlock to take'],
      { type: 'weighed', grams: 225 },
      { type: 'intent-written' },
      { type: 'pulsed' },
      { type: 'opened' },
      { type: 'closed' },
      { type: 'weighed', grams: 212.5 },
    )
    expect(w.results[0]).toMatchObject({ taken: 3, settled: false })
    expect(w.phase.at).toBe('judged')
  })

  it('keeps the first weight when the next try cannot weigh', () => {
    const w = told('failed after a pulse', TELLINGS['unlock to take'], { type: 'weigh-failed', code: 'E' })
    expect(w.phase).toEqual({ at: 'failed', code: 'E', before: 250 })
  })

  it('does not believe "nothing was taken" of an unconfirmed drawer that lost weight', () => {
    const w = told(
      'failed after a pulse',
      { type: 'cancel', reason: '没打开' },
      { type: 'weighed', grams: 237.5 },
    )
    expect(w).toMatchObject({ phase: { at: 'judged' }, results: [{ taken: 1 }] })
  })

  it('adds up the door sessions of one drawer: over, put back, exact', () => {
    const w = told(
      'weighing-after',
      { type: 'weighed', grams: 212.5 },
      TELLINGS['unlock to put back'],
      { type: 'weighed', grams: 212.5 },
      { type: 'intent-written' },
      { type: 'pulsed' },
      { type: 'opened' },
      { type: 'closed' },
      { type: 'weighed', grams: 225 },
    )
    expect(w).toMatchObject({ phase: { at: 'finished', outcome: 'matched' }, results: [{ taken: 2 }] })
  })

  it('goes on to the next drawer with fresh tries', () => {
    const steps = [stepWith(), stepWith({ drawer: 'D02' })]
    const { state } = transition(withdrawalIn({ at: 'weighing-after', before: 250 }, { steps, tries: 3 }), {
      type: 'weighed',
      grams: 225,
    })
    expect(state).toMatchObject({ current: 1, tries: 0, phase: { at: 'idle' } })
    expect(stepOf(state).drawer).toBe('D02')
  })

  it('keeps every reason that was given', () => {
    const steps = [stepWith(), stepWith({ drawer: 'D02' })]
    const judged = { at: 'judged', verdict: { kind: 'count', units: 1 } } as const
    const w = withdrawalIn(judged, {
      steps,
      results: [resultWith(1), resultWith(1)],
      current: 1,
      reason: '缺货',
    })
    expect(transition(w, { type: 'accept', reason: '破损' }).state.reason).toBe('缺货；破损')
  })
})
