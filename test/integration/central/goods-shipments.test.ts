import Type from 'typebox'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ShipmentSchema } from '#central/api/schemas-goods.ts'
import { openDatabase } from '#central/db/open.ts'
import { listShipments } from '#central/distribution/shipments.ts'
import type { CentralShipmentView, ReplenishmentView } from '#cloud-sync/contract/central-goods.ts'
import { temporaryFolder } from '../../lib/central-fixture.ts'
import { DRUG, type GoodsStand, LINE, openGoods } from '../../lib/central-goods.ts'

describe('a shipment note', () => {
  let stand: GoodsStand
  beforeAll(async () => {
    stand = await openGoods()
  })
  afterAll(() => stand.close())
  const shipments = async () => (await stand.chief.get<CentralShipmentView[]>('/api/shipments')).body
  const send = async (shipment: string, line: object = {}) => {
    const body = { shipment, note: `note ${shipment}`, lines: [{ ...LINE, ...line }] }
    return stand.chief.post<{ orders: { seq: number }[] }>('/api/sites/s001/shipments', body)
  }

  it('is on its way until the site has it, then waits to be put in', async () => {
    const { body } = await send('SH1')
    expect(await shipments()).toMatchObject([
      { id: 's001~SH1', status: 'sent', sentBy: 'zhao', source: 'centre', lines: [{ received: 0 }] },
    ])
    const seq = body.orders[0]?.seq ?? 0
    await stand.takes(seq)
    const note = { shipment: 'SH1', note: 'note SH1', source: 'centre', actor: null }
    stand.append('shipment.received', { ...note, lines: [{ ...LINE, packGrams: null, packCv: null }] })
    await stand.flush()
    expect(await shipments()).toMatchObject([{ status: 'stored', storedAt: '2026-11-22T02:00:00.000Z' }])
  })

  it('shows what was put in, and what was missing with its reason when the site closes it', async () => {
    const authority = { kind: 'shipment', shipment: 'SH1', line: 1 }
    const done = { session: 'o1', operation: 'restock', drawer: 'D01', actor: 'p1', outcome: 'done' }
    const movements = [{ drug: DRUG, lot: 'L1', drawer: 'D01', quantity: 6 }]
    stand.append('operation.completed', { ...done, authority, movements, witness: null, reason: null })
    stand.append('operation.completed', {
      ...done,
      ...{ session: 'o2', authority: { ...authority, shipment: 'another' }, movements, witness: null },
    })
    await stand.flush()
    expect(await shipments()).toMatchObject([{ status: 'stored', lines: [{ received: 6 }] }])
    const missing = [{ line: 1, quantity: 3 }]
    stand.append('shipment.closed', { shipment: 'SH1', actor: 'p1', reason: '来货少于送货单', missing })
    await stand.flush()
    expect(await shipments()).toMatchObject([
      { status: 'closed', closedBy: 'p1', reason: '来货少于送货单', lines: [{ quantity: 10, received: 7 }] },
    ])
  })

  it('shows with which code a site refused it, and those that came on paper', async () => {
    const { body } = await send('SH2')
    await stand.takes(body.orders[0]?.seq ?? 0, { kind: 'shipment', code: 'E_DRUG_UNKNOWN' })
    const paper = { shipment: 'paper-1', note: '纸质 7', source: 'paper', actor: 'p1', lines: [LINE] }
    stand.append('shipment.received', paper)
    await stand.flush()
    const all = await shipments()
    expect(Check(Type.Array(ShipmentSchema), all)).toBe(true)
    expect(all.find(({ id }) => id === 's001~SH2')).toMatchObject({
      ...{ status: 'refused', refused: 'E_DRUG_UNKNOWN' },
    })
    expect(all.find(({ id }) => id === 's001~paper-1')).toMatchObject({
      ...{ source: 'paper', status: 'stored', enteredBy: 'p1', sentAt: null },
    })
  })

  it('is not sent with a drug nobody knows, a date that is none, or an expired lot', async () => {
    const answers = [
      await send('SH3', { drug: 'no-such-drug' }),
      await send('SH3', { expiry: '2028-02-31' }),
      await send('SH3', { expiry: '2026-11-21' }),
    ]
    for (const { status, body } of answers)
      expect([status, body]).toMatchObject([422, { code: 'E_ORDER_INVALID' }])
    expect((await shipments()).some(({ shipment }) => shipment === 'SH3')).toBe(false)
  })

  it('is sent once, however often it comes; under its id no other note goes', async () => {
    const answers = await Promise.all([send('SH5'), send('SH5'), send('SH5')])
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1)
    expect((await shipments()).filter(({ shipment }) => shipment === 'SH5')).toHaveLength(1)
    const other = await send('SH5', { quantity: 11 })
    expect([other.status, other.body]).toMatchObject([409, { code: 'E_SHIPMENT_KNOWN' }])
  })

  it('R15: answers a proposal of its site, which is no longer shown then', async () => {
    const proposals = async () =>
      (await stand.chief.get<ReplenishmentView[]>('/api/replenishments')).body.map(({ drug }) => drug)
    stand.append('replenishment.proposed', { drug: DRUG, quantity: 12, inStock: 3, par: 8 })
    await stand.flush()
    expect(await proposals()).toEqual([DRUG])
    stand.test.time.pass(1_000)
    await send('SH4')
    expect(await proposals()).toEqual([])
  })
})

describe('what was put in of a note', () => {
  it('is counted however much is put in of others after it', async () => {
    const folder = await temporaryFolder()
    const { db, close } = await openDatabase({ dataDir: folder.path })
    const stored_at = '2026-11-20T00:00:00.000Z'
    const record = (seq: number, kind: string, data: object) => ({
      ...{ site: 's001', epoch: 1, seq, at: stored_at, mono: 0, boot: 'b', clock_trusted: true },
      ...{ class: 'record', kind, data: JSON.stringify(data), prev: '', hash: '', stored_at },
    })
    const put = (seq: number, shipment: string, quantity: number) =>
      record(seq, 'operation.completed', {
        authority: { kind: 'shipment', shipment, line: 1 },
        movements: [{ quantity }],
      })
    const id = '纸质 "7\\'
    const note = { shipment: id, note: 'n', source: 'paper', actor: 'p1', lines: [LINE] }
    const others = Array.from({ length: 5_001 }, (_, n) => put(n + 4, 'closed', 1))
    const rows = [record(1, 'shipment.received', note), put(2, id, 3), put(3, id, 4), ...others]
    for (let from = 0; from < rows.length; from += 1_000)
      await db
        .insertInto('journal')
        .values(rows.slice(from, from + 1_000))
        .execute()
    expect(await listShipments(db)).toMatchObject([{ shipment: id, lines: [{ received: 7 }] }])
    await close()
    await folder.remove()
  })
})
