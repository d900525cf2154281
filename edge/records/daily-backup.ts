import { codeOf } from '#domain/error.ts'
import { HOUR, MINUTE, shanghaiDay } from '#domain/time.ts'
import type { Agent } from '../agent.ts'
import { getMeta, setMeta } from '../journal/meta.ts'
import { makeBackup } from './backup.ts'

type Parts = Pick<Agent, 'db' | 'journal' | 'alarms' | 'clock' | 'config' | 'log'>

/** When the newest copy was made; milliseconds of the wall clock. */
const MADE_AT = 'backupAt'
/** A start has more urgent things to do. */
const SETTLE_MS = MINUTE
/** After a copy that failed. */
const AGAIN_MS = HOUR

const NONE = {
  id: 'backup-none',
  kind: 'backup-none',
  level: 'warning',
  zh: '没有设置每日备份：日志只在这一块存储卡上。请技术人员设置第二处存放位置',
  en: 'no daily backup is set up: the journal is on this card alone',
} as const

const failed = (problem: string) => ({
  id: 'backup-failed',
  kind: 'backup-failed' as const,
  level: 'alarm' as const,
  zh: `每日备份失败，一小时后重试，请检查备份位置：${problem}`,
  en: `the daily backup failed, it is tried again in an hour: ${problem}`,
})

/**
 * To be called after the days were closed, each minute and at start: copies the journal once a day, the closing of the
 * day before in it. That there is no second place is a warning, never silence.
 */
export const createDailyBackup = ({ db, journal, alarms, clock, config, log }: Parts, dataDir: string) => {
  let running = false
  let notBefore = clock.monotonic() + SETTLE_MS

  const isDue = (): boolean => {
    const made = Number(getMeta(db, MADE_AT) ?? 0)
    // Another day, not a later one: a clock that was ahead once must not put the next copy off for years.
    return shanghaiDay(new Date(made)) !== shanghaiDay(clock.now())
  }

  const attempt = async (dir: string, keep: number): Promise<void> => {
    try {
      journal.flush()
      const made = await makeBackup({ dataDir, dir, keep, day: shanghaiDay(clock.now()) })
      const { file, bytes, head } = made
      journal.append([{ kind: 'backup.made', data: { file, bytes, head, verified: true } }], () =>
        setMeta(db, MADE_AT, String(clock.now().getTime())),
      )
      alarms.clear('backup-failed')
    } catch (error) {
      notBefore = clock.monotonic() + AGAIN_MS
      const problem = error instanceof Error ? error.message : String(error)
      log.error({ err: error }, 'the daily backup failed')
      journal.tell({ kind: 'backup.failed', data: { code: codeOf(error), problem } })
      alarms.raise(failed(problem))
    }
  }

  return {
    run: async (): Promise<void> => {
      const { backup } = config
      if (running || clock.monotonic() < notBefore) return
      if (!backup) {
        alarms.raise(NONE)
        return
      }
      alarms.clear(NONE.id)
      if (!isDue()) return
      running = true
      try {
        await attempt(backup.dir, backup.keep)
      } finally {
        running = false
      }
    },
  }
}
