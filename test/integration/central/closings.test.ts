import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChanges } from '#central/changes.ts'
import { type OpenDatabase, openDatabase } from '#central/db/open.ts'
import { seedFormulary } from '#central/formulary/formulary.ts'
import { ingestHistory } from '#central/ingest/history.ts'
import { listAlarms } from '#central/monitoring/views.ts'
import { upsertSites } from '#central/sites/sites.ts'
import { hashRecord, type JournalRecord } from '#domain/journal/record.ts'
import { verifyJournal } from '#edge/journal/verify.ts'
import { createTestClock, temporaryFolder } from '../../lib/central-fixture.ts'
import { createJournal, encodeBatch } from '../../lib/central-journal.ts'
import { tamper, temporaryDir } from '../../lib/edge-journal.ts'
import { openDays } from '../../lib/journal-days.ts'

const SITE = 'heping'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let database: OpenDatabase
const { clock } = createTestClock()
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

const send = (records: readonly JournalRecord[]) =>
  ingestHistory(
    { db: database.db, clock, changes: createChanges() },
    { site: SITE, payload: encodeBatch(SITE, records) },
  )
const alarms = async () =>
  (await listAlarms(database.db)).filter(({ site }) => site === SITE).map(({ id, kind }) => `${kind} ${id}`)

/** Two days of a site with the key of its folder, closed and signed. */
const twoDays = (dir: string): readonly JournalRecord[] => {
  const held = openDays(dir)
  held.closings.closeDays()
  held.workADay()
  held.workADay()
  const records = held.journal.read(0, 1_000)
  held.close()
  return records
}

/** What somebody who knows how the chain is made does: one temperature made harmless, every hash behind it made anew. */
const altered = (records: readonly JournalRecord[], epoch: number): readonly JournalRecord[] => {
  const victim = records.findIndex(({ kind }) => kind === 'temperature.record')
  let prev = '0'.repeat(64)
  return records.map((record, index) => {
    const data = index === victim ? record.data.replace('"celsius":4', '"celsius":5') : record.data
    const body = { ...record, epoch, data, prev }
    const made = { ...body, hash: hashRecord(body) }
    prev = made.hash
    return made
  })
}

describe('a site’s signed day at the centre', () => {
  let site: ReturnType<typeof temporaryDir>
  let records: readonly JournalRecord[] = []
  beforeAll(async () => {
    site = temporaryDir()
    records = twoDays(site.path)
  })
  afterAll(() => site.remove())

  it('raises nothing where the records are those that were signed', async () => {
    expect(records.filter(({ kind }) => kind === 'day.closed')).toHaveLength(2)
    await send(records)
    expect(await alarms()).toEqual([])
  })

  it('gives away one official record that was changed before it was sent, although every hash was made anew', async () => {
    const dir = temporaryDir()
    const held = openDays(dir.path)
    held.db.run("UPDATE meta SET value = '2' WHERE key = 'epoch'")
    held.close()
    const again = openDays(dir.path)
    again.closings.closeDays()
    again.workADay()
    const honest = again.journal.read(0, 1_000)
    again.close()
    expect(honest[0]?.epoch).toBe(2)
    await send(altered(honest, 2))
    const closing = honest.find(({ kind }) => kind === 'day.closed')
    const { toSeq } = JSON.parse(closing?.data ?? '{}') as { toSeq: number }
    // Another card, so another key: that is told as well.
    expect(await alarms()).toEqual(
      expect.arrayContaining([
        `journal-closing central-closing-2-${toSeq}`,
        expect.stringMatching(/^site-key central-site-key-/),
      ]),
    )
    dir.remove()
  })

  it('is not believed under a key that the site never named', async () => {
    const forger = createJournal({ epoch: 3 })
    const { data } = records.find(({ kind }) => kind === 'day.closed') ?? { data: '{}' }
    forger.append('day.closed', { ...(JSON.parse(data) as object), kid: 'unknown', epoch: 3 })
    await send(forger.records)
    expect(await alarms()).toEqual(expect.arrayContaining([expect.stringMatching(/central-closing-3-/)]))
  })

  it('and the site’s own verification each find the same change', () => {
    expect(verifyJournal(site.path).ok).toBe(true)
    tamper(site.path, `UPDATE journal SET data = replace(data, '"celsius":4', '"celsius":5') WHERE seq = 2`)
    expect(verifyJournal(site.path)).toMatchObject({ ok: false, fault: 'changed', firstBad: 2 })
  })
})
