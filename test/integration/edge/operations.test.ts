import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { actOn, ledgerOf, openFor, operationOf, ticketOf, untilPhase } from '#test/lib/edge-operations.ts'
import { orderFormulary, packOf } from '#test/lib/edge-packs.ts'
import { type Ask, journaled, logIn, openTownship, type Township } from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
let li: Ask
beforeEach(async () => {
  town = await openTownship()
  edge = await town.start()
  wang = await logIn(edge)
  li = await logIn(edge, 'li')
})
afterEach(() => town.close())

const hand = () => town.cabinet.hand
const kinds = () => edge.agent.journal.read(0, 1_000).map(({ kind }) => kind)
const count = (drawer: string) => ({ kind: 'count', drawer }) as const
const figures = (quantity: number) => ({ lines: [{ drug: 'metformin-500', lot: 'M1', quantity }] })

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

describe('a blind count', () => {
  it('R8: tells nothing of the ledger before the own figure, and ends when they agree', async () => {
    const { session, lines, live } = await openFor(wang, count('D01'))
    expect(lines).toMatchObject([{ lot: 'M1', expected: null, entered: null, measured: null }])
    expect(live).toBeNull()
    hand().close('D01')
    expect(await untilPhase(wang, 'entry')).toMatchObject({ lines: [{ expected: null }] })
    expect((await actOn(wang, session, 'enter', { lines: [] })).body.code).toBe('E_COUNT')
    expect((await actOn(wang, session, 'enter', figures(20))).body).toMatchObject({ outcome: 'done' })
    expect(journaled(edge, 'operation.completed')).toMatchObject([{ movements: [], outcome: 'done' }])
    expect(kinds().filter(kind => /^(operation|unlock|drawer\.closed)/.test(kind))).toEqual([
      'operation.started',
      'unlock.intent',
      'unlock.opened',
      'drawer.closed',
      'operation.entered',
      'operation.completed',
    ])
  })

  it('R8: records a second attempt beside the first, and keeps a difference only as a case', async () => {
    const { session } = await openFor(wang, count('D01'))
    hand().close('D01')
    await untilPhase(wang, 'entry')
    expect((await actOn(wang, session, 'enter', figures(18))).body).toMatchObject({
      phase: 'judged',
      attempt: 1,
      lines: [{ expected: 20, entered: 18 }],
    })
    await actOn(wang, session, 'enter', figures(19))
    expect((await actOn(wang, session, 'accept', { reason: '' })).body.code).toBe('E_REASON')
    expect((await actOn(wang, session, 'accept', { reason: '少一盒' })).body).toMatchObject({
      outcome: 'discrepancy',
    })
    expect(
      journaled(edge, 'operation.entered').map(({ attempt, lines }) => [attempt, lines[0]?.entered]),
    ).toEqual([
      [1, 18],
      [2, 19],
    ])
    expect(journaled(edge, 'case.opened')).toMatchObject([{ lot: 'M1', expected: 20, found: 19 }])
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D01')).toBe(19)
    expect((await wang('/api/cases')).body).toMatchObject([{ session, lot: 'M1', taken: 19, status: 'open' }])
  })

  it('that agrees while the weight changed is looked into, not believed', async () => {
    const { session } = await openFor(wang, count('D01'))
    hand().take('D01', 1)
    hand().close('D01')
    await untilPhase(wang, 'entry')
    expect((await actOn(wang, session, 'enter', figures(20))).body).toMatchObject({
      phase: 'judged',
      message: { code: 'weight-moved' },
    })
    await actOn(wang, session, 'reopen')
    await untilPhase(wang, 'open')
    hand().put('D01', 1)
    hand().close('D01')
    await untilPhase(wang, 'entry')
    expect((await actOn(wang, session, 'enter', figures(20))).body).toMatchObject({ outcome: 'done' })
  })
})

describe('the desk', () => {
  it('R6: refuses a second session of whatever kind while one is open, and journals that', async () => {
    await openFor(wang, count('D01'))
    expect((await li('/api/operations', count('D02'))).body.code).toBe('E_WITHDRAWAL_OPEN')
    const jti = await town.authorise(edge)
    expect((await li('/api/withdrawals', { jti })).body.code).toBe('E_WITHDRAWAL_OPEN')
    expect(journaled(edge, 'unlock.refused')).toMatchObject([
      { actor: 'li', code: 'E_WITHDRAWAL_OPEN', operation: 'count', drawer: 'D02' },
      { actor: 'li', code: 'E_WITHDRAWAL_OPEN', jti },
    ])
    expect(town.cabinet.pulses).toEqual([1])
    expect(journaled(edge, 'drawer.tamper')).toEqual([])
  })

  it('R6: refuses an operation while a withdrawal is open', async () => {
    await wang('/api/withdrawals', { jti: await town.authorise(edge) })
    expect((await li('/api/operations', count('D02'))).body.code).toBe('E_WITHDRAWAL_OPEN')
  })

  it('keeps a session with its person while somebody else is at the page', async () => {
    const { session } = await openFor(wang, count('D01'))
    hand().close('D01')
    await untilPhase(wang, 'entry')
    expect((await actOn(li, session, 'enter', figures(20))).body.code).toBe('E_OTHER_PERSON')
    expect((await actOn(wang, 'another', 'cancel', { reason: 'r' })).body.code).toBe('E_OPERATION_NONE')
    expect((await actOn(wang, session, 'witness', {})).body.code).toBe('E_ACTION')
    expect((await actOn(wang, session, 'cancel', { reason: '先不盘' })).body).toMatchObject({
      outcome: 'cancelled',
    })
  })
})

describe('a log-off', () => {
  it('in the middle of a session ends the login and not the session', async () => {
    const { session } = await openFor(wang, count('D01'))
    await wang('/api/logout', {})
    expect((await wang('/api/operations/current')).body.code).toBe('E_LOGIN')
    hand().close('D01')
    expect(await untilPhase(li, 'entry')).toMatchObject({ session, actor: 'wang' })
    const again = await logIn(edge)
    expect((await actOn(again, session, 'enter', figures(20))).body).toMatchObject({ outcome: 'done' })
  })
})

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

  it('of more than the ledger has is refused', async () => {
    expect((await wang('/api/operations', { ...waste, quantity: 21 })).body.code).toBe('E_QUANTITY')
  })
})

describe('break-glass', () => {
  it('R17: is a record of its own under two names, an alarm while it lasts, and the drawer then needs a count', async () => {
    const ask = { kind: 'break-glass', drawer: 'D01', reason: '抢救' } as const
    expect((await wang('/api/operations', { ...ask, second: 'none' })).body.code).toBe('E_SECOND')
    const second = await ticketOf(wang, 'li', 'break-glass')
    const { session } = await openFor(wang, { ...ask, second })
    expect(journaled(edge, 'break-glass.started')).toMatchObject([
      { glass: session, drawer: 'D01', actor: 'wang', second: 'li', reason: '抢救' },
    ])
    const alarms = () => edge.agent.alarms.list().filter(({ kind }) => kind === 'break-glass')
    expect(alarms()).toMatchObject([{ id: `break-glass-${session}`, level: 'alarm', clearedAt: null }])
    hand().take('D01', 2)
    hand().close('D01')
    await untilPhase(wang, 'entry')
    expect((await actOn(wang, session, 'enter', figures(2))).body).toMatchObject({ outcome: 'done' })
    expect(alarms()).toMatchObject([{ clearedAt: expect.any(String) }])
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D01')).toBe(18)
    expect(edge.agent.service.of('D01')).toMatchObject({ service: 'needs-count', cause: 'opened' })
  })
})
