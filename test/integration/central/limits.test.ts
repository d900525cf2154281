import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenDatabase, openDatabase } from '#central/db/open.ts'
import { recordRefused } from '#central/ingest/refused.ts'
import { listPrescriptions } from '#central/review/views.ts'
import { createTestClock, goodPrescription, temporaryFolder } from '../../lib/central-fixture.ts'

const MINUTE = 60_000

describe('a centre with more than a page shows', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let database: OpenDatabase
  const { clock } = createTestClock()
  beforeAll(async () => {
    folder = await temporaryFolder()
    database = await openDatabase({ dataDir: folder.path })
  })
  afterAll(async () => {
    await database.close()
    await folder.remove()
  })

  /** The n-th was posted n minutes after the first. */
  const row = (n: number, status: string) => ({
    ...{ site: 's001', id: `s001~${status}-${n}`, rx: `RX-${n}`, kind: 'ordinary', status, result: 'PASS' },
    ...{ body: JSON.stringify(goodPrescription()), rules: '1', posted_by: 'li' },
    posted_at: new Date(clock.now().getTime() + n * MINUTE).toISOString(),
    expires_at: '2027-01-01T00:00:00.000Z',
    ...{ decided_by: null, decided_at: null, action: null, reason: null },
  })
  const numbers = Array.from({ length: 510 }, (_, n) => n)

  it('lists whoever has waited longest first, and what is done newest first', async () => {
    const { db } = database
    for (const status of ['waiting', 'returned'])
      await db
        .insertInto('prescriptions')
        .values(numbers.map(n => row(n, status)))
        .execute()
    const waiting = await listPrescriptions(db, { status: 'waiting' }, clock.now())
    expect([waiting.length, waiting.at(0)?.rx, waiting.at(-1)?.rx]).toEqual([500, 'RX-0', 'RX-499'])
    const returned = await listPrescriptions(db, { status: 'returned' }, clock.now())
    expect([returned.length, returned.at(0)?.rx]).toEqual([500, 'RX-509'])
  })

  it('keeps a bounded number of refused messages of one site, and counts the others', async () => {
    const { db } = database
    await sql`INSERT INTO refused_messages (site, digest, topic, code, problem, payload, first_at, last_at)
      SELECT 's001', n::text, 't', 'E_X', 'p', 'eA==', now(), now() FROM generate_series(1, 2000) n`.execute(
      db,
    )
    for (const text of ['one', 'two', 'three'])
      await recordRefused(db, clock, {
        ...{ site: 's001', topic: 't', code: 'E_Y', problem: text, payload: Buffer.from(text) },
      })
    const rows = db.selectFrom('refused_messages').where('site', '=', 's001')
    const added = await rows.select(['times', 'payload']).where('code', '=', 'E_Y').execute()
    expect(added).toEqual([{ times: 3, payload: null }])
    const other = { site: 's002', topic: 't', code: 'E_Y', problem: 'p', payload: Buffer.from('mine') }
    await recordRefused(db, clock, other)
    const kept = await db
      .selectFrom('refused_messages')
      .select('payload')
      .where('site', '=', 's002')
      .execute()
    expect(kept).toEqual([{ payload: Buffer.from('mine').toString('base64') }])
  })
})
