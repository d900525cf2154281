import type { DatabaseSync } from 'node:sqlite'
import { YaoguiError } from '#domain/error.ts'
import { FIRST } from './migrations/0001-first.ts'
import { JOURNAL } from './migrations/0002-journal.ts'
import { OPERATIONS } from './migrations/0003-operations.ts'
import { PEOPLE } from './migrations/0004-people.ts'
import { STOCK } from './migrations/0005-stock.ts'
import { WATCH } from './migrations/0006-watch.ts'
import { STANDING } from './migrations/0007-standing.ts'
import { LEFTOVERS } from './migrations/0008-leftovers.ts'
import { LISTS } from './migrations/0009-lists.ts'

/** Forward only: the n-th brings a file from version n−1 to n (`PRAGMA user_version`). What was released is never changed. */
export const MIGRATIONS: readonly string[] = [
  FIRST,
  JOURNAL,
  OPERATIONS,
  PEOPLE,
  STOCK,
  WATCH,
  STANDING,
  LEFTOVERS,
  LISTS,
]

const versionOf = (db: DatabaseSync): number =>
  (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version

const newer = (version: number): YaoguiError =>
  new YaoguiError('E_JOURNAL_NEWER', {
    zh: `日志文件由更新的版本写成（第 ${version} 版，本程序只认识到第 ${MIGRATIONS.length} 版）`,
    en: `the journal file was written by a newer version (${version}, this one knows ${MIGRATIONS.length})`,
    wayOut: {
      zh: '请安装更新的程序；文件未被改动',
      en: 'install the newer program; the file was not touched',
    },
  })

/**
 * Brings the file up to date, one transaction a step: a power cut leaves the version before or the one after.
 * Errors: E_JOURNAL_NEWER, before anything is written.
 */
export const migrate = (db: DatabaseSync, migrations: readonly string[] = MIGRATIONS): void => {
  const start = versionOf(db)
  if (start > migrations.length) throw newer(start)
  for (const [index, sql] of migrations.entries()) {
    if (index < start) continue
    db.exec('BEGIN IMMEDIATE')
    try {
      db.exec(sql)
      db.exec(`PRAGMA user_version = ${index + 1}`)
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }
}
