import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UNNAMED_LOT } from '#domain/unnamed-lot.ts'
import type { RunningEdge } from '#edge/main.ts'
import { actOn, ledgerOf, openFor, operationOf, ticketOf, untilPhase } from '#test/lib/edge-operations.ts'
import { orderFormulary, packOf, traceOf } from '#test/lib/edge-packs.ts'
import {
  type Ask,
  currentOf,
  journaled,
  logIn,
  openTownship,
  type Township,
  untilStep,
} from '#test/lib/edge-township.ts'
import { until } from '#test/lib/hardware-wait.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
let qian: Ask
beforeEach(async () => {
  town = await openTownship()
  edge = await town.start()
  wang = await logIn(edge)
  qian = await logIn(edge, 'qian')
})
afterEach(() => town.close())

const hand = () => town.cabinet.hand
const count = (drawer: string) => ({ kind: 'count', drawer }) as const
const retire = (drawer: string) =>
  qian(`/api/drawers/${drawer}/service`, { service: 'out-of-service', reason: '锁打不开或关不上' })
const metformin = (quantity: number, lot = 'M1') => ({ drug: 'metformin-500', lot, quantity })

describe('R18: a lock switch that reads open for ever', () => {
  it('R18: gives a withdrawal back to a person once its drawer is out of service, and ends as a difference', async () => {
    const jti = await town.authorise(edge)
    const { session } = (await wang('/api/withdrawals', { jti })).body as { session: string }
    await untilStep(wang, 'open')
    hand().take('D01', 2)
    const review = () => wang(`/api/withdrawals/${session}/review`, { note: '只清点了药袋', taken: { 0: 2 } })
    expect((await review()).body.code).toBe('E_ACTION')
    expect((await retire('D01')).status).toBe(200)
    expect(await untilStep(wang, 'review')).toMatchObject({
      status: 'review',
      message: { code: 'E_DRAWER_STUCK' },
    })
    expect(journaled(edge, 'withdrawal.interrupted')).toMatchObject([{ session, code: 'E_DRAWER_STUCK' }])
    expect((await review()).body).toMatchObject({ status: 'finished', outcome: 'discrepancy' })
    // The scale of a drawer that may stand open is not believed: the case says that nobody weighed it.
    expect(journaled(edge, 'discrepancy.opened')).toMatchObject([{ drawer: 'D01', expected: 2, taken: null }])
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D01')).toBe(18)
    expect(edge.agent.service.of('D01')).toMatchObject({ service: 'out-of-service', cause: 'person' })
  })

  it('R6: opens no other drawer while it reads so, and the drawer comes back only by a test and a count', async () => {
    const { session } = await openFor(wang, count('D01'))
    await retire('D01')
    await untilPhase(wang, 'review')
    await actOn(wang, session, 'review', { note: '锁故障', lines: [metformin(20)] })
    expect((await operationOf(wang)).status).toBe('finished')
    const other = await wang('/api/operations', count('D02'))
    expect(other.body).toMatchObject({
      code: 'E_DRAWER_OPEN',
      wayOut: { zh: expect.stringContaining('停用') },
    })
    expect(journaled(edge, 'drawer.tamper')).toEqual([])
    hand().close('D01')
    expect((await wang('/api/operations', count('D01'))).body.code).toBe('E_DRAWER_SERVICE')
    const { session: test } = await openFor(qian, { kind: 'test', drawer: 'D01' })
    hand().close('D01')
    await untilPhase(qian, 'finished')
    expect(test).not.toBe(session)
    expect(edge.agent.service.of('D01').service).toBe('needs-count')
  })

  it('R7: forced open after it was seen closed once more, it is tampered with like any other', async () => {
    const { session } = await openFor(wang, count('D01'))
    await retire('D01')
    await untilPhase(wang, 'review')
    await actOn(wang, session, 'review', { note: '锁故障', lines: [metformin(20)] })
    await edge.agent.watch.sweep()
    expect(journaled(edge, 'drawer.tamper')).toEqual([])
    hand().close('D01')
    await edge.agent.watch.sweep()
    town.cabinet.world.locks.pulse(0, 1)
    await until('D01 to be told of', async () => {
      await edge.agent.watch.sweep()
      return journaled(edge, 'drawer.tamper').length > 0
    })
    expect(journaled(edge, 'drawer.tamper')).toMatchObject([{ drawer: 'D01' }])
  })

  it('R18: still holds the session over another drawer that is really open', async () => {
    const { session } = await openFor(wang, count('D01'))
    town.cabinet.world.locks.pulse(0, 2)
    await until('D02 to be open', async () => {
      const { body } = await wang('/api/drawers')
      return (body as unknown as { id: string; position: string }[])[1]?.position === 'open'
    })
    await retire('D01')
    await untilPhase(wang, 'review')
    const done = await actOn(wang, session, 'review', { note: '锁故障', lines: [metformin(20)] })
    expect(done.body.code).toBe('E_DRAWER_OPEN')
  })

  it('R18: is left to a person after a restart too', async () => {
    await wang('/api/withdrawals', { jti: await town.authorise(edge) })
    await untilStep(wang, 'open')
    await town.stop(edge)
    edge = await town.start()
    wang = await logIn(edge)
    qian = await logIn(edge, 'qian')
    const { session } = await currentOf(wang)
    const review = () => wang(`/api/withdrawals/${session}/review`, { note: '未取', taken: { 0: 0 } })
    expect((await review()).body.code).toBe('E_DRAWER_OPEN')
    await retire('D01')
    expect((await review()).body).toMatchObject({ status: 'finished' })
    expect(journaled(edge, 'discrepancy.opened')).toMatchObject([{ drawer: 'D01', expected: 2, taken: 0 }])
  })
})

