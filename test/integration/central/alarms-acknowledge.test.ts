import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { AlarmSchema } from '#central/api/schemas.ts'
import type { CentralAlarmView, SiteStatusView } from '#cloud-sync/contract/central-api.ts'
import { MORNING, startTestCentral, temporaryFolder } from '../../lib/central-fixture.ts'
import { createJournal } from '../../lib/central-journal.ts'
import { connectSite } from '../../lib/central-site.ts'
import { everyMinute, siteJournal, times } from '../../lib/central-verdict.ts'

type Started = Awaited<ReturnType<typeof startTestCentral>>
type Client = Awaited<ReturnType<Started['as']>>
type Refused = { readonly code: string; readonly wayOut?: { readonly zh: string } }

const REASON = { reason: '已与站点电话核实' }
const pathOf = (id: string, site = 's001') => `/api/alarms/${site}/${encodeURIComponent(id)}/acknowledge`

describe('an alarm that the centre raised', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let test: Started
  let site: Awaited<ReturnType<typeof connectSite>>
  let reviewer: Client
  let chief: Client
  const journal = createJournal({ epoch: 5 })
  let sent = 0

  const flush = async () => {
    await site.sendHistory(journal.records.slice(sent))
    sent = journal.records.length
    await site.next(site.topics.historyAck, ({ committed }) => committed === sent)
  }
  const alarms = async () => (await reviewer.get<CentralAlarmView[]>('/api/alarms')).body
  const alarmOf = async (kind: string) => {
    const found = (await alarms()).find(one => one.kind === kind)
    if (!found) throw new Error(`no alarm of ${kind}`)
    return found
  }

  /** One of each kind of the centre's, and one of the site's. */
  const raiseAll = async () => {
    for (const event of siteJournal(everyMinute([...times(30, 5), ...times(90, 9), ...times(10, 5)]))) {
      if (event.type !== 'record') continue
      const at = new Date(event.at).toISOString()
      const data = { thermometer: 'F1', source: 'sensor', at, celsius: event.celsius, ...event.rule }
      journal.append('temperature.record', data, at)
    }
    for (const kid of ['first', 'second'])
      journal.append('site.key', { kid, jwk: { kty: 'OKP', crv: 'Ed25519', x: 'x' } })
    const counts = { dispensing: 0, alarm: 0, record: 1 }
    const closing = { site: 's001', day: '2026-11-21', epoch: 5, fromSeq: 1, toSeq: 1, head: 'other', counts }
    journal.append('day.closed', { ...closing, kid: 'unknown', signature: 'x' })
    const words = { level: 'alarm', zh: '市电中断', en: 'mains failure' }
    journal.append('alarm.raised', { alarm: 'mains', kind: 'mains', ...words })
    await flush()
    const forked = createJournal({ epoch: 5 })
    for (const { kind, data, at } of journal.records) forked.append(kind, data, at)
    const next = forked.append('alarm.cleared', { alarm: 'nothing' })
    await site.sendHistory([{ ...next, hash: '0'.repeat(64) }])
    await vi.waitFor(() => alarmOf('journal-chain'), { timeout: 10_000 })
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    test = await startTestCentral(folder.path)
    ;[reviewer, chief] = await Promise.all([test.as('wang'), test.as('zhao')])
    site = await connectSite({ port: test.central.mqttPort, site: 's001', secret: 'secret-of-s001' })
    await site.online()
    await raiseAll()
  })
  afterAll(async () => {
    await site.close()
    await test.central.close()
    await folder.remove()
  })

  it('says so, and that nobody has acknowledged it', async () => {
    const raised = (await alarms()).map(one => [one.kind, one.raisedBy, one.acknowledgedBy])
    expect(raised.sort()).toEqual([
      ['journal-chain', 'centre', null],
      ['journal-closing', 'centre', null],
      ['mains', 'site', null],
      ['site-key', 'centre', null],
      ['verdict-differs', 'centre', null],
    ])
  })

  it('is not acknowledged without a reason, nor by a person whose work it is not', async () => {
    const path = pathOf((await alarmOf('site-key')).id)
    for (const body of [{}, { reason: '' }, { reason: ' \n' }])
      expect(await reviewer.post<Refused>(path, body)).toMatchObject({
        ...{ status: 400, body: { code: 'E_BAD_REQUEST' } },
      })
    expect((await test.anonymous.post(path, REASON)).status).toBe(401)
    for (const id of ['li', 'chen', 'his'])
      expect((await (await test.as(id)).post<Refused>(path, REASON)).body.code).toBe('E_ROLE')
    expect((await alarmOf('site-key')).acknowledgedBy).toBeNull()
  })

  const acknowledge = async (kind: string) => {
    const before = await alarmOf(kind)
    const { status, body } = await chief.post<CentralAlarmView>(pathOf(before.id), {
      reason: ` ${REASON.reason} `,
    })
    expect([status, Check(AlarmSchema, body)]).toEqual([200, true])
    expect(await alarmOf(kind)).toEqual(body)
    return { before, body }
  }
  const word = { acknowledgedBy: 'zhao', acknowledgedAt: MORNING, ...REASON }
  const openAtSite = async () =>
    (await reviewer.get<SiteStatusView[]>('/api/sites')).body.find(one => one.site === 's001')

  it.each(['verdict-differs', 'journal-closing', 'site-key'])(
    'of %s, which no later event ends, keeps who looked into it, when and why, and is open no more',
    async kind => {
      const open = (await openAtSite())?.openAlarms ?? 0
      const { before, body } = await acknowledge(kind)
      expect(body).toEqual({ ...before, ...word, clearedAt: MORNING, checked: true })
      expect((await openAtSite())?.openAlarms).toBe(open - 1)
    },
  )

  it('of a broken chain stays open while its journal may still be continued', async () => {
    const { before, body } = await acknowledge('journal-chain')
    expect(body).toEqual({ ...before, ...word })
    expect(await openAtSite()).toMatchObject({ chainOk: false })
  })

  it('is acknowledged once: the first word stands, also against the site’s journal', async () => {
    const before = await alarmOf('verdict-differs')
    const again = await reviewer.post<Refused>(pathOf(before.id), { reason: '再次' })
    expect([again.status, again.body.code]).toEqual([409, 'E_ALARM_ACKNOWLEDGED'])
    // The chain of epoch 5 is broken: the site goes on in another.
    const next = createJournal({ epoch: 6 })
    next.append('alarm.acknowledged', { alarm: before.id, actor: 'p1', reason: '没事' })
    await site.sendHistory(next.records)
    await site.next(site.topics.historyAck, ({ epoch, committed }) => epoch === 6 && committed === 1)
    expect(await alarmOf('verdict-differs')).toEqual(before)
  })

  it('of a chain that was looked into is closed by that word once the site goes on in another journal', async () => {
    expect(await alarmOf('journal-chain')).toMatchObject({ ...word, clearedAt: MORNING, checked: true })
    expect(await openAtSite()).toMatchObject({ chainOk: true })
  })

  it('whose id the journal made long is acknowledged all the same', async () => {
    const long = createJournal({ epoch: 6 })
    long.append('alarm.acknowledged', {
      alarm: (await alarmOf('verdict-differs')).id,
      actor: 'p1',
      reason: '没事',
    })
    for (const kid of ['钥'.repeat(400), '钥'.repeat(401)])
      long.append('site.key', { kid, jwk: { kty: 'OKP', crv: 'Ed25519', x: 'x' } })
    await site.sendHistory(long.records)
    await site.next(site.topics.historyAck, ({ epoch, committed }) => epoch === 6 && committed === 3)
    const made = (await alarms()).filter(({ kind, checked }) => kind === 'site-key' && !checked)
    expect(made).toHaveLength(2)
    for (const { id } of made) expect((await chief.post(pathOf(id), REASON)).status).toBe(200)
  })

  it('of a site is acknowledged at its cabinet: the centre refuses, and says where', async () => {
    const { status, body } = await reviewer.post<Refused>(pathOf('mains'), REASON)
    expect([status, body.code, body.wayOut?.zh]).toEqual([409, 'E_ALARM_SITE', '请站点人员在药柜上确认'])
    expect(await alarmOf('mains')).toMatchObject({ acknowledgedBy: null, reason: null })
  })

  it('is known by its site and its id together', async () => {
    const { id } = await alarmOf('site-key')
    for (const path of [pathOf('none'), pathOf(id, 's002')])
      expect(await reviewer.post<Refused>(path, REASON)).toMatchObject({
        ...{ status: 404, body: { code: 'E_ALARM_UNKNOWN' } },
      })
  })

  it('is announced to those who watch', async () => {
    const id = 'third'
    const next = createJournal({ epoch: 7 })
    next.append('site.key', { kid: id, jwk: { kty: 'OKP', crv: 'Ed25519', x: 'x' } })
    await site.sendHistory(next.records)
    await site.next(site.topics.historyAck, ({ epoch }) => epoch === 7)
    const { body } = await test.anonymous.post<{ token: string }>('/api/login', {
      user: 'wang',
      pin: '135790',
    })
    const abort = new AbortController()
    const stream = await fetch(`${test.central.url}/api/stream?token=${body.token}`, { signal: abort.signal })
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reviewer.post(pathOf(`central-site-key-${id}`), REASON)).status).toBe(200)
    let text = ''
    while (!text.includes('event: changed')) text += (await reader?.read())?.value ?? ''
    expect(text).toContain('data: {"topics":["alarms","sites"]}')
    abort.abort()
  })
})
