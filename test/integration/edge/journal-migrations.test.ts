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
