import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChanges } from '#central/changes.ts'
import { type OpenDatabase, openDatabase } from '#central/db/open.ts'
import { seedFormulary } from '#central/formulary/formulary.ts'
import { ingestHistory } from '#central/ingest/history.ts'
import { upsertSites } from '#central/sites/sites.ts'
import type { JournalRecord } from '#domain/journal/record.ts'
import { openJournalFile } from '#edge/journal/open.ts'
import { JOURNAL_FILE } from '#edge/journal/schema.ts'
import { edgeClock } from '#test/lib/edge-clock.ts'
import { openJournal, temporaryDir } from '#test/lib/edge-journal.ts'
import { createTestClock, temporaryFolder } from '../../lib/central-fixture.ts'
import { createJournal, encodeBatch } from '../../lib/central-journal.ts'

const temperature = (n: number) => ({
  thermometer: 'F1',
  at: new Date(Date.UTC(2026, 10, 22, 0, n)).toISOString(),
  celsius: 4 + (n % 10) / 10,
  source: 'sensor' as const,
})

describe('records that a site saved from a damaged epoch', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let database: OpenDatabase
  const { clock } = createTestClock()
  let count = 0

  const newSite = async () => {
    const site = `s-${++count}`
    await upsertSites({ db: database.db, clock, publicKeys: [] }, [{ site, name: site, secret: 'secret' }])
    const send = (records: readonly JournalRecord[]) =>
      ingestHistory(
        { db: database.db, clock, changes: createChanges() },
        { site, payload: encodeBatch(site, [...records]) },
      )
    const rows = (table: 'temperatures' | 'refused_messages') =>
      database.db.selectFrom(table).selectAll().where('site', '=', site).execute()
    const stored = async (epoch: number) =>
      (
        await database.db
          .selectFrom('journal')
          .select('seq')
          .where('site', '=', site)
          .where('epoch', '=', epoch)
          .orderBy('seq')
          .execute()
      ).map(({ seq }) => seq)
    return { send, rows, stored }
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

  it('are stored under their own epoch and number and count once, over a gap too', async () => {
    const { send, rows, stored } = await newSite()
    const old = createJournal()
    for (let n = 0; n < 9; n++) old.append('temperature.record', temperature(n))
    await send(old.records.slice(0, 3))
    const next = createJournal({ epoch: 2 })
    next.append('journal.opened', { previousEpoch: 1, quarantined: 'x', missing: [[5, 6]] })
    for (const record of [2, 3, 6, 7, 8].map(at => old.records[at]))
      next.append('journal.salvaged', { record })
    expect(await send(next.records)).toMatchObject({ epoch: 2, committed: 6 })
    expect(await stored(1)).toEqual([1, 2, 3, 4, 7, 8, 9])
    expect(await rows('temperatures')).toHaveLength(7)
    expect(await rows('refused_messages')).toEqual([])
  })

  it.each([
    ['that were altered', (record: JournalRecord) => ({ ...record, data: '{}' })],
    ['of the epoch they come in', (record: JournalRecord) => ({ ...record, epoch: 2 })],
    ['that are none', () => ({ seq: 1 })],
  ])('%s are refused and do not hold up the log', async (_what, change) => {
    const { send, rows, stored } = await newSite()
    const old = createJournal()
    const record = old.append('temperature.record', temperature(1))
    const next = createJournal({ epoch: 2 })
    next.append('journal.salvaged', { record: change(record) })
    next.append('agent.started', {})
    expect(await send(next.records)).toMatchObject({ committed: 2 })
    expect(await stored(1)).toEqual([])
    expect(await rows('refused_messages')).toMatchObject([{ code: 'E_EVENT_SALVAGED' }])
  })

  it('reach the centre whole: what it had, and all of the rest that the damaged file still gave', async () => {
    const { send, stored } = await newSite()
    const dir = temporaryDir()
    const { journal, close } = openJournal(dir.path)
    for (let n = 0; n < 120; n++) journal.append([{ kind: 'temperature.record', data: temperature(n) }])
    await send(journal.read(0, 40))
    journal.markCommitted(40)
    close()
    const path = join(dir.path, JOURNAL_FILE)
    const bytes = readFileSync(path)
    const at = bytes.indexOf(temperature(80).at) & ~0xfff
    bytes.fill(0xa5, at, at + 4096)
    writeFileSync(path, bytes)
    openJournalFile(dir.path, edgeClock('2026-11-23T02:00:00.000Z')).close()
    const again = openJournal(dir.path)
    const records = again.journal.read(0, 200)
    await send(records)
    const { missing } = JSON.parse(records[0]?.data ?? '') as { missing: [number, number][] }
    const lost = new Set(missing.flatMap(([a, b]) => Array.from({ length: b - a + 1 }, (_, n) => a + n)))
    expect(lost.size).toBeLessThan(40)
    expect(await stored(1)).toEqual(
      Array.from({ length: 120 }, (_, n) => n + 1).filter(seq => !lost.has(seq)),
    )
    again.close()
    dir.remove()
  })
})
