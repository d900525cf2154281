import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { wrapDatabase } from '#edge/journal/database.ts'
import { createJournal } from '#edge/journal/journal.ts'
import { JOURNAL_FILE, openDatabase } from '#edge/journal/schema.ts'
import { edgeClock } from './edge-clock.ts'

export const temporaryDir = () => {
  const path = mkdtempSync(join(tmpdir(), 'yaogui-journal-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A journal on disk under a clock that the test turns. */
export const openJournal = (dir: string, clockTrusted = () => true) => {
  const clock = edgeClock()
  const db = wrapDatabase(openDatabase(join(dir, JOURNAL_FILE)))
  const errors: unknown[] = []
  const journal = createJournal({ db, clock, clockTrusted, onFlushFailed: e => errors.push(e) })
  return { clock, db, journal, errors, close: () => db.close() }
}

/** A closed journal of eight records with a recognisable text in each. */
export const writeEight = (dir: string): void => {
  const { journal, close } = openJournal(dir)
  for (let at = 1; at <= 8; at++)
    journal.append([{ kind: 'agent.stopped', data: { reason: `marker-${at}, "一"` } }])
  close()
}

/** What somebody with the file in hand does to it, past the triggers. */
export const tamper = (dir: string, ...statements: readonly string[]): void => {
  const db = new DatabaseSync(join(dir, JOURNAL_FILE))
  db.exec('DROP TRIGGER IF EXISTS journal_no_update; DROP TRIGGER IF EXISTS journal_no_delete')
  for (const sql of statements) db.exec(sql)
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
}
