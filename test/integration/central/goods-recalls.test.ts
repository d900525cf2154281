import Type from 'typebox'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RecallDispensedSchema, RecallSchema } from '#central/api/schemas-goods.ts'
import type { CentralRecallView, RecallDispensedView } from '#cloud-sync/contract/central-goods.ts'
import { DRUG, type GoodsStand, openGoods } from '../../lib/central-goods.ts'

describe('a recall', () => {
  let stand: GoodsStand
  beforeAll(async () => {
    stand = await openGoods()
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
