import { beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { actOn, ledgerOf, openFor, ticketOf, untilPhase } from '#test/lib/edge-operations.ts'
import { ownTownship } from '#test/lib/edge-own-township.ts'
import { orderFormulary, packOf, traceOf } from '#test/lib/edge-packs.ts'
import { type Ask, journaled, logIn, type Township } from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
beforeEach(async () => {
  ;({ town, edge, wang } = await ownTownship('wang', 'li'))
})

const hand = () => town.cabinet.hand

const ship = (quantity: number, changes: object = {}) =>
  town.order(edge, 'shipment', {
    shipment: 'S1',
    note: 'SN-1',
    lines: [
      {
        line: 1,
        drug: 'metformin-500',
        lot: 'M2',
        expiry: '2028-03-31',
        quantity,
        packGrams: 12.5,
        packCv: 0.01,
        ...changes,
      },
    ],
  })
const restock = (quantity: number, changes: object = {}) =>
  ({
    kind: 'restock',
    shipment: 'S1',
    line: 1,
    drawer: 'D01',
    quantity,
    bypass: '条码破损',
    ...changes,
  }) as const

describe('a restock', () => {
  it('R12: of what the note promises is counted by its weight, and the lot is stock', async () => {
    await ship(10)
    const { session, lines } = await openFor(wang, restock(10))
    expect(lines).toMatchObject([{ lot: 'M2', expected: 10 }])
    hand().put('D01', 10)
    hand().close('D01')
    expect(await untilPhase(wang, 'finished')).toMatchObject({ session, outcome: 'done' })
    expect(ledgerOf(edge, 'metformin-500', 'M2', 'D01')).toBe(10)
    expect((await wang('/api/shipments')).body).toMatchObject([{ lines: [{ received: 10 }] }])
    expect(journaled(edge, 'unlock.intent')).toMatchObject([
      { operation: 'restock', authority: { kind: 'shipment', shipment: 'S1', line: 1 } },
    ])
    expect(journaled(edge, 'scan.bypassed')).toMatchObject([{ actor: 'wang', session, reason: '条码破损' }])
  })

  it('R12: is refused without a scan, at the wrong drawer and in a drawer of another drug', async () => {
    await ship(10)
    const code = async (changes: object) => (await wang('/api/operations', restock(10, changes))).body.code
    expect(await code({ bypass: ' ' })).toBe('E_PACK_SCAN')
    expect(await code({ drawerScan: 'YGD:D02' })).toBe('E_WRONG_DRAWER')
    expect(await code({ drawer: 'D02' })).toBe('E_DRAWER_OTHER_DRUG')
    expect(await code({ drawer: 'D04' })).toBe('E_WRONG_DRAWER')
    expect(await code({ drawer: 'D99' })).toBe('E_DRAWER_ABSENT')
    expect(await code({ quantity: 11 })).toBe('E_SHIPMENT_QUANTITY')
    expect(
      journaled(edge, 'unlock.refused').map(({ code: each, operation }) => [operation, each]),
    ).toContainEqual(['restock', 'E_WRONG_DRAWER'])
    expect(town.cabinet.pulses).toEqual([])
  })

  it('R12: takes the pack and the drawer that were scanned only where both are what the note says', async () => {
    await orderFormulary(town, edge)
    await ship(10)
    const scan = (changes: object) => {
      const { bypass: _bypass, ...request } = restock(10)
      const pack = packOf('metformin-500', 'S1', { lot: 'M2', expiry: '280331' })
      return wang('/api/operations', { ...request, pack, drawerScan: 'YGD:D01', ...changes })
    }
    expect((await scan({ pack: packOf('amlodipine-5', 'S1') })).body.code).toBe('E_WRONG_PACK')
    expect((await scan({ pack: packOf('metformin-500', 'S1') })).body.code).toBe('E_WRONG_LOT')
    expect((await scan({ drawerScan: 'YGD:D03' })).body.code).toBe('E_WRONG_DRAWER')
    expect(town.cabinet.pulses).toEqual([])
    expect((await scan({})).body).toMatchObject({ kind: 'restock', status: 'running' })
    await untilPhase(wang, 'open')
    expect(journaled(edge, 'scan.bypassed')).toEqual([])
    hand().close('D01')
    await untilPhase(wang, 'judged')
  })

  it('R12: of a look-alike is done by two, whose names are in the record', async () => {
    const groups = [['metformin-500', 'amlodipine-5']]
    await town.order(edge, 'list', { name: 'look-alike', version: '1', groups })
    await ship(3)
    expect((await wang('/api/operations', restock(3))).body.code).toBe('E_SECOND')
    await openFor(wang, restock(3, { second: await ticketOf(wang, 'li', 'restock') }))
    hand().put('D01', 3)
    hand().close('D01')
    await untilPhase(wang, 'finished')
    expect(journaled(edge, 'operation.completed')).toMatchObject([{ actor: 'wang', witness: 'li' }])
  })

  it('of two packs fewer is opened again or kept as a case', async () => {
    await ship(10)
    const { session } = await openFor(wang, restock(10))
    hand().put('D01', 8)
    hand().close('D01')
    expect(await untilPhase(wang, 'judged')).toMatchObject({
      lines: [{ expected: 10, measured: 8 }],
      actions: ['reopen', 'enter', 'accept'],
    })
    expect((await actOn(wang, session, 'accept', { reason: '箱内只有八盒' })).body).toMatchObject({
      outcome: 'discrepancy',
    })
    expect(journaled(edge, 'case.opened')).toMatchObject([{ lot: 'M2', expected: 10, found: 8 }])
    expect(ledgerOf(edge, 'metformin-500', 'M2', 'D01')).toBe(8)
  })

  it('of a lot that nobody weighed asks for the number where the formulary cannot vouch for the weight', async () => {
    await ship(4, { packGrams: undefined, packCv: undefined, lot: 'M9' })
    const { session } = await openFor(wang, restock(4))
    hand().put('D01', 4)
    hand().close('D01')
    expect(await untilPhase(wang, 'judged')).toMatchObject({ message: { code: 'new-weight' } })
    const done = await actOn(wang, session, 'enter', {
      lines: [{ drug: 'metformin-500', lot: 'M9', quantity: 4 }],
    })
    expect(done.body).toMatchObject({ outcome: 'done' })
    expect(edge.agent.stock.lot('metformin-500', 'M9', 'D01')).toMatchObject({
      quantity: 4,
      packGrams: expect.closeTo(12.5, 0),
      reference: 4,
    })
  })
})

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
