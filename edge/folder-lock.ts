import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { YaoguiError } from '#domain/error.ts'
import { asDiskError } from './health/disk.ts'

/**
 * One agent a data folder: a second one would take a running withdrawal for an interrupted one. The lock is the
 * operating system's (SQLite's exclusive one on a file of its own), so that it ends with the process, however that
 * ends. Errors: E_AGENT_RUNNING, E_DISK_*.
 */
export const lockFolder = (dataDir: string): (() => void) => {
  const db = new DatabaseSync(join(dataDir, 'agent.lock'))
  try {
    // No log of its own, for which a full disk has no room: nothing is ever written here.
    db.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    db.close()
    const disk = asDiskError(cause)
    if (disk !== cause) throw disk
    throw new YaoguiError('E_AGENT_RUNNING', {
      zh: `已有一个边缘终端在使用 ${dataDir}`,
      en: `another agent already works on ${dataDir}`,
      wayOut: {
        zh: '请先停止它，或用 --data 另选目录',
        en: 'stop it first, or choose another folder with --data',
      },
      cause,
    })
  }
  return () => db.close()
}
