import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FIRST } from '#edge/journal/migrations/0001-first.ts'
import { MIGRATIONS, migrate } from '#edge/journal/migrations.ts'
import { JOURNAL_FILE } from '#edge/journal/schema.ts'
import { verifyJournal } from '#edge/journal/verify.ts'
import { openJournal, temporaryDir, writeEight } from '#test/lib/edge-journal.ts'

let dir: ReturnType<typeof temporaryDir>
beforeEach(() => {
  dir = temporaryDir()
})
afterEach(() => dir.remove())

const version = (db: DatabaseSync) => db.prepare('PRAGMA user_version').get()?.user_version

/** A data folder as the first version left it: the same records, the first tables, no version. */
const makeOld = (): string => {
  writeEight(dir.path)
  const folder = join(dir.path, 'old')
  mkdirSync(folder)
  const db = new DatabaseSync(join(dir.path, JOURNAL_FILE))
  const old = new DatabaseSync(join(folder, JOURNAL_FILE))
  old.exec(FIRST)
  for (const table of ['meta', 'journal'])
    for (const row of db.prepare(`SELECT * FROM ${table}`).all()) {
      const values = Object.values(row)
      old.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join(',')})`).run(...values)
    }
  db.close()
  expect(version(old)).toBe(0)
  old.close()
  return folder
}

describe('the schema of a data folder', () => {
  it('of the first version, which counted none, is brought up to date and its journal goes on', () => {
    const folder = makeOld()
    expect(verifyJournal(folder)).toMatchObject({ ok: true, events: 8 })
    const { db, journal, close } = openJournal(folder)
    expect(db.get('PRAGMA user_version')).toEqual({ user_version: MIGRATIONS.length })
    expect(journal.append([{ kind: 'agent.stopped', data: { reason: 'on' } }])).toMatchObject([{ seq: 9 }])
    close()
    openJournal(folder).close()
    expect(verifyJournal(folder)).toMatchObject({ ok: true, events: 9 })
  })

  it('of the released version keeps its cases with their session, and fills with the day they were dispensed', () => {
    const db = new DatabaseSync(':memory:')
    migrate(db, MIGRATIONS.slice(0, 2))
    const session = '6f1c2b1e-98a7-4c55-9d3a-1f0c2d3e4f50'
    const data = JSON.stringify({ jti: 'jti-1', outcome: 'matched' })
    db.exec(`
      INSERT INTO cases VALUES ('${session}-0', 'RX-1', 'd', 'D01', 2, 3, '2026-11-20T01:00:00.000Z', 'wang');
      INSERT INTO lots VALUES ('d', 'L1', 'D01', '2027-06-30', 5, 8, 0.01, 'available');
      INSERT INTO people VALUES ('wang', '王', 'pharmacist', 's:h', 0, 0, NULL);
      INSERT INTO sessions VALUES ('${session}', 'jti-1', 'finished', '{}', '2026-11-20T01:00:00.000Z');
      INSERT INTO authorisations VALUES ('jti-1', 'RX-1', 't', '{}', '2026-11-19T01:00:00.000Z', 'dispensed');
      INSERT INTO authorisations VALUES ('jti-2', 'RX-2', 't', '{}', '2026-11-19T01:00:00.000Z', 'waiting');
      INSERT INTO journal VALUES (1, 1, '2026-11-20T01:00:00.000Z', 0, 'b', 1, 'dispensing', 'withdrawal.completed', '${data}', 'p', 'h');
    `)
    migrate(db)
    expect(db.prepare('SELECT session, lot, status FROM cases').all()).toEqual([
      { session, lot: '', status: 'open' },
    ])
    expect(db.prepare('SELECT jti, dispensed_at FROM authorisations ORDER BY jti').all()).toEqual([
      { jti: 'jti-1', dispensed_at: '2026-11-20T01:00:00.000Z' },
      { jti: 'jti-2', dispensed_at: null },
    ])
    expect(db.prepare('SELECT reference, status_ref FROM lots').all()).toEqual([
      { reference: 10, status_ref: null },
    ])
    expect(db.prepare('SELECT kind FROM sessions').all()).toEqual([{ kind: 'withdrawal' }])
  })

  it('is changed by a step wholly or not at all', () => {
    const db = new DatabaseSync(':memory:')
    const broken = [
      ...MIGRATIONS,
      'CREATE TABLE half (id INTEGER) STRICT; CREATE TABLE half (id INTEGER) STRICT',
    ]
    expect(() => migrate(db, broken)).toThrow('half')
    expect(version(db)).toBe(MIGRATIONS.length)
    expect(db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'half'").get()).toBeUndefined()
  })

  it('of a newer program is refused and left as it is', () => {
    writeEight(dir.path)
    const db = new DatabaseSync(join(dir.path, JOURNAL_FILE))
    db.exec('PRAGMA user_version = 999')
    db.close()
    expect(() => openJournal(dir.path)).toThrow(expect.objectContaining({ code: 'E_JOURNAL_NEWER' }))
    const after = new DatabaseSync(join(dir.path, JOURNAL_FILE))
    expect(version(after)).toBe(999)
    after.close()
  })
})
