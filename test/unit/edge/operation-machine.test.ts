import { describe, expect, it } from 'vitest'
import { type OperationEvent, transition } from '#edge/operations/machine.ts'
import type { Operation } from '#edge/operations/state.ts'
import {
  lineOf,
  OPERATION_STANDS,
  OPERATION_TELLINGS,
  type OperationStand,
  type OperationTelling,
  operationIn,
} from '#test/lib/edge-operation-stands.ts'
import { inShort } from '#test/lib/edge-withdrawal.ts'

const DONE = 'operation.completed'
const CASE = 'case.opened operation.completed'
const INTENT = ['intending', 'write unlock.intent'] as const

/** All that may happen. A pair that is not here must change nothing and cause nothing. */
const MOVES: Readonly<
  Partial<Record<OperationStand, Partial<Record<OperationTelling, readonly [string, string]>>>>
> = {
  'any, idle': { unlock: ['weighing-before', 'weigh'], cancel: ['finished', `write ${DONE}`] },
  'restock, weighing-before': {
    'weighed, unchanged': INTENT,
    'weighed, three more': INTENT,
    'weighed, three fewer': INTENT,
    'weigh-failed': ['failed', ''],
  },
  'count, weighing-before': {
    'weighed, unchanged': INTENT,
    'weighed, three more': INTENT,
    'weighed, three fewer': INTENT,
    // A dead scale does not stop a count.
    'weigh-failed': INTENT,
  },
  'any, intending': { 'intent-written': ['pulsing', 'pulse'] },
  'any, pulsing': {
    pulsed: ['confirming', 'await-open'],
    'pulse-failed, perhaps sent': ['confirming', 'await-open'],
    'pulse-failed, surely not sent': ['failed', 'write unlock.unconfirmed'],
  },
  'any, confirming': {
    opened: ['open', 'write unlock.opened, await-close'],
    'not-opened': ['failed', 'write unlock.unconfirmed'],
  },
  'any, confirming the third pulse': {
    opened: ['open', 'write unlock.opened, await-close'],
    'not-opened': ['failed', 'write unlock.unconfirmed drawer.service'],
  },
  'any, open': {
    closed: ['weighing-after', 'weigh'],
    'given up': ['review', 'write operation.interrupted'],
  },
  'restock, weighing-after': {
    'weighed, unchanged': ['judged', 'write drawer.closed'],
    'weighed, three more': ['finished', `write drawer.closed ${DONE}`],
    'weighed, three fewer': ['judged', 'write drawer.closed'],
    'weigh-failed': ['review', 'write'],
  },
  'waste, weighing-after': {
    'weighed, unchanged': ['judged', 'write drawer.closed'],
    'weighed, three more': ['judged', 'write drawer.closed'],
    'weighed, three fewer': ['witness', 'write drawer.closed'],
    'weigh-failed': ['review', 'write'],
  },
  'count, weighing-after': {
    'weighed, unchanged': ['entry', 'write drawer.closed'],
    'weighed, three more': ['entry', 'write drawer.closed'],
    'weighed, three fewer': ['entry', 'write drawer.closed'],
    'weigh-failed': ['entry', 'write drawer.closed'],
  },
  'test, weighing-after': {
    'weighed, unchanged': ['finished', `write drawer.closed ${DONE}`],
    'weighed, three more': ['finished', `write drawer.closed ${DONE}`],
    'weighed, three fewer': ['finished', `write drawer.closed ${DONE}`],
    'weigh-failed': ['finished', `write drawer.closed ${DONE}`],
  },
  'count, weighing-after, to cancel': {
    'weighed, unchanged': ['finished', `write drawer.closed ${DONE}`],
    'weighed, three more': ['entry', 'write drawer.closed'],
    'weighed, three fewer': ['entry', 'write drawer.closed'],
    // Nobody saw it open, and nothing can be weighed: there is nothing to enter.
    'weigh-failed': ['finished', `write drawer.closed ${DONE}`],
  },
  'count, entry': {
    reopen: ['weighing-before', 'weigh'],
    'enter three': ['judged', 'write operation.entered'],
    'enter twenty': ['finished', `write operation.entered ${DONE}`],
    cancel: ['finished', `write ${DONE}`],
  },
  'count, entry, weight moved': {
    reopen: ['weighing-before', 'weigh'],
    'enter three': ['judged', 'write operation.entered'],
    'enter twenty': ['judged', 'write operation.entered'],
  },
  'break-glass, entry': {
    reopen: ['weighing-before', 'weigh'],
    'enter three': ['finished', `write operation.entered ${DONE}`],
    'enter twenty': ['finished', `write operation.entered ${CASE}`],
  },
  'restock, judged, untouched': {
    reopen: ['weighing-before', 'weigh'],
    'enter three': ['judged', 'write operation.entered'],
    'enter twenty': ['judged', 'write operation.entered'],
    accept: ['finished', `write ${CASE}`],
    cancel: ['finished', `write ${DONE}`],
  },
  'restock, judged, two in': {
    reopen: ['weighing-before', 'weigh'],
    'enter three': ['judged', 'write operation.entered'],
    'enter twenty': ['judged', 'write operation.entered'],
    accept: ['finished', `write ${CASE}`],
  },
  'restock, judged, unknown object': {
    reopen: ['weighing-before', 'weigh'],
    'enter three': ['judged', 'write operation.entered'],
    'enter twenty': ['judged', 'write operation.entered'],
  },
  'count, judged': {
    reopen: ['weighing-before', 'weigh'],
    'enter three': ['judged', 'write operation.entered'],
    'enter twenty': ['finished', `write operation.entered ${DONE}`],
    // R9: what was found cannot be called off.
    accept: ['finished', `write ${CASE}`],
  },
  'waste, witness': {
    'witness li': ['finished', `write ${DONE}`],
    // Without a witness it goes back.
    reopen: ['weighing-before', 'weigh'],
  },
  'any, failed before any pulse': {
    unlock: ['weighing-before', 'weigh'],
    cancel: ['finished', `write ${DONE}`],
  },
  'any, failed after a pulse': {
    'given up': ['review', 'write operation.interrupted'],
    unlock: ['weighing-before', 'weigh'],
    accept: ['weighing-after', 'weigh'],
    cancel: ['weighing-after', 'weigh'],
  },
  'any, failed after three pulses': {
    'given up': ['review', 'write operation.interrupted'],
    accept: ['weighing-after', 'weigh'],
    cancel: ['weighing-after', 'weigh'],
  },
}

