import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { YaoguiError } from '#domain/error.ts'
import { asDiskError } from '../health/disk.ts'
import { migrate } from './migrations.ts'

/** One file holds the journal and every projection of it, so that both change in one transaction. */
export const JOURNAL_FILE = 'journal.db'

export const journalDamaged = (path: string, cause: unknown): YaoguiError =>
  new YaoguiError('E_JOURNAL_DAMAGED', {
    zh: `日志文件损坏：${path}`,
    en: `the journal file is damaged: ${path}`,
    wayOut: {
      zh: '请勿删除。复制整个数据目录，运行 yaogui journal verify 查看损坏位置，并联系技术人员',
      en: 'do not delete it: copy the data folder, run `yaogui journal verify`, and call the technician',
    },
    cause,
  })

/** https://sqlite.org/rescode.html: SQLITE_CORRUPT and SQLITE_NOTADB. */
const isDamage = (error: unknown): boolean =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  [11, 26].includes(error.errcode & 0xff)

/** SQLite's own reading of every page: a file whose pages do not fit together is damaged. */
const check = (path: string, db: DatabaseSync): void => {
  const { quick_check } = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
  if (quick_check !== 'ok') throw journalDamaged(path, quick_check)
}

const connect = (path: string): DatabaseSync => {
  try {
    return new DatabaseSync(path)
  } catch (error) {
    throw asDiskError(error)
  }
}

/**
 * Opens (or makes) the file with full synchronous commits: what a transaction returned from is on the disk.
 * Errors: E_JOURNAL_DAMAGED when SQLite's own check fails, E_JOURNAL_NEWER, E_DISK_*. Nothing is repaired or guessed
 * here, and nothing but damage is called damage.
 */
export const openDatabase = (path: string): DatabaseSync => {
  const db = connect(path)
  try {
    check(path, db)
    db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
    )
    migrate(db)
    chmodSync(path, 0o600)
    return db
  } catch (cause) {
    db.close()
    throw isDamage(cause) ? journalDamaged(path, cause) : asDiskError(cause)
  }
}
