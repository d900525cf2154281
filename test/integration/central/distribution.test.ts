import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SITES, startTestCentral, temporaryFolder } from '../../lib/central-fixture.ts'
import { connectSite } from '../../lib/central-site.ts'

type Ordered = { readonly orders: readonly { readonly site: string; readonly seq: number }[] }
type Sent = {
  readonly orders: readonly { readonly seq: number; readonly kind: string; readonly body: unknown }[]
}

const LINE = { line: 1, drug: 'amlodipine-5', lot: 'L1', expiry: '2028-01-31', quantity: 10 }
const SHIPMENT = { shipment: 'SH1', note: 'N1', lines: [LINE] }
const PAR = { name: 'par', version: '1', levels: [{ drug: 'amlodipine-5', par: 5, fillTo: 20 }] }

describe('orders about goods', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let test: Awaited<ReturnType<typeof startTestCentral>>
  let site: Awaited<ReturnType<typeof connectSite>>

  beforeAll(async () => {
    folder = await temporaryFolder()
    const [first, ...others] = SITES
    if (!first) throw new Error('no site')
    test = await startTestCentral(folder.path, {
      sites: [{ ...first, orders: [{ kind: 'list', body: PAR }] }, ...others],
    })
    site = await connectSite({ port: test.central.mqttPort, site: 's001', secret: 'secret-of-s001' })
    await site.online()
  })
  afterAll(async () => {
    await site.close()
    await test.central.close()
    await folder.remove()
  })

  const sent = async (seq: number) => {
    const batch = (await site.next(site.topics.orders, body =>
      (body as unknown as Sent).orders.some(order => order.seq === seq),
    )) as unknown as Sent
    await site.acknowledge((batch as unknown as { epoch: number }).epoch, seq)
    return batch.orders.find(order => order.seq === seq)
  }

  it('begin a new site’s log behind keys and formulary', async () => {
    expect(await sent(3)).toMatchObject({ kind: 'list', body: PAR })
  })

  it('reach the one site they are for, with the name of whoever ordered', async () => {
    const { status, body } = await (await test.as('zhao')).post<Ordered>(
      '/api/sites/s001/shipments',
      SHIPMENT,
    )
    expect([status, body]).toEqual([200, { orders: [{ site: 's001', seq: 4 }] }])
    expect(await sent(4)).toMatchObject({ kind: 'shipment', body: { ...SHIPMENT, by: 'zhao' } })
  })

  it('reach every site where a lot is recalled', async () => {
    const recall = { recall: 'RC1', drug: 'amlodipine-5', lot: 'L1', reason: '含量不足' }
    const { body } = await (await test.as('zhao')).post<Ordered>('/api/recalls', recall)
    expect(body.orders).toEqual([
      { site: 's001', seq: 5 },
      { site: 's002', seq: 3 },
    ])
    expect(await sent(5)).toMatchObject({ kind: 'recall', body: recall })
  })

  it('are refused without the role, for an unknown site, and where the body is no such order', async () => {
    const reviewer = await test.as('wang')
    expect((await reviewer.post('/api/sites/s001/shipments', SHIPMENT)).status).toBe(403)
    const chief = await test.as('zhao')
    expect((await chief.post('/api/sites/none/shipments', SHIPMENT)).body).toMatchObject({
      code: 'E_SITE_UNKNOWN',
    })
    expect((await chief.post('/api/sites/s001/lists', { name: 'par' })).status).toBe(400)
    expect((await chief.post<Ordered>('/api/sites/s001/lists', PAR)).body.orders).toEqual([
      { site: 's001', seq: 6 },
    ])
  })
})