const PAIRS = (Object.keys(OPERATION_STANDS) as OperationStand[]).flatMap(stand =>
  (Object.keys(OPERATION_TELLINGS) as OperationTelling[]).map(
    telling => [stand, telling, MOVES[stand]?.[telling]] as const,
  ),
)

describe('the operation machine, every phase and every event', () => {
  it.each(PAIRS.filter(([, , move]) => move))('%s, told "%s", goes to %s', (stand, telling, move) => {
    const { state, effects } = transition(OPERATION_STANDS[stand], OPERATION_TELLINGS[telling])
    expect([state.phase.at, inShort(effects)]).toEqual(move)
  })

  it.each(PAIRS.filter(([, , move]) => !move))('%s is not moved by "%s"', (stand, telling) => {
    const { state, effects } = transition(OPERATION_STANDS[stand], OPERATION_TELLINGS[telling])
    expect(state).toBe(OPERATION_STANDS[stand])
    expect(effects).toEqual([])
  })
})

const told = (op: Operation, ...events: readonly OperationEvent[]): Operation =>
  events.reduce((before, event) => transition(before, event).state, op)
const weighed = (grams: number): OperationEvent => ({ type: 'weighed', grams })
const restockOf = (line: Parameters<typeof lineOf>[0]) =>
  operationIn('restock', { at: 'weighing-after', before: 250 }, { lines: [lineOf(line)] })

