import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChanges } from '#central/changes.ts'
import { type OpenDatabase, openDatabase } from '#central/db/open.ts'
import { seedFormulary } from '#central/formulary/formulary.ts'
import { ingestHistory } from '#central/ingest/history.ts'
import { acknowledgeAlarm } from '#central/monitoring/acknowledge.ts'
import { CENTRE_KINDS } from '#central/monitoring/centre-kinds.ts'
import { listAlarms } from '#central/monitoring/views.ts'
import { upsertSites } from '#central/sites/sites.ts'
import { createTestClock, MORNING, temporaryFolder } from '../../lib/central-fixture.ts'
import { createJournal, encodeBatch } from '../../lib/central-journal.ts'

const SITE = 's001'
const KEY = 'central-site-key-second'
const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'x' }

describe('a site’s journal that speaks of the centre’s own alarms', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let database: OpenDatabase
  const { clock } = createTestClock()
  const changes = createChanges()
  const journal = createJournal({ epoch: 5 })
  let sent = 0

  beforeAll(async () => {
    folder = await temporaryFolder()
    database = await openDatabase({ dataDir: folder.path })
    await seedFormulary(database.db, clock)
    await upsertSites({ db: database.db, clock, publicKeys: [] }, [
      { site: SITE, name: SITE, secret: 'secret' },
    ])
  })
  afterAll(async () => {
    await database.close()
    await folder.remove()
  })

  const flush = async () => {
    const payload = encodeBatch(SITE, journal.records.slice(sent))
    const { committed } = await ingestHistory({ db: database.db, clock, changes }, { site: SITE, payload })
    expect(committed).toBe(journal.records.length)
    sent = committed
  }
  const alarms = () => listAlarms(database.db)
  const ours = async () => (await alarms()).filter(({ raisedBy }) => raisedBy === 'centre')
  const words = { level: 'alarm', zh: '没有事', en: 'nothing' }

  it('neither clears, nor acknowledges, nor raises over what the centre raised', async () => {
    for (const kid of ['first', 'second']) journal.append('site.key', { kid, jwk })
    await flush()
    const before = await ours()
    expect(before).toMatchObject([{ id: KEY, kind: 'site-key', clearedAt: null, acknowledgedBy: null }])
    journal.append('alarm.acknowledged', { alarm: KEY, actor: 'p1', reason: '没事' })
    journal.append('alarm.cleared', { alarm: KEY })
    for (const kind of ['site-key', 'mains']) journal.append('alarm.raised', { alarm: KEY, kind, ...words })
    journal.append('alarm.cleared', { alarm: KEY })
    journal.append('alarm.acknowledged', { alarm: KEY, actor: 'p1', reason: '没事' })
    await flush()
    expect(await ours()).toEqual(before)
  })

  it('has an alarm of its own under the same id, and each is found', async () => {
    const [site] = (await alarms()).filter(({ raisedBy }) => raisedBy === 'site')
    expect(site).toMatchObject({ id: KEY, kind: 'mains', acknowledgedBy: 'p1', checked: false })
    expect(site?.clearedAt).not.toBeNull()
    const ask = { site: SITE, id: KEY, by: 'zhao', reason: '已核实' }
    const closed = await acknowledgeAlarm({ db: database.db, clock, changes }, ask)
    expect(closed).toMatchObject({ raisedBy: 'centre', clearedAt: MORNING, acknowledgedBy: 'zhao' })
    expect((await alarms()).filter(({ raisedBy }) => raisedBy === 'site')).toEqual([site])
  })

  it('raises none of the kinds that only the centre raises: that is written down as refused', async () => {
    const before = await alarms()
    for (const kind of CENTRE_KINDS) journal.append('alarm.raised', { alarm: `fake-${kind}`, kind, ...words })
    await flush()
    expect(await alarms()).toEqual(before)
    const refused = await database.db
      .selectFrom('refused_messages')
      .select('problem')
      .where('code', '=', 'E_EVENT_PROJECTION')
      .execute()
    for (const kind of CENTRE_KINDS)
      expect(refused.map(({ problem }) => problem)).toContainEqual(expect.stringContaining(kind))
    expect(refused.every(({ problem }) => problem.includes('E_ALARM_KIND'))).toBe(true)
  })

  it('does not reach what was put under its id before the centre’s came', async () => {
    const id = 'central-site-key-third'
    journal.append('alarm.raised', { alarm: id, kind: 'mains', ...words })
    journal.append('site.key', { kid: 'third', jwk })
    await flush()
    expect((await alarms()).filter(one => one.id === id).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['mains', 'site-key']),
    )
  })

  it('names no key under which the alarm of another would be taken for raised', async () => {
    for (const kid of ['k~2', 'k']) journal.append('site.key', { kid, jwk })
    await flush()
    const made = (await ours()).map(({ id }) => id).filter(id => id.startsWith('central-site-key-k'))
    expect(made.sort()).toEqual([
      'central-site-key-k',
      expect.stringMatching(/^central-site-key-k-2#[0-9a-f]{40}$/),
    ])
  })

  it('hides no other alarm behind a thousand of its own', async () => {
    const rows = Array.from({ length: 1_200 }, (_, n) => ({
      ...{ site: SITE, raised_by: 'site' as const, id: `flood-${n}`, kind: 'mains', ...words },
      ...{ raised_at: '2030-01-01T00:00:00.000Z', cleared_at: n < 600 ? null : MORNING },
      ...{ acknowledged_by: null, acknowledged_at: null, ack_reason: null },
    }))
    const other = { ...rows[0], site: 's002', id: 'mains', raised_at: MORNING } as (typeof rows)[number]
    await database.db
      .insertInto('alarms')
      .values([...rows, other])
      .execute()
    const seen = (await alarms()).map(({ site, id }) => `${site} ${id}`)
    for (const one of [`${SITE} ${KEY}`, `${SITE} central-site-key-third`, 's002 mains'])
      expect(seen).toContain(one)
    expect(seen.length).toBeLessThan(1_100)
  })
})