describe('R8: goods that no line of a count names', () => {
  const unnamed = (quantity: number) => metformin(quantity, UNNAMED_LOT)

  it('R8: are a line of their own: a difference with its case, on the books, and never picked', async () => {
    const { session } = await openFor(wang, count('D01'))
    hand().close('D01')
    await untilPhase(wang, 'entry')
    const stranger = { drug: 'nobody-knows', lot: UNNAMED_LOT, quantity: 1 }
    expect((await actOn(wang, session, 'enter', { lines: [metformin(18), stranger] })).body.code).toBe(
      'E_DRUG_UNKNOWN',
    )
    const judged = await actOn(wang, session, 'enter', { lines: [metformin(18), unnamed(2)] })
    expect(judged.body).toMatchObject({
      phase: 'judged',
      lines: [{ entered: 18 }, { lot: UNNAMED_LOT, entered: 2, expected: 0 }],
    })
    await actOn(wang, session, 'accept', { reason: '包装批号磨损' })
    expect(journaled(edge, 'case.opened')).toMatchObject([
      { lot: 'M1', expected: 20, found: 18 },
      { lot: UNNAMED_LOT, expected: 0, found: 2 },
    ])
    expect(edge.agent.stock.lot('metformin-500', UNNAMED_LOT, 'D01')).toMatchObject({
      quantity: 2,
      status: 'quarantined',
    })
    expect((await wang('/api/stock/ledger')).body).toMatchObject({ balanced: true })
    const short = await wang('/api/withdrawals', {
      jti: await town.authorise(edge, { items: [{ ...ITEM, quantity: 19 }] }),
    })
    expect(short.body.code).toBe('E_STOCK_SHORT')
    // The next count has a line for it, and nothing to say.
    const again = await openFor(wang, count('D01'))
    expect(again.lines.map(({ lot }) => lot).sort()).toEqual(['M1', UNNAMED_LOT])
    hand().close('D01')
    await untilPhase(wang, 'entry')
    const done = await actOn(wang, again.session, 'enter', { lines: [metformin(18), unnamed(2)] })
    expect(done.body).toMatchObject({ outcome: 'done' })
  })

  it('R10: leave by waste, before a witness', async () => {
    edge.agent.stock.count('wang', [
      { ...metformin(2, UNNAMED_LOT), drawer: 'D01', expiry: '1970-01-01', packGrams: 12.5, packCv: 0.01 },
    ])
    await logIn(edge, 'li')
    const goods = { drug: 'metformin-500', lot: UNNAMED_LOT, drawer: 'D01', quantity: 2 }
    const { session } = await openFor(wang, { kind: 'waste', ...goods, reason: 'damaged' })
    hand().take('D01', 2)
    hand().close('D01')
    await untilPhase(wang, 'witness')
    await actOn(wang, session, 'witness', { second: await ticketOf(wang, 'li', 'witness') })
    expect((await operationOf(wang)).outcome).toBe('done')
    expect(ledgerOf(edge, 'metformin-500', UNNAMED_LOT, 'D01')).toBe(0)
  })
})