describe('a restock of a lot that was never weighed', () => {
  const fresh = { promised: 10, pack: null, nominal: 12.5 }

  it('learns its unit weight from the filling, where the formulary lets expect it', () => {
    const op = told(restockOf(fresh), weighed(250 + 126))
    expect(op).toMatchObject({
      phase: { at: 'finished', outcome: 'done' },
      lines: [{ pack: { grams: 12.6, reference: 10 } }],
    })
  })

  it.each([
    ['nine packs that would weigh more each', 250 + 9 * 12.5, {}],
    ['packs of another weight', 250 + 10 * 15, {}],
    ['packs that the formulary does not know', 250 + 125, { nominal: null }],
  ])('asks a person about %s', (_what, grams, changes) => {
    const op = told(restockOf({ ...fresh, ...changes }), weighed(grams))
    expect(op).toMatchObject({ phase: { at: 'judged', why: 'new-weight' }, measured: null })
  })

  it('learns it from the person’s own count', () => {
    const op = told(
      restockOf({ ...fresh, promised: 3, nominal: null }),
      weighed(287.5),
      OPERATION_TELLINGS['enter three'],
    )
    expect(op).toMatchObject({
      phase: { at: 'finished', outcome: 'done' },
      lines: [{ pack: { grams: 12.5 } }],
    })
  })
})

describe('the operation machine', () => {
  it('R10: takes no witness who did it, also after somebody else went on with it', () => {
    const op = { ...OPERATION_STANDS['waste, witness'], actor: 'qian' }
    expect(told(op, OPERATION_TELLINGS['witness wang'])).toBe(op)
    expect(told(op, { type: 'witness', person: 'qian' })).toBe(op)
    expect(told(op, OPERATION_TELLINGS['witness li'])).toMatchObject({ witness: 'li' })
    const passedOn = { ...op, actor: 'chen', earlier: ['qian'] }
    expect(told(passedOn, { type: 'witness', person: 'qian' })).toBe(passedOn)
  })

  it('adds up the door sessions: two in, one more, exact', () => {
    const op = told(
      OPERATION_STANDS['restock, weighing-after'],
      weighed(275),
      OPERATION_TELLINGS.reopen,
      weighed(275),
      OPERATION_TELLINGS['intent-written'],
      OPERATION_TELLINGS.pulsed,
      OPERATION_TELLINGS.opened,
      OPERATION_TELLINGS.closed,
      weighed(287.5),
    )
    expect(op).toMatchObject({ phase: { at: 'finished', outcome: 'done' }, doorSessions: 2, measured: 3 })
  })

  it('does not believe "nothing happened" of an unconfirmed drawer whose weight changed', () => {
    const op = told(
      OPERATION_STANDS['any, failed after three pulses'],
      OPERATION_TELLINGS.cancel,
      OPERATION_TELLINGS['weighed, three more'],
    )
    expect(op).toMatchObject({ phase: { at: 'finished', outcome: 'done' }, measured: 3 })
  })

  it('lets a drawer that will not open again go with what it came to before', () => {
    const op = told(
      operationIn(
        'restock',
        { at: 'failed', code: 'E', before: 275 },
        { doorSessions: 1, grams: 25, measured: 2, tries: 3 },
      ),
      OPERATION_TELLINGS.accept,
      weighed(275),
    )
    expect(op).toMatchObject({ phase: { at: 'finished', outcome: 'discrepancy' }, measured: 2 })
  })

  it('keeps the person’s figure against the scale’s only as a case that says what the scale found', () => {
    const op = OPERATION_STANDS['restock, judged, two in']
    const { state } = transition(op, OPERATION_TELLINGS['enter three'])
    const { effects } = transition(state, OPERATION_TELLINGS.accept)
    const [write] = effects
    expect(write).toMatchObject({
      events: [
        { kind: 'case.opened', data: { expected: 3, found: 2 } },
        { data: { outcome: 'discrepancy', movements: [{ quantity: 3 }] } },
      ],
    })
  })
})
