import Type from 'typebox'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  RecallDispensedSchema,
  RecallSchema,
  ShipmentSchema,
  SiteListDetailSchema,
} from '#central/api/schemas-goods.ts'
import { openDatabase } from '#central/db/open.ts'
import { listShipments } from '#central/distribution/shipments.ts'
import type { SummaryView } from '#cloud-sync/contract/central-api.ts'
import type {
  CentralRecallView,
  CentralShipmentView,
  RecallDispensedView,
  ReplenishmentView,
  SiteListDetail,
  SiteListView,
} from '#cloud-sync/contract/central-goods.ts'
import { startTestCentral, temporaryFolder } from '../../lib/central-fixture.ts'
import { createJournal } from '../../lib/central-journal.ts'
import { connectSite } from '../../lib/central-site.ts'

type Started = Awaited<ReturnType<typeof startTestCentral>>
const DRUG = 'amlodipine-5'
const LINE = { line: 1, drug: DRUG, lot: 'L1', expiry: '2028-01-31', quantity: 10 }

/** A centre, a chief, and the site s001 with a journal of its own. */
const open = async () => {
  const folder = await temporaryFolder()
  const test: Started = await startTestCentral(folder.path)
  const site = await connectSite({ port: test.central.mqttPort, site: 's001', secret: 'secret-of-s001' })
  await site.online()
  const chief = await test.as('zhao')
  const { records, append } = createJournal({ epoch: 5 })
  let told = 0
  let epoch: unknown
  return {
    ...{ test, site, chief, append },
    flush: async () => {
      await site.sendHistory(records.slice(told))
      told = records.length
      await site.next(site.topics.historyAck, ({ committed }) => committed === told)
    },
    /** Says that it has all orders up to `seq`; refuses that one with `code`. */
    takes: async (seq: number, refused?: { kind: string; code: string }) => {
      const batch = await site.next(site.topics.orders, ({ head }) => (head as number) >= seq)
      epoch = batch.epoch
      if (refused) append('order.refused', { orderEpoch: epoch, orderSeq: seq, ref: '', ...refused })
      await site.acknowledge(epoch, seq)
    },
    close: async () => {
      await site.close()
      await test.central.close()
      await folder.remove()
    },
  }
}
type Stand = Awaited<ReturnType<typeof open>>

