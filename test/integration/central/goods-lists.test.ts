import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SiteListDetailSchema } from '#central/api/schemas-goods.ts'
import type { SummaryView } from '#cloud-sync/contract/central-api.ts'
import type { SiteListDetail, SiteListView } from '#cloud-sync/contract/central-goods.ts'
import { DRUG, type GoodsStand, openGoods } from '../../lib/central-goods.ts'

describe('a list of the sites', () => {
  let stand: GoodsStand
  beforeAll(async () => {
    stand = await openGoods()
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
    const stand = await openGoods()
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
