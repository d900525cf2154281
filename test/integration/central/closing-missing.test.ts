import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChanges } from '#central/changes.ts'
import type { Timers } from '#central/clock.ts'
import { type OpenDatabase, openDatabase } from '#central/db/open.ts'
import { seedFormulary } from '#central/formulary/formulary.ts'
import { ingestHistory } from '#central/ingest/history.ts'
import { acknowledgeAlarm } from '#central/monitoring/acknowledge.ts'
import { startClosingWatch } from '#central/monitoring/closing-watch.ts'
import { listAlarms } from '#central/monitoring/views.ts'
import { markSeen } from '#central/sites/presence.ts'
import { upsertSites } from '#central/sites/sites.ts'
import { createClosedJournal } from '../../lib/central-closings.ts'
import { createTestClock, silent, temporaryFolder } from '../../lib/central-fixture.ts'
import { encodeBatch } from '../../lib/central-journal.ts'

const MINUTE = 60_000
type Site = ReturnType<typeof createClosedJournal>

describe('a centre that waits for the signed closings of its sites', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let database: OpenDatabase
  const time = createTestClock('2026-11-20T10:00:00+08:00')
  const { clock } = time
  const changes = createChanges()
  const topics: string[] = []
  changes.watch(told => topics.push(...told))
  let fire: () => void = () => {}
  let cadence = 0
  const timers: Timers = {
    every: (ms, task) => {
      cadence = ms
      fire = task
      return () => {}
    },
  }
  let watch: ReturnType<typeof startClosingWatch>

  beforeAll(async () => {
    folder = await temporaryFolder()
    database = await openDatabase({ dataDir: folder.path })
    await seedFormulary(database.db, clock)
    watch = startClosingWatch({ db: database.db, clock, changes, log: silent }, timers)
  })
  afterAll(async () => {
    await watch.stop()
    await database.close()
    await folder.remove()
  })

  /** A site that is online on the morning of the 20th, with a key. */
  const enrol = async (site: string, epoch = 1): Promise<Site> => {
    time.set('2026-11-20T10:00:00+08:00')
    const plan = { site, name: `${site}卫生院`, secret: 'secret' }
    await upsertSites({ db: database.db, clock, publicKeys: [] }, [plan])
    await markSeen(database.db, clock, site)
    const journal = createClosedJournal(site, epoch)
    journal.tellKey('2026-11-20T10:00:00+08:00')
    journal.live('2026-11-20T10:00:01+08:00')
    await send(site, journal)
    return journal
  }
  const send = async (site: string, journal: Site) => {
    const payload = encodeBatch(site, journal.rest())
    await ingestHistory({ db: database.db, clock, changes }, { site, payload })
  }
  const online = (site: string, there: boolean) => markSeen(database.db, clock, site, there)
  /** As the timer would, until `until`. */
  const checkUntil = async (until: string) => {
    while (clock.now().getTime() + cadence <= Date.parse(until)) {
      time.pass(cadence)
      fire()
      await watch.stop()
    }
  }
  const missing = async (site: string) =>
    (await listAlarms(database.db)).filter(one => one.site === site && one.kind === 'closing-missing')
  const day = (n: number, at: string) => `2026-11-${n}T${at}+08:00`

  it('says nothing of a site that closes its days, whatever the hour', async () => {
    const site = await enrol('good')
    for (const n of [21, 22]) {
      time.set(day(n, '00:01:00'))
      site.closeDay(day(n, '00:01:00'))
      await send('good', site)
      time.set(day(n, '11:30:00'))
      await checkUntil(day(n, '15:00:00'))
    }
    expect(await missing('good')).toEqual([])
  })

  it('alarms of one that is online and does not, after noon of the next day and an hour of patience, once', async () => {
    const site = await enrol('silent')
    time.set(day(21, '00:01:00'))
    site.live(day(21, '00:02:00'))
    await send('silent', site)
    await checkUntil(day(21, '00:50:00'))
    time.set(day(21, '11:00:00'))
    await checkUntil(day(21, '12:59:00'))
    expect(await missing('silent')).toEqual([])
    await checkUntil(day(21, '13:20:00'))
    expect(await missing('silent')).toMatchObject([
      {
        ...{ raisedBy: 'centre', level: 'alarm', clearedAt: null },
        text: { zh: expect.stringContaining('silent卫生院在线，但没有收到 2026-11-20 的有效日结') },
      },
    ])
    time.set(day(22, '11:00:00'))
    await checkUntil(day(22, '14:00:00'))
    expect(await missing('silent')).toHaveLength(1)
  })

  it('is not talked out of it: acknowledged it stays open, until a closing that holds arrives', async () => {
    const site = await enrol('late')
    time.set(day(21, '12:00:00'))
    await checkUntil(day(21, '13:20:00'))
    const [alarm] = await missing('late')
    const ask = { site: 'late', id: alarm?.id ?? '', by: 'zhao', reason: '已致电站点' }
    await acknowledgeAlarm({ db: database.db, clock, changes }, ask)
    site.closeDay(day(21, '13:25:00'), { head: 'f'.repeat(64) })
    site.closeDay(day(21, '13:25:00'), { signature: 'x' })
    await send('late', site)
    expect(await missing('late')).toMatchObject([{ clearedAt: null, acknowledgedBy: 'zhao' }])
    time.pass(MINUTE)
    site.closeDay(day(21, '13:26:00'))
    topics.length = 0
    await send('late', site)
    await expect.poll(() => topics).toContain('alarms')
    expect(await missing('late')).toMatchObject([
      { clearedAt: clock.now().toISOString(), checked: false, acknowledgedBy: 'zhao' },
    ])
    // The next time is an alarm of its own, and this one's words stay.
    time.set(day(22, '12:00:00'))
    await checkUntil(day(22, '13:20:00'))
    const [second, first] = await missing('late')
    expect([second?.clearedAt, second?.acknowledgedBy, first?.acknowledgedBy]).toEqual([null, null, 'zhao'])
  })

  it('tells a site that is away as offline, not as this, and waits for what it kept when it is back', async () => {
    const site = await enrol('away')
    await online('away', false)
    for (const n of [21, 22, 23]) {
      time.set(day(n, '11:30:00'))
      await checkUntil(day(n, '15:00:00'))
    }
    expect(await missing('away')).toEqual([])
    await online('away', true)
    await checkUntil(day(23, '15:40:00'))
    for (const n of [21, 22, 23]) {
      site.closeDay(day(n, '00:01:00'))
      site.live(day(n, '09:00:00'))
    }
    await send('away', site)
    await checkUntil(day(23, '18:00:00'))
    expect(await missing('away')).toEqual([])
  })

  it('is not deceived by an old closing that comes again, nor by records dated ahead', async () => {
    const site = await enrol('sly')
    time.set(day(21, '00:01:00'))
    const { data } = site.closeDay(day(21, '00:01:00'))
    await send('sly', site)
    time.set(day(22, '00:01:00'))
    site.append('day.closed', data, '2099-01-01T00:00:00.000Z')
    site.live('2099-01-01T00:00:00.000Z')
    await send('sly', site)
    time.set(day(22, '12:00:00'))
    await checkUntil(day(22, '13:20:00'))
    expect(await missing('sly')).toHaveLength(1)
  })

  it('expects of a new journal its own closing, and takes no other for it', async () => {
    await enrol('renewed')
    time.set(day(21, '12:00:00'))
    await checkUntil(day(21, '13:20:00'))
    const next = await enrol('renewed', 2)
    time.set(day(21, '13:30:00'))
    await checkUntil(day(21, '14:00:00'))
    expect(await missing('renewed')).toMatchObject([{ clearedAt: null }])
    next.closeDay(day(21, '14:01:00'))
    await send('renewed', next)
    await checkUntil(day(21, '14:20:00'))
    expect(await missing('renewed')).toMatchObject([{ clearedAt: expect.any(String) }])
  })
})