describe('a shipment note', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await open()
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

describe('a recall', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await open()
  })
  afterAll(() => stand.close())
  const recall = { recall: 'RC1', drug: DRUG, lot: 'L1', reason: '含量不足' }
  const recalls = async () => (await stand.chief.get<CentralRecallView[]>('/api/recalls')).body

  it('R14: shows of each site whether it has the order, and what of the lot is held there', async () => {
    const { body } = await stand.chief.post<{ orders: { site: string; seq: number }[] }>(
      '/api/recalls',
      recall,
    )
    await stand.takes(body.orders.find(({ site }) => site === 's001')?.seq ?? 0)
    const stock = { drug: DRUG, lot: 'L1', drawer: 'D01' }
    stand.append('lot.status', { ...stock, status: 'recalled', actor: null, cause: 'recall', ref: 'RC1' })
    await stand.flush()
    await stand.site.publish(stand.site.topics.live, {
      ...{ site: 's001', at: '2026-11-22T01:31:00.000Z', thermometers: [], alarms: 0 },
      stock: [
        { ...stock, expiry: '2028-01-31', quantity: 4 },
        { ...stock, lot: 'L2', expiry: '2028-01-31', quantity: 9 },
      ],
    })
    const lots = [{ drawer: 'D01', lot: 'L1', quantity: 4, heldAt: '2026-11-22T02:00:00.000Z' }]
    await expect
      .poll(async () => (await recalls())[0]?.sites)
      .toMatchObject([
        { site: 's001', sent: true, stored: true, lots },
        { site: 's002', sent: true, stored: false, lots: [] },
      ])
    expect(await recalls()).toMatchObject([{ recall: 'RC1', reason: '含量不足', lifted: null }])
    expect(Check(Type.Array(RecallSchema), await recalls())).toBe(true)
  })

  it('names the withdrawals that handed the lot out', async () => {
    const item = { drug: DRUG, lot: 'L1', drawer: 'D01', expected: 1, grams: 18, taken: 1 }
    const done = { session: 'w1', jti: 'j', rx: 'RX-9', actor: 'p1', outcome: 'matched', reason: null }
    stand.append('withdrawal.completed', { ...done, items: [item, { ...item, lot: 'L2' }] })
    stand.append(
      'withdrawal.completed',
      {
        ...{ ...done, session: 'w2', rx: 'RX-10', outcome: 'discrepancy' },
        items: [{ ...item, taken: null }],
      },
      '2026-11-22T01:00:00.000Z',
    )
    await stand.flush()
    const { body } = await stand.chief.get<RecallDispensedView>('/api/recalls/RC1/dispensed')
    expect(body).toMatchObject({
      withdrawals: [
        { site: 's001', rx: 'RX-9', lot: 'L1', quantity: 1, prescription: null },
        { site: 's001', rx: 'RX-10', lot: 'L1', quantity: null },
      ],
      more: false,
    })
    expect(Check(RecallDispensedSchema, body)).toBe(true)
    expect((await stand.chief.get('/api/recalls/none/dispensed')).status).toBe(404)
  })

  it('says of packs that stand under two recalls that they are held, and of those that no longer are that they are not', async () => {
    const stock = { drug: DRUG, lot: 'L1', drawer: 'D01', actor: null }
    const heldAt = async () => (await recalls()).map(({ sites }) => sites[0]?.lots[0]?.heldAt)
    const again = (at: string, status: string, ref: string) =>
      stand.append('lot.status', { ...stock, status, cause: 'recall', ref }, at)
    again('2026-11-22T02:10:00.000Z', 'recalled', 'RC1 an-excursion')
    await stand.flush()
    stand.test.time.pass(1_000)
    await stand.chief.post('/api/recalls', { recall: 'RC0', drug: DRUG, reason: 'x' })
    expect(await heldAt()).toEqual(['2026-11-22T02:00:00.000Z', '2026-11-22T02:00:00.000Z'])
    again('2026-11-22T02:20:00.000Z', 'available', 'RC1')
    await stand.flush()
    expect(await heldAt()).toEqual([null, null])
    again('2026-11-22T02:30:00.000Z', 'recalled', 'RC1')
    await stand.flush()
    expect(await heldAt()).toEqual(['2026-11-22T02:30:00.000Z', '2026-11-22T02:30:00.000Z'])
    stand.test.time.pass(1_000)
    await stand.chief.post('/api/recalls', { recall: 'RC0', drug: DRUG, reason: 'x', lift: true })
  })

  it('keeps who began it when it is sent once more, for a site that is new', async () => {
    const word = async () => (await recalls()).find(one => one.recall === 'RC1')
    const orderedAt = (await word())?.orderedAt
    stand.test.time.pass(1_000)
    await stand.chief.post('/api/recalls', recall)
    expect(await word()).toMatchObject({ orderedAt, orderedBy: 'zhao' })
  })

  it('is ordered of a drug that left the formulary while packs of it lie in a drawer', async () => {
    const old = { recall: 'RC2', drug: 'left-the-formulary', lot: 'L7', reason: 'x' }
    expect((await stand.chief.post('/api/recalls', old)).status).toBe(422)
    await stand.site.publish(stand.site.topics.live, {
      ...{ site: 's001', at: '2026-11-22T01:32:00.000Z', thermometers: [], alarms: 0 },
      stock: [{ drug: old.drug, lot: 'L7', drawer: 'D02', expiry: '2028-01-31', quantity: 4 }],
    })
    await expect.poll(async () => (await stand.chief.post('/api/recalls', old)).status).toBe(200)
    await stand.site.publish(stand.site.topics.live, {
      ...{ site: 's001', at: '2026-11-22T01:33:00.000Z', thermometers: [], alarms: 0, stock: [] },
    })
    const left = async () => (await recalls()).find(one => one.recall === 'RC2')?.sites[0]?.lots
    await expect.poll(left).toEqual([])
    expect((await stand.chief.post('/api/recalls', { ...old, lift: true })).status).toBe(200)
  })

  it('says who lifted it and why', async () => {
    stand.test.time.pass(1_000)
    await stand.chief.post('/api/recalls', { ...recall, reason: '检验合格', lift: true })
    expect((await recalls()).find(one => one.recall === 'RC1')).toMatchObject({
      ...{ reason: '含量不足', lifted: { by: 'zhao', reason: '检验合格' }, sites: [{ stored: false }, {}] },
    })
  })
})

