import { describe, expect, it } from 'vitest'
import type { OperationLine } from '#cloud-sync/contract/edge-operations.ts'
import type { DrugStockView } from '#cloud-sync/contract/edge-stock.ts'
import type { PrescriptionView, WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import { MAY } from '#domain/people/actions.ts'
import { labelsOf, leftOut, slipOf } from '../../../web/kiosk/core/labels.ts'
import { hindranceOf } from '../../../web/kiosk/core/may.ts'
import { unseen } from '../../../web/kiosk/core/notices.ts'
import { figures, keyOfLine } from '../../../web/kiosk/core/operations.ts'
import { formatRoute, parseRoute } from '../../../web/kiosk/core/route.ts'
import { filterStock, lookOfLot } from '../../../web/kiosk/core/stock.ts'

describe('an address of the kiosk', () => {
  it('comes back as it was made, whatever stands in an id', () => {
    for (const route of [
      { page: 'home' },
      { page: 'work' },
      { page: 'prescription', id: 'a/b c#?' },
      { page: 'line', id: 'SH-1/3' },
    ] as const)
      expect(parseRoute(formatRoute(route))).toEqual(route)
  })

  it('leads home when it names no page, or nobody it is about', () => {
    for (const hash of ['', '#/', '#/nowhere', '#/case', '#/case/'])
      expect(parseRoute(hash)).toEqual({ page: 'home' })
  })
})

describe('what a person may do', () => {
  it('is what the agent says; the page only says why not', () => {
    const person = (role: 'assistant' | 'pharmacist') => ({ person: { role }, may: MAY[role] })
    expect(hindranceOf(person('pharmacist'), 'waste')).toBeNull()
    expect(hindranceOf(person('assistant'), 'waste')).toEqual({ why: 'role', roles: ['pharmacist', 'lead'] })
    const lapsed = {
      person: { role: 'pharmacist' as const },
      may: MAY.pharmacist.filter(act => act !== 'waste'),
    }
    expect(hindranceOf(lapsed, 'waste')).toEqual({ why: 'competency' })
  })
})

const line = (lot: string): OperationLine => ({
  ...{ drug: 'a', name: '甲', spec: '', unit: '盒', lot, expiry: '2027-01-31' },
  ...{ expected: null, entered: null, measured: null },
})

describe('figures of a count', () => {
  it('are sent only when every lot has one; none there is a figure too', () => {
    const lines = [line('1'), line('2')]
    const [one = line('1'), two = line('2')] = lines
    expect(figures(lines, { [keyOfLine(one)]: '12' })).toBeNull()
    expect(figures(lines, { [keyOfLine(one)]: '12', [keyOfLine(two)]: '0' })).toEqual([
      { drug: 'a', lot: '1', quantity: 12 },
      { drug: 'a', lot: '2', quantity: 0 },
    ])
  })
})

describe('the stock at a glance', () => {
  const drug = (
    id: string,
    state: DrugStockView['state'],
    more: Partial<DrugStockView> = {},
  ): DrugStockView => ({
    ...{ drug: id, name: id, spec: '', unit: '盒', available: 1, reserved: 0, quarantined: 0, expired: 0 },
    ...{ par: null, proposed: null, nearExpiry: [], state },
    ...more,
  })
  const stock = [
    drug('full', 'ok'),
    drug('low', 'below-par'),
    drug('held', 'ok', { quarantined: 3 }),
    drug('none', 'out'),
  ]

  it('puts what is out first', () => {
    expect(filterStock(stock, 'all').map(one => one.drug)).toEqual(['none', 'low', 'full', 'held'])
    expect(filterStock(stock, 'low').map(one => one.drug)).toEqual(['none', 'low'])
    expect(filterStock(stock, 'held').map(one => one.drug)).toEqual(['held'])
  })

  it('calls a lot expired from the day after, and what it does not know held', () => {
    const noon = Date.parse('2027-01-31T12:00:00+08:00')
    expect(lookOfLot({ expiry: '2027-01-31', status: 'available' }, noon)).toBe('available')
    expect(lookOfLot({ expiry: '2027-01-30', status: 'available' }, noon)).toBe('expired')
    expect(lookOfLot({ expiry: '2027-01-31', status: 'new-word' }, noon)).toBe('quarantined')
  })
})

const step = (at: number, lot: string, expected: number, taken: number | null) => ({
  ...{ step: at, drawer: 'D01', drug: 'a', name: '甲片', spec: '5mg', unit: '盒', lot, expiry: '2027-01-31' },
  ...{ expected, taken, scanned: 0, scanRequired: false, status: 'done' as const },
})
const withdrawal = (steps: WithdrawalView['steps']): WithdrawalView => ({
  ...{ session: 's', jti: 'j', rx: 'RX1', patient: '张', actor: 'p', startedAt: '2026-11-22T00:00:00Z' },
  ...{ status: 'finished', outcome: 'partial', current: 0, live: null, actions: [], steps },
  message: { zh: '', en: '', code: 'partial', level: 'warning' },
})
const rx = {
  items: [
    {
      drug: 'a',
      name: '甲片',
      spec: '5mg',
      quantity: 4,
      unit: '盒',
      dosing: '每日一次',
      drawer: 'D01',
      inStock: 4,
    },
  ],
} as unknown as PrescriptionView

describe('labels and slip', () => {
  it('carry the lot that was really taken, one label a lot, none for nothing', () => {
    const labels = labelsOf(
      withdrawal([step(0, 'L1', 2, 2), step(1, 'L2', 2, 0), step(2, 'L3', 1, null)]),
      rx,
    )
    expect(labels.map(({ lot, quantity, dosing }) => [lot, quantity, dosing])).toEqual([
      ['L1', 2, '每日一次'],
    ])
  })

  it('set what was ordered beside what is handed out, over all lots', () => {
    const [only] = slipOf(withdrawal([step(0, 'L1', 2, 2), step(1, 'L2', 2, 1)]), rx)
    expect(only).toMatchObject({ ordered: 4, taken: 3 })
  })

  it('are made of the steps where the order is not in the list: an override', () => {
    const [only] = slipOf(withdrawal([step(0, 'L1', 2, 2), step(1, 'L2', 1, 1)]), undefined)
    expect(only).toMatchObject({ ordered: 3, taken: 3, dosing: '' })
  })

  it('name what the order asks for and the withdrawal did not: it was begun with what was there', () => {
    expect(leftOut(withdrawal([step(0, 'L1', 3, 3)]), rx)).toMatchObject([{ quantity: 1 }])
    expect(leftOut(withdrawal([step(0, 'L1', 4, 2)]), rx)).toEqual([])
  })
})

describe('the alarm that is shown first', () => {
  it('is the gravest that goes on, then what is over and nobody has seen; never one that was acknowledged', () => {
    const alarm = (id: string, level: 'warning' | 'alarm', over: boolean, seen = false) => {
      const at = '2026-07-14T01:00:00.000Z'
      return { id, level, clearedAt: over ? at : null, acknowledgedAt: seen ? at : null }
    }
    const order = unseen([
      alarm('over', 'alarm', true),
      alarm('warns', 'warning', false),
      alarm('seen', 'alarm', false, true),
      alarm('grave', 'alarm', false),
    ])
    expect(order.map(({ id }) => id)).toEqual(['grave', 'warns', 'over'])
  })
})
