import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  CentralCaseView,
  ReconciliationView,
  RxView,
  SummaryView,
} from '#cloud-sync/contract/central-api.ts'
import type { ApiError } from '#cloud-sync/contract/edge-api.ts'
import { goodPrescription, startTestCentral, temporaryFolder } from '../../lib/central-fixture.ts'
import { createJournal } from '../../lib/central-journal.ts'
import { connectSite } from '../../lib/central-site.ts'

type Started = Awaited<ReturnType<typeof startTestCentral>>

describe('reconciliation of what a site withdrew with what was signed', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let test: Started
  let reviewer: Awaited<ReturnType<Started['as']>>
  let site: Awaited<ReturnType<typeof connectSite>>
  const { records, append } = createJournal({ epoch: 5 })
  let sent = 0
  let sessions = 0

  beforeAll(async () => {
    folder = await temporaryFolder()
    test = await startTestCentral(folder.path)
    reviewer = await test.as('wang')
    site = await connectSite({ port: test.central.mqttPort, site: 's001', secret: 'secret-of-s001' })
    await site.online()
  })
  afterAll(async () => {
    await site.close()
    await test.central.close()
    await folder.remove()
  })

  const released = async (): Promise<RxView> => {
    const doctor = await test.as('li')
    const { body } = await doctor.post<RxView>('/api/prescriptions', goodPrescription())
    return (await reviewer.post<RxView>(`/api/prescriptions/${body.id}/approve`)).body
  }
  const flush = async () => {
    await site.sendHistory(records.slice(sent))
    sent = records.length
    await site.next(site.topics.historyAck, ({ committed }) => committed === sent)
  }
  type Withdrawal = { readonly taken: number | null; readonly outcome?: string; readonly kind?: string }
  const withdraw = async (
    rx: Pick<RxView, 'rx' | 'release'>,
    { taken, outcome = 'matched', kind }: Withdrawal,
  ) => {
    const session = `w-${++sessions}`
    const item = { drug: 'amlodipine-5', lot: 'L1', drawer: 'D01', expected: 1, grams: 18, taken }
    const common = { session, jti: rx.release?.jti ?? 'forged', rx: rx.rx, actor: 'p1', outcome }
    const items = taken === 0 && outcome === 'abandoned' ? [] : [item]
    append(kind ?? 'withdrawal.completed', { ...common, items, reason: null, note: '断电后清点' })
    await flush()
    const all = (await reviewer.get<ReconciliationView[]>('/api/reconciliations')).body
    return { session, found: all.find(view => view.session === session) }
  }
  const statusOf = async ({ id }: RxView) =>
    (await reviewer.get<RxView>(`/api/prescriptions/${id}`)).body.status
  const caseOf = async (session: string) =>
    (await reviewer.get<CentralCaseView[]>('/api/cases')).body.find(({ id }) => id === `s001~${session}`)

  it('finds a withdrawal that took what was ordered matched, and the prescription dispensed', async () => {
    const rx = await released()
    const { session, found } = await withdraw(rx, { taken: 1 })
    expect(found).toMatchObject({ verdict: 'matched', differences: [], reviewed: false, rx: rx.rx })
    const view = (await reviewer.get<RxView>(`/api/prescriptions/${rx.id}`)).body
    expect(view).toMatchObject({ status: 'dispensed', reconciliation: { session, verdict: 'matched' } })
    expect(await caseOf(session)).toBeUndefined()
  })

  it('opens a case for a discrepancy, which one person explains and another closes', async () => {
    const { session, found } = await withdraw(await released(), { taken: 2 })
    const differences = [{ drug: 'amlodipine-5', ordered: 1, taken: 2 }]
    expect(found).toMatchObject({ verdict: 'discrepancy', differences })
    const id = `s001~${session}`
    expect(await caseOf(session)).toMatchObject({ status: 'open', differences, notes: [] })
    const early = await reviewer.post<ApiError>(`/api/cases/${id}/close`, { note: '算了' })
    expect(early.body.code).toBe('E_CASE_STATUS')
    const explained = await reviewer.post<CentralCaseView>(`/api/cases/${id}/explain`, {
      note: '多拿一盒已退回',
    })
    expect(explained.body).toMatchObject({ status: 'explained', notes: [{ by: 'wang' }] })
    const same = await reviewer.post<ApiError>(`/api/cases/${id}/close`, { note: '关闭' })
    expect([same.status, same.body.code]).toEqual([403, 'E_CASE_SAME_PERSON'])
    const chief = await test.as('zhao')
    const closed = await chief.post<CentralCaseView>(`/api/cases/${id}/close`, { note: '已核对' })
    expect(closed.body).toMatchObject({ status: 'closed', notes: [{ by: 'wang' }, { by: 'zhao' }] })
  })

  it('opens a case for an unknown object on the scale', async () => {
    const { session, found } = await withdraw(await released(), { taken: null, outcome: 'discrepancy' })
    expect(found?.verdict).toBe('discrepancy')
    expect(await caseOf(session)).toBeDefined()
  })

  it('opens a case for a withdrawal that no order explains', async () => {
    const { session, found } = await withdraw({ rx: 'RX-forged', release: null }, { taken: 1 })
    expect(found?.verdict).toBe('unordered')
    expect(await caseOf(session)).toMatchObject({ verdict: 'unordered' })
  })

  it('opens a case for a second withdrawal on the same authorisation', async () => {
    const rx = await released()
    await withdraw(rx, { taken: 1 })
    const { session, found } = await withdraw(rx, { taken: 1 })
    expect(found?.verdict).toBe('unordered')
    expect(await caseOf(session)).toBeDefined()
    expect(await statusOf(rx)).toBe('dispensed')
  })

  it('leaves the prescription open when a withdrawal was abandoned before anything was taken', async () => {
    const rx = await released()
    const { session, found: abandoned } = await withdraw(rx, { taken: 0, outcome: 'abandoned' })
    expect(abandoned).toMatchObject({ verdict: 'abandoned', differences: [] })
    expect(await statusOf(rx)).toBe('released')
    expect(await caseOf(session)).toBeUndefined()
    const { found } = await withdraw(rx, { taken: 1 })
    expect(found?.verdict).toBe('matched')
    expect(await statusOf(rx)).toBe('dispensed')
  })

  it('believes the figures of a withdrawal that is called abandoned: what was taken is used up', async () => {
    const rx = await released()
    const { session, found } = await withdraw(rx, { taken: 1, outcome: 'abandoned' })
    expect(found?.verdict).toBe('matched')
    expect(await statusOf(rx)).toBe('dispensed')
    expect(await caseOf(session)).toBeUndefined()
  })

  it('opens a case when even an abandoned withdrawal has no order', async () => {
    const { session } = await withdraw({ rx: 'RX-forged', release: null }, { taken: 0, outcome: 'abandoned' })
    expect(await caseOf(session)).toMatchObject({ verdict: 'unordered' })
  })

  it('takes the word of the person who closed an interrupted withdrawal, and says so', async () => {
    const { found } = await withdraw(await released(), { taken: 1, kind: 'withdrawal.reviewed' })
    expect(found).toMatchObject({ verdict: 'matched', reviewed: true })
  })

  it('opens a case when something was taken on a revoked authorisation', async () => {
    const rx = await released()
    await reviewer.post(`/api/prescriptions/${rx.id}/revoke`, { reason: '医师更改' })
    const { session } = await withdraw(rx, { taken: 1 })
    expect(await statusOf(rx)).toBe('dispensed')
    expect(await caseOf(session)).toBeDefined()
  })

  it('adds up in the summary', async () => {
    const { body } = await reviewer.get<SummaryView>('/api/summary')
    expect(body).toMatchObject({ prescriptions: 8, dispensed: 8, waiting: 0, released: 0, missing: 0 })
    expect(body.events).toBe(records.length)
    expect(body.openCases).toBe(5)
    expect(body.matched).toBe(6)
  })
})
