import { beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { actOn, ledgerOf, openFor, operationOf, ticketOf, untilPhase } from '#test/lib/edge-operations.ts'
import { ownTownship } from '#test/lib/edge-own-township.ts'
import { type Ask, journaled, logIn, type Township } from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
let qian: Ask
beforeEach(async () => {
  ;({ town, edge, wang, qian } = await ownTownship('wang', 'li', 'qian'))
})

const hand = () => town.cabinet.hand

describe('what a patient brings back', () => {
  const bring = {
    kind: 'return',
    drug: 'metformin-500',
    lot: 'M1',
    expiry: '2027-12-31',
    quantity: 2,
    reason: 'changed',
  } as const
  const bringBack = async (): Promise<string> => {
    const { session } = await openFor(wang, bring)
    hand().put('D04', 2)
    hand().close('D04')
    expect(await untilPhase(wang, 'finished')).toMatchObject({ outcome: 'done', drawer: 'D04' })
    return session
  }
  const returns = async () => (await wang('/api/returns')).body

  it('R14: has the expiry of its lot, so that nothing is stock again beyond it', async () => {
    for (const expiry of ['2028-12-31', '2027-13-31'])
      expect((await wang('/api/operations', { ...bring, expiry })).body.code).toBe('E_EXPIRY')
    expect(town.cabinet.pulses).toEqual([])
  })

  const stand = async (status: string) => expect(await returns()).toMatchObject([{ status }])

  it('R11: lies in the return place and is no stock until a pharmacist has checked it', async () => {
    const id = await bringBack()
    await stand('in-place')
    expect(edge.agent.stock.lot('metformin-500', 'M1', 'D04')).toMatchObject({
      quantity: 2,
      status: 'returned',
    })
    expect((await wang('/api/operations', { kind: 'return-check', return: id })).body.code).toBe(
      'E_RETURN_STATUS',
    )
    await wang(`/api/returns/${id}/decide`, { decision: 'restock', reason: '未拆封' })
    await openFor(wang, { kind: 'return-check', return: id })
    hand().take('D04', 2)
    hand().close('D04')
    await untilPhase(wang, 'finished')
    await stand('in-hand')
    await openFor(wang, { kind: 'restock', return: id, drawer: 'D01', bypass: '条码破损' })
    hand().put('D01', 2)
    hand().close('D01')
    await untilPhase(wang, 'finished')
    await stand('restocked')
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D01')).toBe(22)
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D04')).toBe(0)
  })

  it('R10: is wasted only before a witness', async () => {
    const id = await bringBack()
    await wang(`/api/returns/${id}/decide`, { decision: 'waste', reason: '已拆封' })
    const { session } = await openFor(wang, { kind: 'return-check', return: id })
    hand().take('D04', 2)
    hand().close('D04')
    await untilPhase(wang, 'witness')
    await actOn(wang, session, 'witness', { second: await ticketOf(wang, 'li', 'witness') })
    expect(await operationOf(wang)).toMatchObject({ outcome: 'done' })
    await stand('wasted')
  })
})

describe('R11: a return that vanished', () => {
  it('R11: is ended by the lead alone, with a reason, and asks for a count no more', async () => {
    const back = { drug: 'metformin-500', lot: 'M1', expiry: '2027-12-31', quantity: 1, reason: 'changed' }
    const { session } = await openFor(wang, { kind: 'return', ...back })
    hand().put('D04', 1)
    hand().close('D04')
    await untilPhase(wang, 'finished')
    const lost = (as: Ask) => as(`/api/returns/${session}/lost`, { reason: '都找过，没有' })
    expect((await lost(wang)).body.code).toBe('E_ROLE')
    expect((await lost(qian)).body).toMatchObject([{ id: session, status: 'lost' }])
    expect((await wang('/api/cases')).body).toMatchObject([{ drawer: 'D04', expected: 1, taken: 0 }])
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D04')).toBe(0)
    expect((await wang('/api/stock/ledger')).body).toMatchObject({ balanced: true })
  })

  it('R9: whoever had it in hand last does not witness the case of it', async () => {
    const li = await logIn(edge, 'li')
    const back = { drug: 'metformin-500', lot: 'M1', expiry: '2027-12-31', quantity: 1, reason: 'changed' }
    const { session } = await openFor(wang, { kind: 'return', ...back })
    hand().put('D04', 1)
    hand().close('D04')
    await untilPhase(wang, 'finished')
    await li(`/api/returns/${session}/decide`, { decision: 'restock', reason: '未拆封' })
    await openFor(li, { kind: 'return-check', return: session })
    hand().take('D04', 1)
    hand().close('D04')
    await untilPhase(li, 'finished')
    expect((await qian(`/api/returns/${session}/lost`, { reason: '都找过' })).body).toMatchObject([
      { status: 'lost' },
    ])
    const of = `/api/cases/${session}-lost`
    expect((await qian(`${of}/explain`, { reason: 'unknown', note: '都找过' })).status).toBe(200)
    for (const party of [wang, li])
      expect((await party(`${of}/witness`, { note: '看过' })).body.code).toBe('E_CASE_SAME_PERSON')
    const he = await logIn(edge, 'he')
    expect((await he(`${of}/witness`, { note: '看过' })).status).toBe(200)
  })
})

describe('waste', () => {
  const waste = {
    kind: 'waste',
    drug: 'metformin-500',
    lot: 'M1',
    drawer: 'D01',
    quantity: 3,
    reason: 'damaged',
  } as const

  it('R10: is witnessed at the end, after the quantity, by somebody else', async () => {
    const { session } = await openFor(wang, waste)
    const early = await ticketOf(wang, 'li', 'witness')
    hand().take('D01', 3)
    hand().close('D01')
    expect(await untilPhase(wang, 'witness')).toMatchObject({ actions: ['witness', 'reopen'] })
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D01')).toBe(20)
    expect((await actOn(wang, session, 'witness', {})).body.code).toBe('E_SECOND')
    expect((await actOn(wang, session, 'witness', { second: early })).body.code).toBe('E_SECOND')
    const self = await wang('/api/second', { person: 'wang', pin: '739154', act: 'witness' })
    expect(self.body.code).toBe('E_SECOND_SELF')
    const second = await ticketOf(wang, 'li', 'witness')
    expect((await actOn(wang, session, 'witness', { second })).body).toMatchObject({ outcome: 'done' })
    expect(journaled(edge, 'operation.completed')).toMatchObject([
      { actor: 'wang', witness: 'li', movements: [{ drawer: 'D01', quantity: -3 }] },
    ])
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D01')).toBe(17)
  })

  it('R20: of goods that were too warm says who destroyed them, why, and what they went through', async () => {
    const excursion = 'F1-hot-1763773200000'
    const run = {
      thermometer: 'F1',
      excursion,
      side: 'hot',
      source: 'sensor',
      start: '2025-11-22T01:00:00.000Z',
    } as const
    const alarmAt = '2025-11-22T02:00:00.000Z'
    const ended = { end: '2025-11-22T03:30:00.000Z', min: 9.1, max: 14.2, minutes: 150 }
    const { journal, lotStatus } = edge.agent
    journal.append([
      {
        kind: 'excursion.alarm',
        data: { ...run, alarmAt, low: 2, high: 8, minutes: 60, limit: 8, version: 'default-1' },
      },
    ])
    journal.append([{ kind: 'excursion.ended', data: { ...run, alarmAt, ...ended } }])
    const lot = { drug: waste.drug, lot: waste.lot, drawer: waste.drawer }
    lotStatus.change('qian', { ...lot, status: 'quarantined', reason: '超温' })
    edge.agent.db.run(
      'UPDATE lots SET status_ref = ? WHERE lot = ? AND drawer = ?',
      excursion,
      lot.lot,
      lot.drawer,
    )
    await openFor(wang, { ...waste, quantity: 20, reason: 'excursion' })
    expect(journaled(edge, 'operation.started').at(-1)).toMatchObject({
      actor: 'wang',
      wentThrough: [{ side: 'hot', minutes: 150, min: 9.1, max: 14.2 }],
    })
    hand().take('D01', 20)
    hand().close('D01')
    const { session } = await untilPhase(wang, 'witness')
    const second = await ticketOf(wang, 'li', 'witness')
    await actOn(wang, session, 'witness', { second })
    expect(journaled(edge, 'operation.completed')).toMatchObject([
      { actor: 'wang', witness: 'li', reason: 'excursion' },
    ])
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D01')).toBe(0)
  })

  it('of more than the ledger has is refused', async () => {
    expect((await wang('/api/operations', { ...waste, quantity: 21 })).body.code).toBe('E_QUANTITY')
  })
})

describe('reasons', () => {
  it('R10, R11: of waste and of returns come from the list', async () => {
    const goods = { drug: 'metformin-500', lot: 'M1', quantity: 1 }
    const waste = { kind: 'waste', ...goods, drawer: 'D01', reason: '不想要了' }
    expect((await wang('/api/operations', waste)).body.code).toBe('E_REASON')
    const back = { kind: 'return', ...goods, expiry: '2027-12-31', reason: '不想要了' }
    expect((await wang('/api/operations', back)).body.code).toBe('E_REASON')
    expect(town.cabinet.pulses).toEqual([])
    expect((await wang('/api/operations', { ...back, reason: 'declined' })).body.status).toBe('running')
    await untilPhase(wang, 'open')
  })
})
