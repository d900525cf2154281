import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CentralCaseView, CentralOverrideView, RxView } from '#cloud-sync/contract/central-api.ts'
import { goodPrescription, startTestCentral, temporaryFolder } from '../../lib/central-fixture.ts'
import { createJournal } from '../../lib/central-journal.ts'
import { connectSite } from '../../lib/central-site.ts'

type Started = Awaited<ReturnType<typeof startTestCentral>>

describe('what a site took before its review', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let test: Started
  let reviewer: Awaited<ReturnType<Started['as']>>
  let doctor: Awaited<ReturnType<Started['as']>>
  let site: Awaited<ReturnType<typeof connectSite>>
  const { records, append } = createJournal({ epoch: 5 })
  let sent = 0
  let overrides = 0

  beforeAll(async () => {
    folder = await temporaryFolder()
    test = await startTestCentral(folder.path)
    reviewer = await test.as('wang')
    doctor = await test.as('li')
    site = await connectSite({ port: test.central.mqttPort, site: 's001', secret: 'secret-of-s001' })
    await site.online()
  })
  afterAll(async () => {
    await site.close()
    await test.central.close()
    await folder.remove()
  })

  const flush = async () => {
    await site.sendHistory(records.slice(sent))
    sent = records.length
    await site.next(site.topics.historyAck, ({ committed }) => committed === sent)
  }
  /** The site takes a pack for a prescription that is not reviewed. */
  const override = async (rx: string, taken = 1) => {
    const id = `o-${++overrides}`
    const session = `session-of-${id}`
    const ask = { rx, patient: '张三', prescriber: '李医师', reason: 'emergency', list: '2026-3' }
    const items = [{ drug: 'amlodipine-5', quantity: 1 }]
    append('override.started', { override: id, session, ...ask, items, actor: 'p1', second: null })
    const counted = { drug: 'amlodipine-5', lot: 'L1', drawer: 'D01', expected: 1, grams: 18, taken }
    const jti = `override:${id}`
    const outcome = taken === 0 ? 'abandoned' : 'matched'
    append('withdrawal.completed', {
      ...{ session, jti, rx, actor: 'p1', outcome, reason: null },
      items: [counted],
    })
    await flush()
    return id
  }
  const overrideOf = async (id: string) =>
    (await reviewer.get<CentralOverrideView[]>('/api/overrides')).body.find(one => one.id === `s001~${id}`)
  const caseOf = async (id: string) =>
    (await reviewer.get<CentralCaseView[]>('/api/cases')).body.find(one => one.id === `s001~session-of-${id}`)
  const orderOf = (id: string) =>
    site.next(site.topics.orders, ({ orders }) => JSON.stringify(orders).includes(`"override":"${id}"`))

  it('R3: waits in the queue with a case of its own, since no order explains it', async () => {
    const id = await override('RX-NOT-POSTED')
    expect(await overrideOf(id)).toMatchObject({ status: 'open', patient: '张三', reason: 'emergency' })
    expect(await caseOf(id)).toMatchObject({ status: 'open', verdict: 'unordered' })
  })

  it('R3: opens no case where nothing was taken', async () => {
    expect(await caseOf(await override('RX-ABANDONED', 0))).toBeUndefined()
  })

  it('R3: is matched by the approval of its prescription: the order goes to the site, whose word ends it', async () => {
    const { body: rx } = await doctor.post<RxView>('/api/prescriptions', goodPrescription())
    const id = await override(rx.rx)
    const { body } = await reviewer.post<RxView>(`/api/prescriptions/${rx.id}/approve`)
    const jti = body.release?.jti ?? ''
    expect(await overrideOf(id)).toMatchObject({ status: 'ordered', matchedBy: 'wang' })
    expect(JSON.stringify(await orderOf(id))).toContain(jti)
    append('override.matched', { override: id, jti, by: 'centre', note: '审方通过 approved' })
    await flush()
    expect(await overrideOf(id)).toMatchObject({ status: 'matched', matchedBy: 'wang', accepted: true })
    expect((await reviewer.get<RxView>(`/api/prescriptions/${rx.id}`)).body.status).toBe('dispensed')
    expect((await caseOf(id))?.notes).toMatchObject([{ by: 's001/centre' }])
  })

  it('R3: leaves the prescription released when less was taken than it orders', async () => {
    const { body: rx } = await doctor.post<RxView>('/api/prescriptions', goodPrescription())
    const id = await override(rx.rx, 0)
    const { body } = await reviewer.post<RxView>(`/api/prescriptions/${rx.id}/approve`)
    append('override.matched', { override: id, jti: body.release?.jti ?? '', by: 'centre', note: 'x' })
    await flush()
    expect((await reviewer.get<RxView>(`/api/prescriptions/${rx.id}`)).body.status).toBe('released')
  })

  it('R3: is closed by a reviewer where no release will come, once', async () => {
    const id = await override('RX-PAPER')
    const path = `/api/overrides/${encodeURIComponent(`s001~${id}`)}/match`
    expect((await doctor.post(path, { note: '纸质处方已核对' })).status).toBe(403)
    expect((await reviewer.post(path, { note: '纸质处方已核对' })).status).toBe(200)
    expect(JSON.stringify(await orderOf(id))).toContain('纸质处方已核对')
    expect((await reviewer.post(path, { note: '再次' })).body).toMatchObject({ code: 'E_OVERRIDE_STATUS' })
  })

  it('finds the release that came before the site told of it', async () => {
    const { body: rx } = await doctor.post<RxView>('/api/prescriptions', goodPrescription())
    const { body } = await reviewer.post<RxView>(`/api/prescriptions/${rx.id}/approve`)
    const id = await override(rx.rx)
    await reviewer.post(`/api/overrides/${encodeURIComponent(`s001~${id}`)}/match`, { note: '已核对' })
    expect(JSON.stringify(await orderOf(id))).toContain(body.release?.jti)
  })
})

