import { describe, expect, it } from 'vitest'
import { operationView } from '#edge/api/operations-view.ts'
import { type OperationEvent, transition } from '#edge/operations/machine.ts'
import type { Operation } from '#edge/operations/state.ts'
import type { Stock } from '#edge/stock/stock.ts'
import {
  lineOf,
  OPERATION_STANDS,
  OPERATION_TELLINGS,
  operationIn,
  UNIT,
} from '#test/lib/edge-operation-stands.ts'

const told = (op: Operation, ...events: readonly OperationEvent[]): Operation =>
  events.reduce((before, event) => transition(before, event).state, op)
const weighed = (grams: number): OperationEvent => ({ type: 'weighed', grams })
const enter = (quantity: number): OperationEvent => ({
  type: 'enter',
  figures: [{ drug: 'metformin-500', lot: 'L1', quantity }],
})
const restockOf = (line: Parameters<typeof lineOf>[0]) =>
  operationIn('restock', { at: 'weighing-after', before: 250 }, { lines: [lineOf(line)] })
const names = {
  item: () => ({ id: 'd', name: 'd', spec: '', packUnit: '盒', initials: '' }),
} as unknown as Stock
const actionsOf = (op: Operation) => operationView(op, { live: null, stock: names }).actions

describe('the word of the person who fills a drawer', () => {
  it('does not teach a new lot the weight of packs that are not there', () => {
    const two = told(restockOf({ promised: 3, pack: null, nominal: 12.5 }), weighed(275), enter(3))
    expect(two).toMatchObject({ phase: { at: 'judged', why: 'new-weight' }, lines: [{ pack: null }] })
    const { state, effects } = transition(two, OPERATION_TELLINGS.accept)
    expect(state.phase).toEqual({ at: 'finished', outcome: 'discrepancy' })
    expect(effects).toMatchObject([
      { events: [{ kind: 'case.opened', data: { expected: 3, found: null } }, {}] },
    ])
  })

  it('is not believed against a weight that is far from it, even where the scale cannot count', () => {
    const light = { promised: 60, pack: { ...UNIT, cv: 0.1 } }
    expect(told(restockOf(light), weighed(250 + 58 * 12.5), enter(60))).toMatchObject({
      phase: { at: 'finished', outcome: 'done' },
    })
    expect(told(restockOf(light), weighed(250 + 30 * 12.5), enter(60))).toMatchObject({
      phase: { at: 'judged' },
    })
  })

  it('is not kept from before the drawer was opened again', () => {
    const op = told(
      OPERATION_STANDS['restock, judged, two in'],
      enter(1),
      OPERATION_TELLINGS.reopen,
      weighed(275),
    )
    expect(op.lines[0]?.entered).toBeNull()
  })
})

describe('packs that went the other way', () => {
  it('are said as that in the case', () => {
    const out = told(OPERATION_STANDS['restock, weighing-after'], weighed(225))
    const { effects } = transition(out, OPERATION_TELLINGS.accept)
    expect(effects).toMatchObject([
      {
        events: [
          { kind: 'case.opened', data: { expected: 3, found: -2 } },
          { data: { movements: [{ quantity: -2 }] } },
        ],
      },
    ])
  })
})

describe('a drawer that nobody saw open', () => {
  const failed = { at: 'failed', code: 'E', before: 250 } as const

  it('R18: has not proved in a test that it opens, whatever is accepted', () => {
    const op = told(operationIn('test', failed, { tries: 1 }), OPERATION_TELLINGS.accept, weighed(250))
    expect(op.phase.at === 'finished' ? op.phase.outcome : 'failed').not.toBe('done')
  })

  it('R8: is not counted, and on a dead scale the count is left without figures', () => {
    const count = operationIn('count', failed, { tries: 3 })
    expect(told(count, OPERATION_TELLINGS.accept)).toBe(count)
    expect(told(count, OPERATION_TELLINGS.cancel, OPERATION_TELLINGS['weigh-failed'])).toMatchObject({
      phase: { at: 'finished', outcome: 'cancelled' },
    })
  })
})

describe('a session that can go no further', () => {
  it('whose drawer does not open again takes the person’s figure where the scale has none', () => {
    const stuck = operationIn(
      'restock',
      { at: 'failed', code: 'E' },
      { doorSessions: 1, grams: 44, tries: 3 },
    )
    expect(actionsOf(stuck)).toEqual(['enter'])
    const judged = told(stuck, enter(3))
    expect(actionsOf(judged)).toContain('accept')
    expect(told(judged, OPERATION_TELLINGS.accept)).toMatchObject({
      phase: { at: 'finished', outcome: 'discrepancy' },
    })
  })

  it('R10: for want of a witness is put back and called off', () => {
    const back = told(
      OPERATION_STANDS['waste, witness'],
      OPERATION_TELLINGS.reopen,
      weighed(212.5),
      OPERATION_TELLINGS['intent-written'],
      OPERATION_TELLINGS.pulsed,
      OPERATION_TELLINGS.opened,
      OPERATION_TELLINGS.closed,
      weighed(250),
    )
    expect(actionsOf(back)).toContain('cancel')
    expect(told(back, OPERATION_TELLINGS.cancel)).toMatchObject({ phase: { outcome: 'cancelled' } })
  })
})
