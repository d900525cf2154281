import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChanges } from '#central/changes.ts'
import { type OpenDatabase, openDatabase } from '#central/db/open.ts'
import { seedFormulary } from '#central/formulary/formulary.ts'
import { ingestHistory } from '#central/ingest/history.ts'
import { createInbox } from '#central/ingest/inbox.ts'
import { listAlarms, listExcursions, temperatureSeries } from '#central/monitoring/views.ts'
import { upsertSites } from '#central/sites/sites.ts'
import { siteWall } from '#central/sites/wall.ts'
import { siteTopics } from '#cloud-sync/contract/topics.ts'
import { createTestClock, silent, temporaryFolder } from '../../lib/central-fixture.ts'
import { createJournal, encodeBatch } from '../../lib/central-journal.ts'

const temperature = (n: number) => ({
  thermometer: 'F1',
  at: new Date(Date.UTC(2026, 10, 22, 0, n)).toISOString(),
  celsius: 4 + n / 10,
  source: 'sensor',
})

describe('ingest of a site’s journal', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let database: OpenDatabase
  const { clock } = createTestClock()
  const changes = createChanges()
  let count = 0

  /** Each test has a site of its own. */
  const newSite = async () => {
    const site = `s-${++count}`
    const plan = { site, name: site, secret: 'secret' }
    await upsertSites({ db: database.db, clock, publicKeys: [] }, [plan])
    const send = (records: Parameters<typeof encodeBatch>[1], payload = encodeBatch(site, records)) =>
      ingestHistory({ db: database.db, clock, changes }, { site, payload })
    const wall = async () => (await siteWall(database.db)).find(view => view.site === site)
    const temperatures = async () =>
      (await database.db.selectFrom('temperatures').selectAll().where('site', '=', site).execute()).length
    const refused = () =>
      database.db.selectFrom('refused_messages').selectAll().where('site', '=', site).execute()
    return { site, send, wall, temperatures, refused }
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    database = await openDatabase({ dataDir: folder.path })
    await seedFormulary(database.db, clock)
  })
  afterAll(async () => {
    await database.close()
    await folder.remove()
  })

  it('stores records in order and answers with the watermark', async () => {
    const { send, wall, temperatures } = await newSite()
    const { records, append } = createJournal()
    for (let n = 0; n < 30; n++) append('temperature.record', temperature(n))
    expect(await send(records.slice(0, 10))).toMatchObject({ epoch: 1, committed: 10 })
    expect(await send(records.slice(10))).toMatchObject({ epoch: 1, committed: 30 })
    expect(await wall()).toMatchObject({ events: 30, head: 30, missing: 0, chainOk: true, epoch: 1 })
    expect(await temperatures()).toBe(30)
  })

  it('keeps the exact text that was hashed', async () => {
    const { site, send } = await newSite()
    const { append } = createJournal()
    const record = append('agent.started', '{ "version":"1.0",  "recovered":[] , "值": 1e0 }')
    await send([record])
    const stored = await database.db
      .selectFrom('journal')
      .select(['data', 'hash'])
      .where('site', '=', site)
      .execute()
    expect(stored).toEqual([{ data: record.data, hash: record.hash }])
  })

  it('answers a batch that is already committed with the watermark and projects nothing twice', async () => {
    const { send, wall, temperatures } = await newSite()
    const { records, append } = createJournal()
    for (let n = 0; n < 10; n++) append('temperature.record', temperature(n))
    await send(records)
    expect(await send(records)).toMatchObject({ epoch: 1, committed: 10 })
    expect(await send(records.slice(2, 5))).toMatchObject({ committed: 10 })
    append('temperature.record', temperature(10))
    expect(await send(records.slice(5))).toMatchObject({ committed: 11 })
    expect(await wall()).toMatchObject({ events: 11, missing: 0 })
    expect(await temperatures()).toBe(11)
  })

  it('stores nothing beyond a gap and says where to go on', async () => {
    const { send, wall } = await newSite()
    const { records, append } = createJournal()
    for (let n = 0; n < 10; n++) append('temperature.record', temperature(n))
    expect(await send(records.slice(3))).toMatchObject({ epoch: 1, committed: 0 })
    expect(await send(records.filter(({ seq }) => seq !== 5))).toMatchObject({ committed: 4 })
    expect(await wall()).toMatchObject({ events: 4, missing: 0, chainOk: true })
    expect(await send(records.slice(4))).toMatchObject({ committed: 10 })
  })

  it('refuses a broken chain visibly and does not advance, whatever was altered', async () => {
    const { site, send, wall, refused } = await newSite()
    const { records, append } = createJournal()
    for (let n = 0; n < 6; n++) append('temperature.record', temperature(n))
    await send(records.slice(0, 3))
    const altered = records.map(record => (record.seq === 5 ? { ...record, data: '{"celsius":4}' } : record))
    await expect(send(altered.slice(3))).rejects.toMatchObject({ code: 'E_HISTORY_CHAIN' })
    expect(await wall()).toMatchObject({ events: 3, chainOk: false, openAlarms: 1 })
    const other = createJournal()
    for (let n = 0; n < 6; n++) other.append('temperature.record', temperature(n + 20))
    await expect(send(other.records)).rejects.toMatchObject({ code: 'E_HISTORY_CHAIN' })
    await expect(send(other.records.slice(3))).rejects.toMatchObject({ code: 'E_HISTORY_CHAIN' })
    const alarms = (await listAlarms(database.db)).filter(alarm => alarm.site === site)
    expect(alarms).toMatchObject([{ kind: 'journal-chain', level: 'alarm', clearedAt: null }])
    expect(await refused()).toEqual([])
    // The true continuation is taken, and the alarm keeps its history.
    expect(await send(records.slice(3))).toMatchObject({ committed: 6 })
    expect(await wall()).toMatchObject({ chainOk: true, openAlarms: 0 })
  })

  it('takes a larger epoch from its first record on, and still completes the older one', async () => {
    const { send, wall } = await newSite()
    const old = createJournal({ epoch: 3 })
    const next = createJournal({ epoch: 7 })
    for (let n = 0; n < 4; n++) {
      old.append('temperature.record', temperature(n))
      next.append('temperature.record', temperature(n + 10))
    }
    await send(old.records.slice(0, 2))
    expect(await send(next.records.slice(1))).toMatchObject({ epoch: 7, committed: 0 })
    expect(await send(next.records)).toMatchObject({ epoch: 7, committed: 4 })
    expect(await send(old.records.slice(2))).toMatchObject({ epoch: 3, committed: 4 })
    expect(await wall()).toMatchObject({ epoch: 7, events: 8, head: 4, missing: 0 })
    const stale = createJournal({ epoch: 2 })
    stale.append('temperature.record', temperature(0))
    expect(await send(stale.records)).toMatchObject({ epoch: 7, committed: 4 })
    expect(await wall()).toMatchObject({ events: 8 })
  })

  it('never lets a strange record hold up the log: it is stored and counted', async () => {
    const { send, wall, refused } = await newSite()
    const { records, append } = createJournal()
    append('future.kind', { anything: 1 })
    append('temperature.record', { thermometer: 'F1' })
    append('temperature.record', 'this is no JSON')
    append('alarm.raised', { alarm: 'a\u0000b', kind: 'k', level: 'alarm', zh: '中', en: 'e' })
    append('temperature.record', temperature(1))
    expect(await send(records)).toMatchObject({ committed: 5 })
    expect(await wall()).toMatchObject({ events: 5, chainOk: true })
    expect((await refused()).map(({ code }) => code).sort()).toEqual([
      'E_EVENT_DATA',
      'E_EVENT_DATA',
      'E_EVENT_KIND',
      'E_EVENT_PROJECTION',
    ])
  })

  it('keeps what it refuses, counts repetitions, and answers nothing', async () => {
    const { site, refused } = await newSite()
    const sent: string[] = []
    const inbox = createInbox({
      ...{ db: database.db, clock, changes, log: silent, county: 'yunxi', wake: () => {} },
      broker: {
        publish: async topic => void sent.push(topic),
        onMessage: () => {},
        close: async () => {},
      },
    })
    const topic = siteTopics('yunxi', site).history
    const other = createJournal()
    other.append('temperature.record', temperature(0))
    const foreign = encodeBatch('s-999', other.records)
    for (const payload of [Buffer.from('not json'), Buffer.from('not json'), Buffer.from('{}'), foreign])
      inbox.accept({ site, topic, payload })
    await inbox.close()
    const rows = await refused()
    expect(rows.map(({ code, times }) => [code, times]).sort()).toEqual([
      ['E_MESSAGE_JSON', 2],
      ['E_MESSAGE_SCHEMA', 1],
      ['E_SITE', 1],
    ])
    expect(rows.map(({ payload }) => Buffer.from(payload ?? '', 'base64').toString())).toContain('not json')
    expect(sent).toEqual([])
  })

  it('says how far a site’s log is committed when the site appears, unasked', async () => {
    const { site, send } = await newSite()
    const { records, append } = createJournal({ epoch: 5 })
    for (let n = 0; n < 10; n++) append('temperature.record', temperature(n))
    await send(records)
    const sent: unknown[] = []
    const inbox = createInbox({
      ...{ db: database.db, clock, changes, log: silent, county: 'yunxi', wake: () => {} },
      broker: {
        publish: async (topic, payload) => void sent.push([topic, JSON.parse(payload)]),
        onMessage: () => {},
        close: async () => {},
      },
    })
    const { state, historyAck } = siteTopics('yunxi', site)
    const at = '2026-11-22T02:00:00.000Z'
    for (const said of [
      { online: true, epoch: 5 },
      { online: true, epoch: 6 },
      { online: true, epoch: 4 },
      { online: true },
      { online: false, epoch: 5 },
    ])
      inbox.accept({ site, topic: state, payload: Buffer.from(JSON.stringify({ site, at, ...said })) })
    await inbox.close()
    const mark = (epoch: number, committed: number) => [
      historyAck,
      { epoch, committed, at: clock.now().toISOString() },
    ]
    // Of an epoch older than what is stored the newest is told, as to a batch of it.
    expect(sent).toEqual([mark(5, 10), mark(6, 0), mark(5, 10)])
  })

  it('projects excursions from alarm to end, and alarms from raising to acknowledgement', async () => {
    const { site, send } = await newSite()
    const { records, append } = createJournal()
    const excursion = {
      ...{ thermometer: 'F1', excursion: 'x1', side: 'hot', source: 'replay' },
      ...{ start: '2026-11-22T00:00:00.000Z', alarmAt: '2026-11-22T00:10:00.000Z' },
    }
    append('excursion.alarm', { ...excursion, limit: 8 })
    append('alarm.raised', { alarm: 'a1', kind: 'excursion', level: 'alarm', zh: '超温', en: 'too warm' })
    await send(records)
    const ours = async () => (await listExcursions(database.db)).filter(view => view.site === site)
    expect(await ours()).toMatchObject([{ id: 'x1', end: null, limit: 8, source: 'replay' }])
    append('excursion.ended', {
      ...excursion,
      end: '2026-11-22T01:00:00.000Z',
      min: 7,
      max: 11.5,
      minutes: 60,
    })
    append('alarm.acknowledged', { alarm: 'a1', actor: 'p1', reason: '已转移药品' })
    append('alarm.cleared', { alarm: 'a1' })
    await send(records)
    expect(await ours()).toMatchObject([
      { id: 'x1', end: '2026-11-22T01:00:00.000Z', max: 11.5, minutes: 60 },
    ])
    const alarms = (await listAlarms(database.db)).filter(alarm => alarm.site === site)
    expect(alarms).toMatchObject([{ id: 'a1', acknowledgedBy: 'p1', clearedAt: '2026-11-22T02:00:00.000Z' }])
  })

  it('gives temperatures as extremes of buckets that no average can hide', async () => {
    const { site, send } = await newSite()
    const { records, append } = createJournal()
    for (let n = 0; n < 180; n++)
      append('temperature.record', { ...temperature(n), celsius: n === 91 ? 15.5 : 5 })
    await send(records.slice(0, 90))
    await send(records.slice(90))
    const from = Date.UTC(2026, 10, 22)
    const all = await temperatureSeries(database.db, {
      site,
      thermometer: 'F1',
      from,
      to: from + 180 * 60_000,
    })
    expect(all).toMatchObject({ low: 2, high: 8 })
    expect(all.points).toHaveLength(180)
    const wide = await temperatureSeries(database.db, {
      site,
      thermometer: 'F1',
      from,
      to: from + 30 * 86_400_000,
    })
    expect(wide.points).toHaveLength(3)
    expect(Math.max(...wide.points.map(([, , max]) => max))).toBe(15.5)
    const latest = await temperatureSeries(database.db, { site, thermometer: 'F1' })
    expect(Math.max(...latest.points.map(([, , max]) => max))).toBe(15.5)
  })
})
