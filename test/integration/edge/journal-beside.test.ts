import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { createCustodyTable } from '#edge/authority/custody-table.ts'
import { createOverrideTable } from '#edge/authority/override-table.ts'
import { wrapDatabase } from '#edge/journal/database.ts'
import { createJournal } from '#edge/journal/journal.ts'
import { openJournalFile, tellDamage } from '#edge/journal/open.ts'
import { JOURNAL_FILE } from '#edge/journal/schema.ts'
import { edgeClock } from '#test/lib/edge-clock.ts'
import { openJournal, temporaryDir } from '#test/lib/edge-journal.ts'

let dir: ReturnType<typeof temporaryDir>
beforeEach(() => {
  dir = temporaryDir()
})
afterEach(() => dir.remove())

const OVERRIDE = {
  override: 'o1',
  session: 's1',
  rx: 'RX-900',
  patient: '张桂芳',
  prescriber: '周敏',
  items: [{ drug: 'd', quantity: 2 }],
  actor: 'wang',
  second: null,
  reason: 'emergency',
  list: '1',
}
const KEY = { custody: 'k1', person: 'wang', second: 'he' }
const ENTRY = {
  entry: 'e1',
  custody: 'k1',
  at: '2026-11-22T01:30:00.000Z',
  rx: 'RX-901',
  patient: '张桂芳',
  items: [],
  actor: 'wang',
  second: 'he',
}

/** A morning with an override, a downtime and an entry of it; a marker far away from their rows, to spoil. */
const write = (): void => {
  const { db, journal, clock, close } = openJournal(dir.path)
  const overrides = createOverrideTable({ db, clock })
  const custody = createCustodyTable({ db, clock })
  journal.append([{ kind: 'override.started', data: OVERRIDE }], () => overrides.add(OVERRIDE))
  journal.append([{ kind: 'key.taken', data: { ...KEY, reason: 'power' } }], () =>
    custody.take({ ...KEY, reason: 'power' }),
  )
  journal.append([{ kind: 'key.returned', data: KEY }], () => custody.bringBack(KEY))
  journal.append([{ kind: 'downtime.entry', data: ENTRY }], () => custody.enter(ENTRY, undefined))
  for (let n = 1; n <= 200; n++)
    journal.append([{ kind: 'drawer.tamper', data: { drawer: `marker-${n}-${'x'.repeat(200)}` } }])
  close()
}

const path = () => join(dir.path, JOURNAL_FILE)
const withDb = <T>(work: (db: ReturnType<typeof wrapDatabase>) => T): T => {
  const { db, close } = openJournal(dir.path)
  try {
    return work(db)
  } finally {
    db.run('PRAGMA wal_checkpoint(TRUNCATE)')
    close()
  }
}
/** Overwrites a page, as a failing card does. */
const spoilPage = (page: number): void => {
  const bytes = readFileSync(path())
  bytes.fill(0xa5, (page - 1) * 4096, page * 4096)
  writeFileSync(path(), bytes)
}
const rootOf = (table: string): number =>
  withDb(db => db.get<{ p: number }>('SELECT rootpage AS p FROM sqlite_master WHERE name = ?', table)?.p ?? 0)
const spoilMarker = (): void => {
  const bytes = readFileSync(path())
  const at = bytes.indexOf('marker-120-') & ~0xfff
  bytes.fill(0xa5, at, at + 4096)
  writeFileSync(path(), bytes)
}

const reopen = () => {
  const clock = edgeClock('2026-11-23T02:00:00.000Z')
  const db = wrapDatabase(openJournalFile(dir.path, clock))
  const journal = createJournal({ db, clock, clockTrusted: () => true, onFlushFailed: () => {} })
  const alarms = createAlarms({ db, journal, clock })
  tellDamage(db, alarms)
  const result = {
    overrides: db.all('SELECT id, rx, started_at, status FROM overrides'),
    custody: db.all('SELECT id, person, returned_by FROM custody'),
    entries: db.all('SELECT id, rx, jti FROM downtime_entries'),
    lost: JSON.parse(
      db.get<{ data: string }>("SELECT data FROM journal WHERE kind = 'journal.opened'")?.data ?? '{}',
    ).lost as readonly string[] | undefined,
    told: alarms.isOpen('journal-beside'),
    doubt: db.get("SELECT value FROM meta WHERE key = 'doubtBefore'") !== undefined,
  }
  db.close()
  return result
}

const ALL = {
  overrides: [{ id: 'o1', rx: 'RX-900', started_at: '2026-11-22T02:00:00.000Z', status: 'open' }],
  custody: [{ id: 'k1', person: 'wang', returned_by: 'wang' }],
  entries: [{ id: 'e1', rx: 'RX-901', jti: null }],
}

describe('a rebuild of a damaged journal', () => {
  it('keeps overrides and downtime entries, and has no doubt where their tables are whole', () => {
    write()
    withDb(() => {})
    spoilMarker()
    expect(reopen()).toEqual({ ...ALL, lost: undefined, told: false, doubt: false })
  })

  it('puts lost rows back from the records, and says that there may be more', () => {
    write()
    const pages = ['overrides', 'downtime_entries', 'custody'].map(rootOf)
    for (const page of pages) spoilPage(page)
    expect(reopen()).toEqual({
      ...ALL,
      lost: ['overrides', 'custody', 'downtime_entries'],
      told: true,
      doubt: true,
    })
  })

  it('knows a match too, and an entry whose custody is gone', () => {
    write()
    withDb(db => {
      const { journal, close } = openJournal(dir.path)
      const data = { override: 'o1', jti: 'j9', by: 'qian', note: '已补' }
      journal.append([{ kind: 'override.matched', data }])
      close()
      db.run('DELETE FROM downtime_entries')
      db.run('DELETE FROM custody')
    })
    const before = ['overrides'].map(rootOf)
    for (const page of before) spoilPage(page)
    expect(reopen()).toMatchObject({
      overrides: [{ id: 'o1', status: 'matched' }],
      custody: [{ id: 'k1' }],
      entries: [{ id: 'e1' }],
      lost: ['overrides'],
    })
  })

  it('says so where nothing can be read at all', () => {
    write()
    writeFileSync(path(), Buffer.alloc(40_960, 0xa5))
    expect(reopen()).toMatchObject({ overrides: [], told: true, doubt: true })
  })
})
