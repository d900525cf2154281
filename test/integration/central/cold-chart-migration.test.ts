import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statements } from '#central/db/migrations/0007-cold-chart.ts'
import { type OpenDatabase, openDatabase } from '#central/db/open.ts'
import { seedFormulary } from '#central/formulary/formulary.ts'
import { newChartSite } from '../../lib/central-chart.ts'
import { createTestClock, temporaryFolder } from '../../lib/central-fixture.ts'
import { createJournal } from '../../lib/central-journal.ts'

describe('a database of the release before the chart', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let database: OpenDatabase
  const { clock } = createTestClock()
  beforeAll(async () => {
    folder = await temporaryFolder()
    database = await openDatabase({ dataDir: folder.path })
    await seedFormulary(database.db, clock)
  })
  afterAll(async () => {
    await database.close()
    await folder.remove()
  })

  const all = async () => ({
    marks: await database.db
      .selectFrom('cold_marks')
      .selectAll()
      .orderBy('at_ms')
      .orderBy('subject')
      .execute(),
    limits: await database.db
      .selectFrom('temperatures')
      .select(['thermometer', 'at_ms', 'celsius', 'low', 'high'])
      .orderBy('at_ms')
      .execute(),
  })

  it('gets from its journal what a chart would have had from it, and leaves out what is damaged', async () => {
    const { send } = await newChartSite(database.db, clock)
    const { append, records } = createJournal()
    const at = (minute: number) => `2026-11-20T01:${minute}:00.250Z`
    append('unlock.opened', { drawer: 'D01' }, at(10))
    append('drawer.closed', { drawer: 'D01' }, at(11))
    append('drawer.tamper', { drawer: 'D02' }, at(12))
    append('alarm.cleared', { alarm: 'tamper-D02' }, at(13))
    append('alarm.cleared', { alarm: 'no-data-F1' }, at(14))
    append('mains.changed', { state: 'absent' }, at(15))
    append('mains.changed', { state: 'present' }, at(16))
    append('mains.changed', { state: 'perhaps' }, at(17))
    append('temperature.fault', { thermometer: 'F1', at: at(18), fault: 'crc' }, at(18))
    append('temperature.suspect', { thermometer: 'F1', what: 'jump', at: at(19), text: '跳 / jump' }, at(19))
    append('alarm.acknowledged', { alarm: 'excursion-F1-hot', actor: 'wang', reason: 'x' }, at(20))
    append('alarm.acknowledged', { alarm: 'mains', actor: 'wang', reason: 'x' }, at(21))
    append('unlock.opened', { drawer: 7.5 }, 'no time')
    append('drawer.closed', '{"drawer":', at(22))
    const record = { thermometer: 'F1', celsius: 5, source: 'sensor' }
    append('temperature.record', { ...record, at: at(23), low: 2, high: 8, minutes: 60 }, at(23))
    append('temperature.record', { ...record, at: at(24) }, at(24))
    append('temperature.record', { ...record, at: at(25), low: 'x', high: 8 }, at(25))
    await send(records)
    const now = await all()
    expect(now.marks).toHaveLength(9)
    expect(now.limits.map(({ low, high }) => [low, high])).toEqual([
      [2, 8],
      [null, null],
    ])

    await sql`DROP TABLE cold_marks`.execute(database.db)
    await sql`ALTER TABLE temperatures DROP COLUMN low, DROP COLUMN high`.execute(database.db)
    await database.db.transaction().execute(async tx => {
      for (const statement of statements) await sql.raw(statement).execute(tx)
    })
    expect(await all()).toEqual(now)
  })
})