describe('the site’s own case of a session', () => {
  it('R9: shows its steps as notes at the centre’s case, which nobody at the site closes', async () => {
    const folder = await temporaryFolder()
    const test = await startTestCentral(folder.path)
    const site = await connectSite({ port: test.central.mqttPort, site: 's001', secret: 'secret-of-s001' })
    try {
      const { records, append } = createJournal({ epoch: 5 })
      const session = 'w-1'
      const item = { drug: 'amlodipine-5', lot: 'L1', drawer: 'D01', expected: 1, grams: 36, taken: 2 }
      const done = { session, jti: 'j', rx: 'RX', actor: 'p1', outcome: 'discrepancy', reason: null }
      append('withdrawal.completed', { ...done, items: [item] })
      const step = { case: 'w-1-0', session, reason: 'put-back', note: '多的一盒已放回' }
      append('case.step', { ...step, step: 'explained', actor: 'p1' })
      append('case.step', { ...step, step: 'closed', actor: 'p2', reason: '' })
      // Of a count that no withdrawal stands behind: the centre has no case of it.
      append('case.step', { ...step, session: 'count-1', step: 'explained', actor: 'p1' })
      await site.online()
      await site.sendHistory(records)
      await site.next(site.topics.historyAck, ({ committed }) => committed === records.length)
      const reviewer = await test.as('wang')
      const { body } = await reviewer.get<CentralCaseView[]>('/api/cases')
      expect(body).toMatchObject([
        {
          status: 'open',
          notes: [
            { by: 's001/p1', note: '站点说明 explained：put-back：多的一盒已放回' },
            { by: 's001/p2', note: '站点关闭 closed：多的一盒已放回' },
          ],
        },
      ])
    } finally {
      await site.close()
      await test.central.close()
      await folder.remove()
    }
  })
})