const ITEM = { drug: 'metformin-500', name: '二甲双胍', spec: '1', unit: '盒', dosing: '每日1次' }

describe('R12: a pack whose code does not say it all', () => {
  const restock = (changes: object) =>
    wang('/api/operations', {
      kind: 'restock',
      shipment: 'S1',
      line: 1,
      drawer: 'D01',
      quantity: 3,
      pack: traceOf('metformin-500', 1),
      drawerScan: 'YGD:D01',
      ...changes,
    })
  beforeEach(async () => {
    await orderFormulary(town, edge)
    const line = { line: 1, drug: 'metformin-500', lot: 'M-2', expiry: '2028-03-31', quantity: 3 }
    await town.order(edge, 'shipment', {
      shipment: 'S1',
      note: 'SN-1',
      lines: [{ ...line, packGrams: 12.5, packCv: 0.01 }],
    })
  })

  it('R12: wants lot and expiry as a person reads them off it, and holds them against the note', async () => {
    const code = async (changes: object) => (await restock(changes)).body.code
    expect(await code({})).toBe('E_PACK_READ')
    expect(await code({ printed: { lot: 'M-2' } })).toBe('E_PACK_READ')
    expect(await code({ printed: { lot: 'M3', expiry: '2028-03-31' } })).toBe('E_WRONG_LOT')
    expect(await code({ printed: { lot: 'M2', expiry: '2028-04-30' } })).toBe('E_WRONG_LOT')
    expect(town.cabinet.pulses).toEqual([])
    expect((await restock({ printed: { lot: 'm2', expiry: '2028-03-31' } })).body.status).toBe('running')
    await untilPhase(wang, 'open')
    hand().put('D01', 3)
    hand().close('D01')
    await untilPhase(wang, 'finished')
    expect(journaled(edge, 'operation.completed')).toMatchObject([
      { outcome: 'done', reason: expect.stringContaining('人核对') },
    ])
    expect(journaled(edge, 'scan.bypassed')).toEqual([])
  })

  it('R12: or a second person’s signature', async () => {
    await logIn(edge, 'li')
    expect((await restock({ second: 'none' })).body.code).toBe('E_SECOND')
    const done = await restock({ second: await ticketOf(wang, 'li', 'restock') })
    expect(done.body).toMatchObject({ kind: 'restock', status: 'running' })
    await untilPhase(wang, 'open')
  })

  it('R12: asks nothing of a code that says both', async () => {
    const pack = packOf('metformin-500', 'S1', { lot: 'M-2', expiry: '280331' })
    expect((await restock({ pack })).body).toMatchObject({ status: 'running' })
    await untilPhase(wang, 'open')
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

describe('R8: the pages beside a blind count', () => {
  it('R8: leave out cases of that drawer, and what lies in a return place that is counted', async () => {
    const back = { drug: 'metformin-500', lot: 'M1', expiry: '2027-12-31', quantity: 2, reason: 'changed' }
    await openFor(wang, { kind: 'return', ...back })
    hand().put('D04', 1)
    hand().close('D04')
    const { session: returned } = await operationOf(wang)
    await untilPhase(wang, 'judged')
    await actOn(wang, returned, 'accept', { reason: '只有一盒' })
    const told = async () => [(await wang('/api/cases')).body, (await wang('/api/returns')).body]
    expect(await told()).toMatchObject([[{ drawer: 'D04', taken: 1 }], [{ quantity: 1 }]])
    const { session } = await openFor(wang, count('D04'))
    expect(await told()).toEqual([[], []])
    hand().close('D04')
    await untilPhase(wang, 'entry')
    await actOn(wang, session, 'enter', { lines: [metformin(1)] })
    expect(await told()).toMatchObject([[{ drawer: 'D04' }], [{ quantity: 1 }]])
  })
})

describe('R8: the journal’s page', () => {
  it('R8: withholds what would tell the figure while a drawer is counted blind', async () => {
    const told = async () => JSON.stringify((await wang('/api/journal?limit=500')).body.records)
    expect(await told()).toContain('"quantity":20')
    const { session } = await openFor(wang, count('D01'))
    const blind = await told()
    expect(blind).not.toContain('D01')
    expect(blind).toContain('E_COUNT_BLIND')
    expect(blind).toContain('D02')
    hand().close('D01')
    await untilPhase(wang, 'entry')
    await actOn(wang, session, 'enter', { lines: [metformin(20)] })
    expect(await told()).toContain('"quantity":20')
  })
})
