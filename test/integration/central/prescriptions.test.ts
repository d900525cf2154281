import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CentralLogin, RxView } from '#cloud-sync/contract/central-api.ts'
import type { ApiError } from '#cloud-sync/contract/edge-api.ts'
import { issuerOf } from '#domain/authorisation/issuer.ts'
import { trustedKeys } from '#domain/authorisation/keys.ts'
import { verifyToken } from '#domain/authorisation/token.ts'
import { goodPrescription, PEOPLE, startTestCentral, temporaryFolder } from '../../lib/central-fixture.ts'
import { connectSite } from '../../lib/central-site.ts'

type Started = Awaited<ReturnType<typeof startTestCentral>>
type Order = { readonly seq: number; readonly kind: string; readonly body: Record<string, unknown> }
const ordersOf = (batch: Record<string, unknown>) => batch.orders as readonly Order[]

describe('prescriptions', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let test: Started
  let doctor: Awaited<ReturnType<Started['as']>>
  let reviewer: Awaited<ReturnType<Started['as']>>
  const post = async (changes: Parameters<typeof goodPrescription>[0] = {}) =>
    (await doctor.post<RxView>('/api/prescriptions', goodPrescription(changes))).body

  beforeAll(async () => {
    folder = await temporaryFolder()
    test = await startTestCentral(folder.path)
    doctor = await test.as('li')
    reviewer = await test.as('wang')
  })
  afterAll(async () => {
    await test.central.close()
    await folder.remove()
  })

  it('go from posting over approval to a signed order that verifies at the site with no network', async () => {
    const site = await connectSite({ port: test.central.mqttPort, site: 's001', secret: 'secret-of-s001' })
    await site.online()
    const first = await site.next(site.topics.orders)
    expect(ordersOf(first).map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, 'keys'],
      [2, 'formulary'],
    ])
    await site.acknowledge(first.epoch, 2)

    const waiting = await post()
    expect(waiting).toMatchObject({
      status: 'waiting',
      result: 'PASS',
      findings: [],
      postedBy: 'li',
      release: null,
    })
    const approved = await reviewer.post<RxView>(`/api/prescriptions/${waiting.id}/approve`)
    expect(approved.status).toBe(200)
    expect(approved.body).toMatchObject({
      status: 'released',
      decision: { by: 'wang', action: 'approve', reason: null },
      release: { fill: 1, order: 3, expiresAt: '2026-11-22T16:00:00.000Z', deliveredAt: null },
    })

    const batch = await site.next(site.topics.orders, body => ordersOf(body).some(({ seq }) => seq === 3))
    const token = ordersOf(batch).find(({ seq }) => seq === 3)?.body.token
    const [keys] = ordersOf(first)
    const claims = await verifyToken(String(token), trustedKeys(keys?.body.keys as never), {
      issuer: issuerOf('yunxi'),
      site: 's001',
      now: test.time.clock.now(),
    })
    expect(claims).toMatchObject({
      rx: waiting.rx,
      fill: 1,
      patient: { name: '张三', birthYear: 1958 },
      items: [{ drug: 'amlodipine-5', quantity: 1, unit: '盒', dosing: '每次5mg，每日1次，7天' }],
      reviewers: ['王药师'],
    })
    expect(JSON.stringify(claims)).not.toContain('110101195803074013')

    await site.acknowledge(batch.epoch, 3)
    await expect
      .poll(
        async () =>
          (await reviewer.get<RxView>(`/api/prescriptions/${waiting.id}`)).body.release?.deliveredAt,
      )
      .toBe('2026-11-22T01:30:00.000Z')
    await site.close()
  })

  it('are sent again to a site that has lost its memory, and from its watermark on to one that has not', async () => {
    const site = await connectSite({ port: test.central.mqttPort, site: 's002', secret: 'secret-of-s002' })
    await site.online()
    const first = await site.next(site.topics.orders)
    await site.acknowledge(first.epoch, 2)
    test.fire(30_000)
    const fresh = await site.next(site.topics.orders, ({ orders }) => (orders as unknown[]).length === 0)
    expect(fresh).toMatchObject({ site: 's002', head: 2, orders: [], at: '2026-11-22T01:30:00.000Z' })
    await site.acknowledge(first.epoch, 1)
    // The first batch may come twice: once for the state, once for the watermark.
    const rest = await site.next(site.topics.orders, body => ordersOf(body)[0]?.seq === 2)
    expect(ordersOf(rest).map(({ seq }) => seq)).toEqual([2])
    await site.close()
  })

  it('go on in a larger epoch when a site shows that the centre lost orders, as after restoring a backup', async () => {
    const site = await connectSite({ port: test.central.mqttPort, site: 's002', secret: 'secret-of-s002' })
    await site.online()
    const first = await site.next(site.topics.orders)
    const epoch = Number(first.epoch)
    await site.acknowledge(epoch, 40)
    const anew = await site.next(site.topics.orders, body => Number(body.epoch) > epoch)
    expect(ordersOf(anew).map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, 'keys'],
      [2, 'formulary'],
    ])
    await site.acknowledge(Number(anew.epoch) + 366 * 86_400, 1)
    await site.acknowledge(anew.epoch, 2)
    test.fire(30_000)
    const fresh = await site.next(site.topics.orders, ({ orders }) => (orders as unknown[]).length === 0)
    expect(fresh).toMatchObject({ epoch: anew.epoch, head: 2 })
    await site.acknowledge(anew.epoch, 0)
    await site.next(site.topics.orders, body => ordersOf(body).length > 0)
    await site.close()
  })

  it('are resent by the timer until the site acknowledges, and not after', async () => {
    const site = await connectSite({ port: test.central.mqttPort, site: 's002', secret: 'secret-of-s002' })
    await site.online()
    const batch = await site.next(site.topics.orders, body => ordersOf(body).length > 0)
    test.fire(10_000)
    const again = await site.next(site.topics.orders, body => ordersOf(body).length > 0)
    expect(ordersOf(again)).toEqual(ordersOf(batch))
    await site.acknowledge(batch.epoch, 2)
    await expect
      .poll(async () => {
        const { body } = await reviewer.get<{ site: string; orders: unknown }[]>('/api/sites')
        return body.find(view => view.site === 's002')?.orders
      })
      .toEqual({ head: 2, committed: 2 })
    site.received.length = 0
    test.fire(10_000)
    test.fire(30_000)
    expect(ordersOf(await site.next(site.topics.orders))).toEqual([])
    await site.close()
  })

  it('keep the text that came, unknown fields and all', async () => {
    const prescription = { ...goodPrescription(), hospital_extra: { 床号: '12' } }
    const { body } = await doctor.post<RxView>('/api/prescriptions', prescription)
    expect(body.prescription).toEqual(prescription)
  })

  it('are refused a second time under the same number of the same institution', async () => {
    const prescription = goodPrescription()
    await doctor.post('/api/prescriptions', prescription)
    const again = await doctor.post<ApiError>('/api/prescriptions', { ...prescription, site: 's002' })
    expect([again.status, again.body.code]).toEqual([409, 'E_RX_DUPLICATE'])
  })

  it('are refused, and no fault of the centre, when they hold what no database can', async () => {
    const nul = await doctor.post<ApiError>('/api/prescriptions', goodPrescription({ hosp_rxno: 'RX\u0000' }))
    expect([nul.status, nul.body.code]).toEqual([400, 'E_BAD_REQUEST'])
    const login = await test.anonymous.post<ApiError>('/api/login', { user: 'li\u0000', pin: '246801' })
    expect([login.status, login.body.code]).toEqual([400, 'E_BAD_REQUEST'])
  })

  it('are blocked when they were issued in the future, and good at once when a clock runs ahead', async () => {
    expect((await post({ prsc_time: '2026-11-23 09:30:00', valid_days: 3 })).result).toBe('BLOCK')
    const { id } = await post({ prsc_time: '2026-11-22 09:35:00' })
    const site = await connectSite({ port: test.central.mqttPort, site: 's001', secret: 'secret-of-s001' })
    const { body } = await reviewer.post<RxView>(`/api/prescriptions/${id}/approve`)
    await site.online()
    const fits = (batch: Record<string, unknown>) =>
      ordersOf(batch).some(({ seq }) => seq === body.release?.order)
    const token = ordersOf(await site.next(site.topics.orders, fits)).at(-1)?.body.token
    expect(decodeJwt(String(token)).nbf).toBe(Date.parse('2026-11-22T01:30:00.000Z') / 1000)
    await site.close()
  })

  it('are refused with every problem at once when malformed', async () => {
    const { body, status } = await doctor.post<ApiError>('/api/prescriptions', {
      ...goodPrescription(),
      prsc_time: 'yesterday',
      rxdrugdetail: [],
    })
    expect([status, body.code]).toEqual([422, 'E_RX_INVALID'])
    expect(body.problems?.join()).toMatch(/prsc_time/)
    expect(body.problems?.join()).toMatch(/rxdrugdetail/)
    const unknown = await doctor.post<ApiError>('/api/prescriptions', goodPrescription({ site: 'nowhere' }))
    expect([unknown.status, unknown.body.code]).toEqual([422, 'E_RX_INVALID'])
    const broken = await doctor.post<ApiError>('/api/prescriptions', '{"hosp_rxno": ')
    expect([broken.status, broken.body.code]).toEqual([400, 'E_BAD_REQUEST'])
  })

  it('need a reason where a rule demands an override', async () => {
    const [drug] = goodPrescription().rxdrugdetail
    const { id, result } = await post({ rxdrugdetail: drug ? [{ ...drug, sin_doscnt: 15 }] : [] })
    expect(result).toBe('REQUIRE_OVERRIDE')
    const bare = await reviewer.post<ApiError>(`/api/prescriptions/${id}/approve`, { reason: '  ' })
    expect([bare.status, bare.body.code]).toEqual([422, 'E_RX_REASON'])
    const reasoned = await reviewer.post<RxView>(`/api/prescriptions/${id}/approve`, {
      reason: '专科医师建议',
    })
    expect(reasoned.body.decision).toMatchObject({ action: 'approve', reason: '专科医师建议' })
  })

  it('cannot be approved where a rule blocks, only returned with a reason', async () => {
    const { id, result } = await post({ diseinfo: [] })
    expect(result).toBe('BLOCK')
    const blocked = await reviewer.post<ApiError>(`/api/prescriptions/${id}/approve`, { reason: '照发' })
    expect([blocked.status, blocked.body.code]).toEqual([409, 'E_RX_BLOCKED'])
    const silent = await reviewer.post<ApiError>(`/api/prescriptions/${id}/return`)
    expect(silent.body.code).toBe('E_RX_REASON')
    const back = await reviewer.post<RxView>(`/api/prescriptions/${id}/return`, { reason: '缺诊断' })
    expect(back.body).toMatchObject({ status: 'returned', decision: { action: 'return', reason: '缺诊断' } })
    const late = await reviewer.post<ApiError>(`/api/prescriptions/${id}/approve`)
    expect([late.status, late.body.code]).toEqual([409, 'E_RX_STATUS'])
  })

  it('are not decided by the one who posted them', async () => {
    const { body } = await reviewer.post<RxView>('/api/prescriptions', goodPrescription())
    const own = await reviewer.post<ApiError>(`/api/prescriptions/${body.id}/approve`)
    expect([own.status, own.body.code]).toEqual([403, 'E_RX_OWN'])
    const chief = await (await test.as('zhao')).post<RxView>(`/api/prescriptions/${body.id}/approve`)
    expect(chief.body.status).toBe('released')
  })

  it('are released once when two people approve at the same moment', async () => {
    const { id } = await post()
    const chief = await test.as('zhao')
    const answers = await Promise.all([
      reviewer.post<ApiError>(`/api/prescriptions/${id}/approve`),
      chief.post<ApiError>(`/api/prescriptions/${id}/approve`),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  })

  it('are revoked by an order, and once only', async () => {
    const { id } = await post()
    await reviewer.post(`/api/prescriptions/${id}/approve`)
    const revoked = await reviewer.post<RxView>(`/api/prescriptions/${id}/revoke`, { reason: '医师更改' })
    expect(revoked.body).toMatchObject({ status: 'revoked', decision: { action: 'revoke' } })
    const again = await reviewer.post<ApiError>(`/api/prescriptions/${id}/revoke`, { reason: '医师更改' })
    expect(again.body.code).toBe('E_RX_STATUS')
    const site = await connectSite({ port: test.central.mqttPort, site: 's001', secret: 'secret-of-s001' })
    await site.online()
    const { body } =
      ordersOf(await site.next(site.topics.orders)).findLast(({ kind }) => kind === 'revocation') ?? {}
    expect(body).toEqual({ jti: revoked.body.release?.jti, reason: '医师更改' })
    await site.close()
  })

  it('expire at midnight in Shanghai unless extended, and cannot be approved after', async () => {
    const { id } = await post()
    const extended = await post({ valid_days: 3 })
    // By then the sessions of the morning have ended too.
    test.time.set('2026-11-22T15:59:59.999Z')
    reviewer = await test.as('wang')
    expect((await reviewer.get<RxView>(`/api/prescriptions/${id}`)).body.status).toBe('waiting')
    test.time.set('2026-11-22T16:00:00.000Z')
    expect((await reviewer.get<RxView>(`/api/prescriptions/${id}`)).body.status).toBe('expired')
    const late = await reviewer.post<ApiError>(`/api/prescriptions/${id}/approve`)
    expect([late.status, late.body.code]).toEqual([409, 'E_RX_EXPIRED'])
    const { body } = await reviewer.get<RxView[]>('/api/prescriptions?status=expired&site=s001')
    expect(body.map(view => view.id)).toContain(id)
    const third = await reviewer.post<RxView>(`/api/prescriptions/${extended.id}/approve`)
    expect(third.body.release?.expiresAt).toBe('2026-11-24T16:00:00.000Z')
    test.time.set('2026-11-22T01:30:00.000Z')
    doctor = await test.as('li')
  })

  it('are posted by the hospital’s system, which may decide nothing', async () => {
    const his = await test.as('his')
    const { status, body } = await his.post<RxView>('/api/prescriptions', goodPrescription())
    expect([status, body.postedBy]).toEqual([201, 'his'])
    const decided = await his.post<ApiError>(`/api/prescriptions/${body.id}/approve`)
    expect([decided.status, decided.body.code]).toEqual([403, 'E_ROLE'])
  })

  it('are hidden from those who keep the machines and from those who are nobody', async () => {
    const technician = await (await test.as('chen')).get<ApiError>('/api/prescriptions')
    expect([technician.status, technician.body.code]).toEqual([403, 'E_ROLE'])
    const nobody = await test.anonymous.get<ApiError>('/api/prescriptions')
    expect([nobody.status, nobody.body.code]).toEqual([401, 'E_SESSION'])
  })

  it('wait until a first PIN is changed', async () => {
    const fresh = await test.as('xin')
    expect((await fresh.get<ApiError>('/api/prescriptions')).body.code).toBe('E_PIN_CHANGE')
    const weak = await fresh.post<ApiError>('/api/pin', { pin: '314159', newPin: '123456' })
    expect([weak.status, weak.body.code]).toEqual([422, 'E_PIN_WEAK'])
    await fresh.post('/api/pin', { pin: '314159', newPin: '271828' })
    expect((await fresh.get('/api/prescriptions')).status).toBe(200)
  })

  it('are safe behind a lock after five wrong PINs, for five minutes', async () => {
    const attempt = (pin: string) =>
      test.anonymous.post<ApiError & CentralLogin>('/api/login', { user: 'zhao', pin })
    const right = PEOPLE.find(({ id }) => id === 'zhao')?.pin ?? ''
    for (let wrong = 1; wrong < 5; wrong++) expect((await attempt('000000')).body.code).toBe('E_LOGIN')
    expect((await attempt('000000')).body.code).toBe('E_LOCKED')
    expect((await attempt(right)).body.code).toBe('E_LOCKED')
    test.time.pass(5 * 60_000)
    expect((await attempt(right)).body.person.id).toBe('zhao')
    const side = await Promise.all(Array.from({ length: 20 }, () => attempt('000000')))
    expect(side.filter(({ body }) => body.code === 'E_LOGIN').length).toBeLessThan(5)
    // Not side by side with them: it might arrive before the fifth.
    expect((await attempt(right)).body.code).toBe('E_LOCKED')
    test.time.pass(5 * 60_000)
    expect((await attempt(right)).status).toBe(200)
    expect((await test.anonymous.post<ApiError>('/api/login', { user: 'nobody', pin: '1' })).body.code).toBe(
      'E_LOGIN',
    )
  })
})
