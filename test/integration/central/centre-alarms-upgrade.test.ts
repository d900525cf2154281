import { Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statements as first } from '#central/db/migrations/0001-first.ts'
import { statements as acknowledged } from '#central/db/migrations/0005-acknowledged.ts'
import { statements as centreAlarms } from '#central/db/migrations/0006-centre-alarms.ts'
import type { Db } from '#central/db/open.ts'
import { openPglite } from '#central/db/pglite.ts'
import type { Database } from '#central/db/schema.ts'
import { temporaryFolder } from '../../lib/central-fixture.ts'

const AT = '2026-11-20T02:00:00.000Z'
const SITE = 's001'
const head = (n: number) => String(n).repeat(64)

describe('a centre of the version before, in which a site could reach the centre’s alarms', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let db: Db
  let close: () => Promise<void>

  const run = async (statements: readonly string[]) => {
    for (const statement of statements) await sql.raw(statement).execute(db)
  }
  const alarm = (id: string, kind: string, word: { by?: string; at?: string; cleared?: string } = {}) =>
    sql`INSERT INTO alarms (site, id, kind, level, zh, en, raised_at, cleared_at, acknowledged_by, acknowledged_at)
      VALUES (${SITE}, ${id}, ${kind}, 'alarm', '', '', ${AT}, ${word.cleared ?? null}, ${word.by ?? null},
        ${word.at ?? null})`.execute(db)
  const record = (seq: number, kind: string, data: string) =>
    sql`INSERT INTO journal (site, epoch, seq, at, mono, boot, clock_trusted, class, kind, data, prev, hash, stored_at)
      VALUES (${SITE}, 1, ${seq}, ${AT}, 0, 'b', true, 'record', ${kind}, ${data}, ${head(seq - 1)}, ${head(seq)},
        ${AT})`.execute(db)
  const closing = (toSeq: number, hash: string) =>
    JSON.stringify({ site: SITE, day: '2026-11-19', epoch: 1, fromSeq: 1, toSeq, head: hash, counts: {} })

  beforeAll(async () => {
    folder = await temporaryFolder()
    const { dialect, release } = await openPglite(folder.path)
    db = new Kysely<Database>({ dialect })
    close = async () => {
      await db.destroy()
      release()
    }
    await run([...first, ...acknowledged])
    await sql`INSERT INTO people (id, name, role, pin_hash, must_change_pin)
      VALUES ('zhao', '赵', 'chief', 'x', false)`.execute(db)
    await sql`INSERT INTO watermarks VALUES (${SITE}, 1, 5, ${head(5)}, false, 'changed #6', ${AT})`.execute(
      db,
    )
    await sql`INSERT INTO watermarks VALUES ('s002', 3, 5, ${head(5)}, false, 'changed #6', ${AT})`.execute(
      db,
    )
    await sql`INSERT INTO alarms (site, id, kind, level, zh, en, raised_at, cleared_at)
      VALUES ('s002', 'central-chain-3', 'mains', 'warning', '', '', ${AT}, ${AT})`.execute(db)
    await alarm('mains', 'mains', { by: 'p1', at: AT, cleared: AT })
    await alarm('checked', 'verdict-differs', { by: 'zhao', at: AT })
    await alarm('cleared-by-site', 'site-key', { cleared: AT })
    await alarm('word-of-site', 'verdict-differs', { by: 'p1', at: AT, cleared: AT })
    await alarm('central-chain-1', 'journal-chain', { cleared: AT })
    await alarm('central-closing-1-4', 'journal-closing')
    await record(1, 'agent.started', '{}')
    await record(2, 'day.closed', closing(1, head(1)))
    await record(3, 'day.closed', 'no JSON at all')
    await record(4, 'day.closed', closing(2, head(9)))
    await record(5, 'day.closed', closing(4, head(4)))
    await run(centreAlarms)
  })
  afterAll(async () => {
    await close()
    await folder.remove()
  })

  it('keeps what its people said, and takes back what the site said', async () => {
    const rows = await db.selectFrom('alarms').selectAll().where('site', '=', SITE).orderBy('id').execute()
    expect(rows.map(one => [one.id, one.raised_by, one.acknowledged_by, one.cleared_at])).toEqual([
      ['central-chain-1', 'centre', null, null],
      ['central-closing-1-4', 'centre', null, null],
      ['checked', 'centre', 'zhao', AT],
      ['cleared-by-site', 'centre', null, null],
      ['mains', 'site', 'p1', AT],
      ['word-of-site', 'centre', null, null],
    ])
  })

  it('tells again of a broken chain over whose alarm a site had raised another', async () => {
    const rows = await db.selectFrom('alarms').selectAll().where('site', '=', 's002').execute()
    expect(rows.map(one => [one.raised_by, one.id, one.kind, one.raised_at, one.cleared_at])).toEqual([
      ['site', 'central-chain-3', 'mains', AT, AT],
      ['centre', 'central-chain-3', 'journal-chain', AT, null],
    ])
  })

  it('knows the closings that hold, and none that was found wrong or is no closing', async () => {
    const row = { site: SITE, epoch: 1, to_seq: 1, day: '2026-11-19' }
    expect(await db.selectFrom('closings').selectAll().execute()).toEqual([row])
  })
})
