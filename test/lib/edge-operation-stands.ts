import type { OperationKind } from '#domain/journal/events-operations.ts'
import type { OperationEvent } from '#edge/operations/machine.ts'
import type { Line, Operation, Phase } from '#edge/operations/state.ts'

export const UNIT = { grams: 12.5, cv: 0.002, reference: 10 }

export const lineOf = (changes: Partial<Line> = {}): Line => ({
  drug: 'metformin-500',
  lot: 'L1',
  expiry: '2027-12-31',
  ledger: 20,
  promised: 0,
  pack: UNIT,
  nominal: 12.5,
  entered: null,
  ...changes,
})

/** Packs that a kind is to move: three. */
const PROMISED: Readonly<Record<OperationKind, number>> = {
  restock: 3,
  count: 0,
  return: 3,
  'return-check': -3,
  waste: -3,
  test: 0,
  'break-glass': 0,
}

/** An operation of this kind in drawer D01, in the given phase. */
export const operationIn = (
  kind: OperationKind,
  phase: Phase,
  changes: Partial<Operation> = {},
): Operation => ({
  session: 's1',
  jti: '',
  kind,
  authority: { kind: 'count', cause: 'planned' },
  actor: 'wang',
  begunBy: 'wang',
  startedAt: '2026-11-22T01:00:00.000Z',
  orderListAt: null,
  drawer: 'D01',
  lines: kind === 'test' ? [] : [lineOf({ promised: PROMISED[kind] })],
  witnessed: kind === 'waste',
  grams: 0,
  doorSessions: 0,
  measured: null,
  attempt: 0,
  tries: 0,
  phase,
  why: null,
  reason: null,
  witness: null,
  note: null,
  ...changes,
})

const before = 250
const figure = (quantity: number): OperationEvent => ({
  type: 'enter',
  figures: [{ drug: 'metformin-500', lot: 'L1', quantity }],
})

/** Every event the machine can be told, in the tempers that matter. */
export const OPERATION_TELLINGS = {
  unlock: { type: 'unlock', orderListAt: null },
  reopen: { type: 'reopen', orderListAt: null },
  'weighed, unchanged': { type: 'weighed', grams: before },
  'weighed, three more': { type: 'weighed', grams: before + 37.5 },
  'weighed, three fewer': { type: 'weighed', grams: before - 37.5 },
  'weigh-failed': { type: 'weigh-failed', code: 'E_SCALE' },
  'intent-written': { type: 'intent-written' },
  pulsed: { type: 'pulsed' },
  'pulse-failed, perhaps sent': { type: 'pulse-failed', code: 'E_LINE_LOST', sent: true },
  'pulse-failed, surely not sent': { type: 'pulse-failed', code: 'E_LINE_DOWN', sent: false },
  opened: { type: 'opened' },
  'not-opened': { type: 'not-opened', code: 'E_UNLOCK_UNCONFIRMED' },
  closed: { type: 'closed' },
  'given up': { type: 'given-up' },
  'enter three': figure(3),
  'enter twenty': figure(20),
  'witness li': { type: 'witness', person: 'li' },
  'witness wang': { type: 'witness', person: 'wang' },
  accept: { type: 'accept', reason: 'r' },
  cancel: { type: 'cancel', reason: 'r' },
} as const satisfies Record<string, OperationEvent>

export type OperationTelling = keyof typeof OPERATION_TELLINGS

const after = { doorSessions: 1, tries: 1 } as const

/** Places where one of them can stand. */
export const OPERATION_STANDS = {
  'any, idle': operationIn('restock', { at: 'idle' }),
  'restock, weighing-before': operationIn('restock', { at: 'weighing-before' }),
  'count, weighing-before': operationIn('count', { at: 'weighing-before' }),
  'any, intending': operationIn('restock', { at: 'intending', before }),
  'any, pulsing': operationIn('restock', { at: 'pulsing', before }, { tries: 1 }),
  'any, confirming': operationIn('restock', { at: 'confirming', before }, { tries: 1 }),
  'any, confirming the third pulse': operationIn('restock', { at: 'confirming', before }, { tries: 3 }),
  'any, open': operationIn('restock', { at: 'open', before }, { tries: 1 }),
  'restock, weighing-after': operationIn('restock', { at: 'weighing-after', before }),
  'waste, weighing-after': operationIn('waste', { at: 'weighing-after', before }),
  'count, weighing-after': operationIn('count', { at: 'weighing-after', before }),
  'test, weighing-after': operationIn('test', { at: 'weighing-after', before }),
  'count, weighing-after, to cancel': operationIn('count', {
    at: 'weighing-after',
    before,
    wish: { type: 'cancel', reason: 'r' },
  }),
  'count, entry': operationIn('count', { at: 'entry' }, after),
  'count, entry, weight moved': operationIn('count', { at: 'entry' }, { ...after, grams: -12.5 }),
  'break-glass, entry': operationIn('break-glass', { at: 'entry' }, { ...after, grams: -37.5 }),
  'restock, judged, untouched': operationIn(
    'restock',
    { at: 'judged', why: 'differs' },
    { ...after, measured: 0 },
  ),
  'restock, judged, two in': operationIn(
    'restock',
    { at: 'judged', why: 'differs' },
    { ...after, grams: 25, measured: 2 },
  ),
  'restock, judged, unknown object': operationIn(
    'restock',
    { at: 'judged', why: 'unknown-object' },
    { ...after, grams: 44 },
  ),
  'count, judged': operationIn(
    'count',
    { at: 'judged', why: 'differs' },
    { ...after, attempt: 1, lines: [lineOf({ entered: 19 })] },
  ),
  'waste, witness': operationIn('waste', { at: 'witness' }, { ...after, grams: -37.5, measured: -3 }),
  'any, failed before any pulse': operationIn('restock', { at: 'failed', code: 'E_SCALE_UNSTABLE' }),
  'any, failed after a pulse': operationIn('restock', { at: 'failed', code: 'E', before }, { tries: 1 }),
  'any, failed after three pulses': operationIn('restock', { at: 'failed', code: 'E', before }, { tries: 3 }),
  'any, review': operationIn('restock', { at: 'review', code: 'E_INTERRUPTED', before }),
  'any, finished': operationIn('restock', { at: 'finished', outcome: 'done' }),
} as const satisfies Record<string, Operation>

export type OperationStand = keyof typeof OPERATION_STANDS
