import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Schema from 'typebox/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenDatabase, openDatabase } from '#central/db/open.ts'
import { cceMessage } from '#central/monitoring/cce.ts'
import { markDoor, markMains } from '#central/monitoring/marks.ts'
import { projectExcursionAlarm, projectTemperature } from '#central/monitoring/projections.ts'
import { createTestClock, temporaryFolder } from '#test/lib/central-fixture.ts'
import { sharedLoggerFile } from '#test/lib/edge-shared.ts'

const HOUR = 3_600_000
const FROM = Date.parse('2026-11-21T00:00:00.000Z')
const schema = JSON.parse(
  readFileSync(join(dirname(sharedLoggerFile()), '..', 'cce-interop-0.8.1.schema.json'), 'utf8'),
)

describe('the cold-chain export of the centre', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let database: OpenDatabase
  const { clock } = createTestClock()
  const ask = (site: string, hours = 24) =>
    cceMessage({ db: database.db, clock, county: 'yunxi' }, { site, from: FROM, to: FROM + hours * HOUR })

  const record = (n: number, celsius: number, source: 'sensor' | 'replay', thermometer = 'F1') => ({
    ...{ site: 's001', at: '' },
    data: { thermometer, at: new Date(FROM + n * HOUR).toISOString(), celsius, source },
  })

  beforeAll(async () => {
    folder = await temporaryFolder()
    database = await openDatabase({ dataDir: folder.path })
    const { db } = database
    const site = { site: 's001', name: '云溪镇卫生院', kiosk_url: null, secret_hash: 'x' }
    await db
      .insertInto('sites')
      .values({ ...site, order_epoch: 1, order_head: 0 })
      .execute()
    await db.transaction().execute(async tx => {
      for (const [n, celsius] of [4.1, 9.2, 9.4, -3.25].entries())
        await projectTemperature(tx, record(n, celsius, 'sensor'))
      await projectTemperature(tx, record(1, 5, 'sensor', 'F2'))
      await projectTemperature(tx, record(5, 30, 'replay'))
      const start = new Date(FROM + HOUR).toISOString()
      const alarm = {
        thermometer: 'F1',
        excursion: 'e1',
        side: 'hot' as const,
        limit: 8,
        source: 'sensor' as const,
      }
      await projectExcursionAlarm(tx, {
        ...{ site: 's001', at: start },
        data: { ...alarm, start, alarmAt: new Date(FROM + 2 * HOUR).toISOString() },
      })
    })
  })
  afterAll(async () => {
    await database.close()
    await folder.remove()
  })

  it('is what the outside schema of version 0.8.1 asks for', async () => {
    const message = await ask('s001')
    expect(Schema.Errors(schema, message)).toEqual([true, []])
    // The schema is able to object.
    const broken = structuredClone(message) as { data: { records: object[] }[] }
    broken.data[0]?.records.push({ ABST: 'yesterday' })
    expect(Schema.Check(schema, broken)).toBe(false)
  })

  it('holds every measured record of each thermometer, its alarm beside it, and nothing replayed', async () => {
    const { data } = await ask('s001')
    expect(data.map(({ AMID, records }) => [AMID, records.length])).toEqual([
      ['yunxi/s001/F1', 4],
      ['yunxi/s001/F2', 1],
    ])
    expect(data[0]?.records).toMatchObject([
      { ABST: '20261121T000000Z', TVC: 4.1, ALRM: null },
      { ABST: '20261121T010000Z', TVC: 9.2, ALRM: null },
      { TVC: 9.4, ALRM: 'HEAT' },
      { TVC: -3.25, ALRM: 'HEAT' },
    ])
    expect((await ask('s001', 1)).data[0]?.records).toHaveLength(1)
  })

  it('says DOOR of a door open for five minutes, POWR of a day without mains, and how long the door was open', async () => {
    const site = 's002'
    const at = (hours: number) => new Date(FROM + hours * HOUR).toISOString()
    const minutes = (count: number): number => count / 60
    await database.db
      .insertInto('sites')
      .values({ site, name: '和平镇', kiosk_url: null, secret_hash: 'x', order_epoch: 1, order_head: 0 })
      .execute()
    await database.db.transaction().execute(async tx => {
      for (const n of [1, 2, 3, 26, 27]) await projectTemperature(tx, { ...record(n, 5, 'sensor'), site })
      await projectTemperature(tx, { ...record(2, 5, 'sensor', 'F2'), site })
      const door = (hours: number, state: 'open' | 'closed') =>
        markDoor(tx, { site, at: at(hours), data: { thermometer: 'F1', state } })
      // Shut two minutes before the first; open for five at the second; for less than that at the third.
      await door(minutes(50), 'open')
      await door(minutes(58), 'closed')
      await door(2 - minutes(5), 'open')
      await door(2 + minutes(1), 'closed')
      await door(3 - minutes(4), 'open')
      await door(3 + minutes(1), 'closed')
      await markMains(tx, { site, at: at(2.5), data: { state: 'absent' } })
    })
    const { data } = await ask(site, 48)
    const said = data.map(({ records }) => records.map(({ ALRM, DORV }) => [ALRM, DORV]))
    expect(said).toEqual([
      [
        [null, 480],
        ['DOOR', 300],
        [null, 240],
        [null, 0],
        ['POWR', 0],
      ],
      [[null, undefined]],
    ])
    expect(Schema.Errors(schema, await ask(site, 48))).toEqual([true, []])
  })

  it('says so when there is no such site or nothing was recorded', async () => {
    await expect(ask('nowhere')).rejects.toMatchObject({ code: 'E_SITE_UNKNOWN' })
    await expect(ask('s001', 0)).rejects.toMatchObject({ code: 'E_NO_RECORDS' })
  })
})