describe('a list of the sites', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await open()
  })
  afterAll(() => stand.close())
  const par = (version: string, level: object = {}) => ({
    ...{ name: 'par', version },
    levels: [{ drug: DRUG, par: 5, fillTo: 20, ...level }],
  })
  const post = (sites: readonly string[], list: object) =>
    stand.chief.post<{ code?: string; orders: { site: string; seq: number }[] }>('/api/lists', {
      sites,
      list,
    })

  it('goes to several sites at once; what holds at each is the newest it has', async () => {
    const { body } = await post(['s001', 's002'], par('1'))
    expect(body.orders.map(({ site }) => site)).toEqual(['s001', 's002'])
    await stand.takes(body.orders[0]?.seq ?? 0)
    stand.test.time.pass(1_000)
    await post(['s001'], par('2'))
    const parOf = async (site: string) =>
      (await stand.chief.get<SiteListView[]>('/api/lists')).body.find(
        one => one.site === site && one.name === 'par',
      )
    await expect
      .poll(() => parOf('s001'))
      .toMatchObject({ newest: { version: '2', stored: false }, inForce: { version: '1', entries: 1 } })
    expect(await parOf('s002')).toMatchObject({ newest: { version: '1' }, inForce: null })
    const { body: detail } = await stand.chief.get<SiteListDetail>('/api/sites/s001/lists/par')
    expect(Check(SiteListDetailSchema, detail)).toBe(true)
    expect(detail.list).toMatchObject(par('2'))
    expect(detail.versions.map(({ version }) => version)).toEqual(['2', '1'])
  })

  it('is refused as a version that was sent, for a site nobody knows, and with what cannot be right', async () => {
    expect((await post(['s001'], par('2'))).body.code).toBe('E_LIST_VERSION')
    const twice = await Promise.all([post(['s001'], par('7')), post(['s001'], par('7'))])
    expect(twice.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await post(['s001', 'none'], par('3'))).body.code).toBe('E_SITE_UNKNOWN')
    expect((await post(['s001'], par('3', { par: 21 }))).body.code).toBe('E_ORDER_INVALID')
    const groups = [[DRUG, DRUG]]
    expect((await post(['s001'], { name: 'look-alike', version: '1', groups })).body.code).toBe(
      'E_ORDER_INVALID',
    )
    const days = { effective: '2026-12-01', reviewBy: '2026-11-30' }
    const override = { name: 'override', version: '1', ...days, entries: [] }
    expect((await post(['s001'], override)).body.code).toBe('E_ORDER_INVALID')
    const reviewer = await stand.test.as('wang')
    expect((await reviewer.post('/api/lists', { sites: ['s001'], list: par('3') })).status).toBe(403)
    const technician = await stand.test.as('chen')
    for (const path of ['/api/lists', '/api/shipments', '/api/recalls', '/api/replenishments'])
      expect((await technician.get(path)).status).toBe(403)
  })
})

describe('the reviewer’s word on an override', () => {
  it('R3: says whether it was accepted, to the site too, and counts what is still open', async () => {
    const stand = await open()
    try {
      const ask = { rx: 'RX-1', patient: '张三', prescriber: '李医师', reason: 'emergency', list: '1' }
      const items = [{ drug: DRUG, quantity: 2 }]
      stand.append('override.started', {
        ...{ override: 'o1', session: 'w1', ...ask, items, actor: 'p1', second: null },
      })
      const counted = { drug: DRUG, lot: 'L1', drawer: 'D01', expected: 2, grams: 36, taken: 1 }
      const done = { session: 'w1', jti: 'override:o1', rx: 'RX-1', actor: 'p1', outcome: 'partial' }
      stand.append('withdrawal.completed', { ...done, reason: null, items: [counted] })
      await stand.flush()
      const reviewer = await stand.test.as('wang')
      const summary = async () => (await reviewer.get<SummaryView>('/api/summary')).body.openOverrides
      expect(await summary()).toBe(1)
      const { body } = await reviewer.post('/api/overrides/s001~o1/match', {
        ...{ note: '没有急救指征', accepted: false },
      })
      const taken = [{ drug: DRUG, quantity: 1 }]
      expect(body).toMatchObject([{ status: 'ordered', accepted: false, taken, prescription: null }])
      const order = await stand.site.next(stand.site.topics.orders, ({ orders }) =>
        JSON.stringify(orders).includes('override-match'),
      )
      expect(JSON.stringify(order)).toContain('不予认可 not accepted: 没有急救指征')
      expect(await summary()).toBe(0)
    } finally {
      await stand.close()
    }
  })
})
