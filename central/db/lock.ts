import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { YaoguiError } from '#domain/error.ts'

/**
 * Holds a data folder for one process. PGlite has no lock of its own and two of them on one folder destroy it. The lock
 * is SQLite's: the operating system drops it with the process, so a killed one leaves nothing stale behind.
 * Errors: E_DB_IN_USE.
 */
export const lockFolder = (folder: string): (() => void) => {
  mkdirSync(folder, { recursive: true })
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'))
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    throw new YaoguiError('E_DB_IN_USE', {
      zh: `数据目录正被另一个中心进程使用：${folder}`,
      en: `the data folder is in use by another centre: ${folder}`,
      cause,
      wayOut: { zh: '先停止那个进程', en: 'stop that process first' },
    })
  }
  return () => lock.close()
}
