import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createChanges } from '#central/changes.ts'
import { type OpenDatabase, openDatabase } from '#central/db/open.ts'
import { seedFormulary } from '#central/formulary/formulary.ts'
import { ingestHistory } from '#central/ingest/history.ts'
import { listAlarms, listExcursions } from '#central/monitoring/views.ts'
import { upsertSites } from '#central/sites/sites.ts'
import { openHistory } from '#cloud-sync/history/open.ts'
import type { History } from '#cloud-sync/history/port.ts'
import { initialDetectState } from '#domain/cold-chain/detect.ts'
import type { RulePlan } from '#domain/cold-chain/place.ts'
import { MINUTE } from '#domain/time.ts'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { createMonitor } from '#edge/cold-chain/monitor.ts'
import { openJournal, temporaryDir } from '#test/lib/edge-journal.ts'
import { createTestClock, temporaryFolder } from '../../lib/central-fixture.ts'
import { encodeBatch } from '../../lib/central-journal.ts'

describe('the centre’s verdict on a real agent’s journal', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let database: OpenDatabase
  let dir: ReturnType<typeof temporaryDir>
  let held: ReturnType<typeof openJournal>
  let history: History
  let site: string
  const { clock } = createTestClock()
  let count = 0

  beforeAll(async () => {
    folder = await temporaryFolder()
    database = await openDatabase({ dataDir: folder.path })
    await seedFormulary(database.db, clock)
  })
  afterAll(async () => {
    await database.close()
    await folder.remove()
  })
  beforeEach(async () => {
    site = `s-${++count}`
    await upsertSites({ db: database.db, clock, publicKeys: [] }, [{ site, name: site, secret: 'secret' }])
    dir = temporaryDir()
    held = openJournal(dir.path)
    history = await openHistory({ dataDir: dir.path })
  })
  afterEach(async () => {
    await history.close()
    held.close()
    dir.remove()
  })

  /** Made again it stands for a restart. */
  const monitor = (rule: RulePlan = {}) => {
    const alarms = createAlarms(held)
    const point = { id: 'F1', name: '1号冰箱', low: 2, high: 8, rule, intervalMs: MINUTE }
    const { take } = createMonitor({ ...held, ...point, alarms, history, site, onReading: () => {} })
    return async (minutes: number, celsius: number): Promise<void> => {
      for (let at = 0; at < minutes; at++) {
        held.clock.pass(MINUTE)
        await take({ ok: true, celsius, at: held.clock.now(), source: 'sensor' })
      }
    }
  }
  /** Days later, in batches of nine. */
  const send = async () => {
    held.journal.flush()
    for (let from = 0; from < held.journal.head(); from += 9)
      await ingestHistory(
        { db: database.db, clock, changes: createChanges() },
        { site, payload: encodeBatch(site, [...held.journal.read(from, 9)]) },
      )
    const excursions = (await listExcursions(database.db)).filter(one => one.site === site)
    const alarms = (await listAlarms(database.db)).filter(one => one.site === site)
    return { excursions: excursions.length, differ: alarms.filter(({ kind }) => kind === 'verdict-differs') }
  }

  it('is the agent’s, also where it was restarted and silent in the middle of an excursion', async () => {
    let feel = monitor()
    await feel(45, 5)
    await feel(40, 9.5)
    feel = monitor()
    held.clock.pass(2 * MINUTE)
    await feel(40, 9.2)
    await feel(3, 5)
    await feel(70, 1)
    held.clock.pass(20 * MINUTE)
    await feel(65, 1.2)
    await feel(35, 5)
    expect(await send()).toEqual({ excursions: 3, differ: [] })
  })

  it.each<[string, RulePlan]>([
    ['WHO’s rule', { preset: 'who-pqs-e006' }],
    ['a sum of the day', { mode: 'daily', minutes: 45, strict: false }],
    ['a sum of six hours', { mode: 'cumulative', windowHours: 6 }],
  ])('is the agent’s under %s, which its records name', async (_name, rule) => {
    let feel = monitor(rule)
    await feel(35, 5)
    await feel(40, 8.5)
    await feel(35, 8)
    await feel(20, 5)
    feel = monitor(rule)
    await feel(40, 9.2)
    await feel(30, 1)
    await feel(65, -0.5)
    await feel(10, 5)
    const { excursions, differ } = await send()
    expect(excursions).toBeGreaterThan(0)
    expect(differ).toEqual([])
  })

  it('says so where the agent forgot what it had seen, so that its alarm came too late', async () => {
    await monitor()(45, 9)
    held.db.run('UPDATE excursion_state SET state = ?', JSON.stringify(initialDetectState))
    const feel = monitor()
    await feel(70, 9)
    await feel(5, 5)
    expect(await send()).toMatchObject({ excursions: 1, differ: [{ level: 'alarm' }] })
  })
})
