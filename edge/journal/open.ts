import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { codeOf } from '#domain/error.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { EdgeClock } from '../clock.ts'
import { asDiskError } from '../health/disk.ts'
import type { Database } from './database.ts'
import { endSalvage, isEmptyFile, lastWritten, setAside, unfinishedAside } from './files.ts'
import { getMeta } from './meta.ts'
import { type RebuildOptions, rebuildJournal } from './rebuild.ts'
import { JOURNAL_FILE, journalDamaged, openDatabase } from './schema.ts'
import { SITE_KEY_FILE } from './site-key.ts'

/** The key is made after the journal: a folder that has one without the other has lost its journal. */
const hasLost = (path: string): boolean =>
  isEmptyFile(path) &&
  (existsSync(join(dirname(path), SITE_KEY_FILE)) ||
    (!existsSync(path) && unfinishedAside(path) !== undefined))

const open = (path: string): DatabaseSync => {
  const db = openDatabase(path)
  endSalvage(path)
  return db
}

const rebuild = (options: RebuildOptions): DatabaseSync => {
  const { path } = options
  try {
    rebuildJournal(options)
    return open(path)
  } catch (cause) {
    const disk = asDiskError(cause)
    throw disk === cause && codeOf(cause) === 'E_UNEXPECTED' ? journalDamaged(path, cause) : disk
  }
}

/**
 * Opens the journal of a data folder. A damaged one is set aside, what can be read of it salvaged, and a new epoch
 * begun. Errors: E_DISK_*, E_JOURNAL_NEWER, and E_JOURNAL_DAMAGED when even a new one cannot be made.
 */
export const openJournalFile = (dataDir: string, clock: EdgeClock): DatabaseSync => {
  const path = join(dataDir, JOURNAL_FILE)
  if (hasLost(path)) {
    const aside = existsSync(path) ? setAside(path, clock.now()) : unfinishedAside(path)
    return rebuild({ path, aside, clock, written: aside === undefined ? 0 : lastWritten(aside) })
  }
  // Before SQLite touches it.
  const written = lastWritten(path)
  try {
    return open(path)
  } catch (error) {
    if (codeOf(error) !== 'E_JOURNAL_DAMAGED') throw error
    return rebuild({ path, aside: setAside(path, clock.now()), clock, written })
  }
}

/** Says once, as an alarm that stays, that this journal was built anew from a damaged one. */
export const tellDamage = (db: Database, alarms: Alarms): void => {
  const text = getMeta(db, 'damaged')
  if (text === undefined) return
  const {
    aside,
    lost,
    beside = false,
  } = JSON.parse(text) as {
    aside: string | null
    lost: number
    beside?: boolean
  }
  const file = aside === null ? '' : basename(aside)
  alarms.raise({
    id: 'journal-damaged',
    kind: 'journal',
    level: 'alarm',
    zh: `日志文件损坏，已从中恢复并启用新纪元${lost > 0 ? '，有记录未能读出' : ''}。发药前请逐个抽屉盘点；原文件 ${file} 请保留`,
    en: `the journal was damaged and built anew${lost > 0 ? ', some records could not be read' : ''}: count every drawer before dispensing, and keep ${file}`,
  })
  if (beside)
    alarms.raise({
      id: 'journal-beside',
      kind: 'journal',
      level: 'alarm',
      zh: '日志修复后，越权取药、钥匙和停机补录的登记可能不全：请对照纸质登记，与中心药房逐笔核对后再按这些处方发药',
      en: 'after the repair of the journal, overrides, key custody or downtime entries may be missing: hold them against the paper and the central pharmacy before those prescriptions are dispensed',
    })
  // The alarm may only be in memory yet: then it is said again at the next start.
  if (db.get("SELECT 1 FROM alarms WHERE id = 'journal-damaged'"))
    db.run("DELETE FROM meta WHERE key = 'damaged'")
}
