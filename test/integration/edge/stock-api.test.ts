import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { actOn, openFor, untilPhase } from '#test/lib/edge-operations.ts'
import { type Ask, item, journaled, logIn, openTownship, type Township } from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
let zhao: Ask
beforeAll(async () => {
  town = await openTownship()
  edge = await town.start()
  wang = await logIn(edge)
  zhao = await logIn(edge, 'zhao')
})
afterAll(() => town.close())

const M1 = { drug: 'metformin-500', lot: 'M1', drawer: 'D01' }

describe('the stock of a township, by its API', () => {
  it('tells the state of each drug to whoever is logged in, and to nobody else', async () => {
    const { body } = await wang('/api/stock/state')
    expect(body).toMatchObject([
      { drug: 'amlodipine-5', available: 20, reserved: 0, par: null, state: 'ok' },
      { drug: 'metformin-500', available: 20 },
    ])
    expect((await fetch(`${edge.url}/api/stock/state`)).status).toBe(401)
  })

  it('balances its ledger with the journal', async () => {
    const { body } = await wang('/api/stock/ledger')
    expect(body).toMatchObject({ balanced: true, startsAfter: 0, differences: [] })
  })

  it('R14: is held by a pharmacist with a reason and let go again; a technician may neither', async () => {
    const hold = { ...M1, status: 'quarantined', reason: '外盒破损' }
    expect((await zhao('/api/stock/lots/status', hold)).body).toMatchObject({ code: 'E_ROLE' })
    const { status, body } = await wang('/api/stock/lots/status', hold)
    expect(status).toBe(200)
    expect(body).toMatchObject([{ ...M1, quantity: 20, cause: '外盒破损', excursions: [] }])
    expect((await wang('/api/stock/quarantine')).body).toEqual(body)
    const jti = await town.authorise(edge)
    expect((await wang('/api/withdrawals', { jti })).body).toMatchObject({ code: 'E_STOCK_SHORT' })
    const release = {
      ...M1,
      status: 'available',
      reason: '复核无误',
      stability: { minutes: 60, maxCelsius: 30 },
    }
    expect((await wang('/api/stock/lots/status', release)).body).toEqual([])
    expect(journaled(edge, 'lot.status').at(-1)).toMatchObject({
      actor: 'wang',
      stability: { seen: [], allowed: { minutes: 60, maxCelsius: 30 } },
    })
    expect((await wang('/api/stock/lots/status', { ...hold, lot: 'NO' })).status).toBe(404)
  })

  it('takes a shipment note by order and from paper, and closes it with a reason', async () => {
    const line = { line: 1, drug: 'metformin-500', lot: 'M2', expiry: '2028-12-31', quantity: 10 }
    await town.order(edge, 'shipment', { shipment: 'SH-1', note: 'N-1', lines: [line] })
    await town.order(edge, 'shipment', { shipment: 'SH-1', note: 'N-1', lines: [line] })
    expect(journaled(edge, 'order.refused')).toMatchObject([{ kind: 'shipment', code: 'E_SHIPMENT_KNOWN' }])
    const { line: _line, ...paper } = line
    expect((await wang('/api/shipments', { note: 'N-2', lines: [paper] })).body).toMatchObject({
      source: 'paper',
    })
    const close = await wang('/api/shipments/SH-1/close', {})
    expect([close.status, close.body.code]).toEqual([400, 'E_REASON'])
    expect((await wang('/api/shipments/SH-1/close', { reason: '未到货' })).status).toBe(200)
    expect((await wang('/api/shipments')).body).toMatchObject([
      { note: 'N-2', closedAt: null, lines: [{ drug: 'metformin-500', drawer: 'D01' }] },
      { id: 'SH-1', lines: [{ received: 0 }] },
    ])
    expect((await wang('/api/shipments/none/close', {})).status).toBe(404)
  })

  it('R14: obeys a recall of the centre', async () => {
    await town.order(edge, 'recall', { recall: 'RC-1', drug: 'metformin-500', lot: 'M1', reason: '含量不足' })
    expect((await wang('/api/stock/quarantine')).body).toMatchObject([
      { ...M1, status: 'recalled', ref: 'RC-1' },
    ])
    const release = await wang('/api/stock/lots/status', { ...M1, status: 'available', reason: '要用' })
    expect([release.status, release.body.code]).toEqual([409, 'E_LOT_RECALLED'])
  })

  it('R11: lets only a pharmacist decide what becomes of a return', async () => {
    const decide = { decision: 'waste', reason: '包装已开' }
    expect((await zhao('/api/returns/R1/decide', decide)).status).toBe(403)
    expect((await wang('/api/returns/R1/decide', decide)).body).toMatchObject({ code: 'E_RETURN_UNKNOWN' })
    expect((await wang('/api/returns')).body).toEqual([])
  })

  it('R8: is not told of a drawer that is being counted, by whichever page, before the first figure', async () => {
    await town.order(edge, 'recall', { recall: 'RC-1', drug: 'metformin-500', reason: '误报', lift: true })
    await town.authorise(edge, { items: [item('metformin-500', 1)] })
    const pages = [
      'stock',
      'stock/state',
      'stock/quarantine',
      'prescriptions',
      'drugs?q=metformin',
      'drawers',
    ]
    const told = async (): Promise<string> =>
      JSON.stringify(await Promise.all(pages.map(async page => (await wang(`/api/${page}`)).body)))
    expect(await told()).toMatch(/:20[,}]/)
    const { session } = await openFor(wang, { kind: 'count', drawer: 'D01' })
    expect(await told()).not.toMatch(/metformin[^{}]*:20[,}]|"inStock":20/)
    town.cabinet.hand.close('D01')
    await untilPhase(wang, 'entry')
    expect(await told()).not.toMatch(/metformin[^{}]*:20[,}]|"inStock":20/)
    const lines = [{ drug: 'metformin-500', lot: 'M1', quantity: 20 }]
    expect((await actOn(wang, session, 'enter', { lines })).body).toMatchObject({ outcome: 'done' })
    expect(await told()).toMatch(/metformin[^{}]*:20[,}]/)
  })
})
