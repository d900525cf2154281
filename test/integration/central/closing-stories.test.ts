import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChanges } from '#central/changes.ts'
import { type OpenDatabase, openDatabase } from '#central/db/open.ts'
import { seedFormulary } from '#central/formulary/formulary.ts'
import { ingestHistory } from '#central/ingest/history.ts'
import { startClosingWatch } from '#central/monitoring/closing-watch.ts'
import { listAlarms } from '#central/monitoring/views.ts'
import { markSeen } from '#central/sites/presence.ts'
import { upsertSites } from '#central/sites/sites.ts'
import { createClosedJournal } from '../../lib/central-closings.ts'
import { createTestClock, silent, temporaryFolder } from '../../lib/central-fixture.ts'
import { encodeBatch } from '../../lib/central-journal.ts'

/** What a site does on one day: is it there, and does it close the day before (a site that is away sends nothing). */
const aDay = fc.record({ online: fc.boolean(), closes: fc.boolean() })
const DAYS = 4
const stories = fc.sample(fc.array(aDay, { minLength: DAYS, maxLength: DAYS }), {
  numRuns: 24,
  seed: 20261122,
})

describe('the alarm of closings that do not come', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let database: OpenDatabase
  beforeAll(async () => {
    folder = await temporaryFolder()
    database = await openDatabase({ dataDir: folder.path })
  })
  afterAll(async () => {
    await database.close()
    await folder.remove()
  })

  it('stands, whatever a county does, exactly where a site was last there with a day it had not closed', async () => {
    const { db } = database
    const time = createTestClock('2026-11-20T10:00:00+08:00')
    const { clock } = time
    const changes = createChanges()
    let fire: () => void = () => {}
    const every = (_ms: number, task: () => void) => {
      fire = task
      return () => {}
    }
    const watch = startClosingWatch({ db, clock, changes, log: silent }, { every })
    await seedFormulary(db, clock)
    const plans = stories.map((_, n) => ({ site: `s${n}`, name: `s${n}`, secret: 'secret' }))
    await upsertSites({ db, clock, publicKeys: [] }, plans)
    const sites = plans.map(({ site }) => ({ site, journal: createClosedJournal(site), told: false }))
    const send = ({ site, journal }: (typeof sites)[number]) =>
      ingestHistory({ db, clock, changes }, { site, payload: encodeBatch(site, journal.rest()) })
    for (const one of sites) {
      one.journal.tellKey('2026-11-20T10:00:00+08:00')
      await send(one)
    }
    for (let n = 0; n < DAYS; n++) {
      const at = `2026-11-${21 + n}T00:01:00+08:00`
      time.set(at)
      for (const [index, one] of sites.entries()) {
        const { online = false, closes = false } = stories[index]?.[n] ?? {}
        await markSeen(db, clock, one.site, online)
        if (!online) continue
        if (closes) one.journal.closeDay(at)
        one.journal.live(at)
        await send(one)
        one.told = !closes
      }
      time.set(`2026-11-${21 + n}T12:00:00+08:00`)
      for (let check = 0; check < 8; check++) {
        time.pass(10 * 60_000)
        fire()
        await watch.stop()
      }
      const open = (await listAlarms(db)).filter(({ clearedAt }) => clearedAt === null)
      expect(open.map(({ site }) => site).sort()).toEqual(
        sites
          .filter(({ told }) => told)
          .map(({ site }) => site)
          .sort(),
      )
    }
  })
})
