import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RxView } from '#cloud-sync/contract/central-api.ts'
import type { ApiError } from '#cloud-sync/contract/edge-api.ts'
import type { Prescription } from '#domain/prescription.ts'
import { goodPrescription, MORNING, startTestCentral, temporaryFolder } from '../../lib/central-fixture.ts'
import { createJournal } from '../../lib/central-journal.ts'
import { connectSite } from '../../lib/central-site.ts'

const REPEATABLE = { rept_flag: '1', max_rept_cnt: 2, min_inrv_days: 7 } as const

describe('a refill (续方)', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let test: Awaited<ReturnType<typeof startTestCentral>>
  let site: Awaited<ReturnType<typeof connectSite>>
  const { records, append } = createJournal()
  let sent = 0
  let sessions = 0

  beforeAll(async () => {
    folder = await temporaryFolder()
    test = await startTestCentral(folder.path)
    site = await connectSite({ port: test.central.mqttPort, site: 's001', secret: 'secret-of-s001' })
    await site.online()
  })
  afterAll(async () => {
    await site.close()
    await test.central.close()
    await folder.remove()
  })

  const released = async (changes: Partial<Prescription> = REPEATABLE): Promise<RxView> => {
    test.time.set(MORNING)
    const { body } = await (await test.as('li')).post<RxView>('/api/prescriptions', goodPrescription(changes))
    return (await (await test.as('wang')).post<RxView>(`/api/prescriptions/${body.id}/approve`)).body
  }
  const take = async ({ rx, release }: RxView, at: string) => {
    const item = { drug: 'amlodipine-5', lot: 'L1', drawer: 'D01', expected: 1, grams: 18, taken: 1 }
    const common = { session: `w-${++sessions}`, jti: release?.jti, rx, actor: 'p1', outcome: 'matched' }
    append('withdrawal.completed', { ...common, items: [item], reason: null }, at)
    await site.sendHistory(records.slice(sent))
    sent = records.length
    await site.next(site.topics.historyAck, ({ committed }) => committed === sent)
  }
  const refill = async ({ id }: RxView, at: string) => {
    test.time.set(at)
    return (await test.as('wang')).post<RxView & ApiError>(`/api/prescriptions/${id}/refill`)
  }
  const view = async ({ id }: RxView) =>
    (await (await test.as('wang')).get<RxView>(`/api/prescriptions/${id}`)).body

  it('is signed anew once the interval has gone by, and holds from the day of its own release', async () => {
    const rx = await released()
    await take(rx, '2026-11-22T15:30:00.000Z')
    const early = await refill(rx, '2026-11-28T15:59:59.000Z')
    expect(early).toMatchObject({ status: 409, body: { code: 'E_RX_REFILL_EARLY' } })
    expect(early.body.problems?.join()).toContain('2026-11-29')
    const { status, body } = await refill(rx, '2026-11-28T16:00:00.000Z')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'released',
      release: { fill: 2, expiresAt: '2026-11-29T16:00:00.000Z' },
      reconciliation: null,
    })
    const batch = await site.next(site.topics.orders, ({ orders }) =>
      (orders as readonly { readonly seq: number }[]).some(({ seq }) => seq === body.release?.order),
    )
    const orders = batch.orders as readonly { readonly seq: number; readonly body: { token: string } }[]
    const token = orders.find(({ seq }) => seq === body.release?.order)?.body.token ?? ''
    expect(decodeJwt(token)).toMatchObject({ rx: rx.rx, fill: 2, minIntervalDays: 7, jti: body.release?.jti })
  })

  it('is released as often as the prescription says and not once more', async () => {
    const rx = await released()
    await take(rx, '2026-11-22T02:00:00.000Z')
    const second = (await refill(rx, '2026-11-29T02:00:00.000Z')).body
    expect((await refill(rx, '2026-11-29T03:00:00.000Z')).body.code).toBe('E_RX_STATUS')
    await take(second, '2026-11-29T04:00:00.000Z')
    const third = (await refill(rx, '2026-12-06T02:00:00.000Z')).body
    await take(third, '2026-12-06T02:30:00.000Z')
    expect((await refill(rx, '2026-12-20T02:00:00.000Z')).body.code).toBe('E_RX_REFILL_MAX')
    expect((await view(rx)).status).toBe('dispensed')
  })

  it('that ran out unfetched may be released again and was not taken', async () => {
    const rx = await released()
    await take(rx, '2026-11-22T02:00:00.000Z')
    await refill(rx, '2026-11-29T02:00:00.000Z')
    expect(await refill(rx, '2026-11-30T02:00:00.000Z')).toMatchObject({
      status: 200,
      body: { release: { fill: 3, expiresAt: '2026-11-30T16:00:00.000Z' } },
    })
  })

  it('is not marked dispensed by what is told late of the fill before', async () => {
    const rx = await released()
    await take(rx, '2026-11-22T02:00:00.000Z')
    const { body } = await refill(rx, '2026-11-29T02:00:00.000Z')
    await take(rx, '2026-11-29T02:30:00.000Z')
    expect(await view(body)).toMatchObject({ status: 'released', reconciliation: null })
  })

  it.each([
    ['a prescription that may not be repeated', {}, 'E_RX_REFILL_MAX'],
    ['one that does not say how often', { rept_flag: '1' } as const, 'E_RX_REFILL_MAX'],
  ])('is refused of %s', async (_, changes, code) => {
    const rx = await released(changes)
    await take(rx, '2026-11-22T02:00:00.000Z')
    expect((await refill(rx, '2026-11-29T02:00:00.000Z')).body.code).toBe(code)
  })

  it('is refused before the first fill was taken, and after it ran out', async () => {
    const rx = await released()
    expect((await refill(rx, '2026-11-22T03:00:00.000Z')).body.code).toBe('E_RX_STATUS')
    expect((await refill(rx, '2026-11-29T03:00:00.000Z')).body.code).toBe('E_RX_EXPIRED')
  })

  it('released by two people at once goes out once', async () => {
    const rx = await released()
    await take(rx, '2026-11-22T02:00:00.000Z')
    const answers = await Promise.all([
      refill(rx, '2026-11-29T02:00:00.000Z'),
      refill(rx, '2026-11-29T02:00:00.000Z'),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
  })
})
