import { codeOf } from '#domain/error.ts'
import { MINUTE, SECOND } from '#domain/time.ts'
import type { Agent } from '../agent.ts'
import { every } from '../clock.ts'
import { RETENTION } from '../config.ts'
import { createClosings } from '../journal/closings.ts'
import { tellDamage } from '../journal/open.ts'
import { createPruning } from '../journal/prune.ts'
import { loadSiteKey } from '../journal/site-key.ts'
import { createDailyBackup } from '../records/daily-backup.ts'
import { createClockWatch } from './clock-watch.ts'
import { hasRoom, isDiskCode } from './disk.ts'
import { createRoomWatch } from './disk-alarm.ts'

const CHECK_MS = 10 * SECOND
/** Days are closed within a minute of midnight. */
const CLOSE_MS = MINUTE

/**
 * What the journal needs from day to day: days closed and signed, old ones dropped, the clock and the disk watched.
 * `atStart` before anything else is written; `run` as long as the agent lives. Returns how to end it.
 */
export const createHousekeeping = (agent: Agent, dataDir: string) => {
  const { db, journal, clock, config, alarms, log } = agent
  const key = loadSiteKey(dataDir, clock.now())
  const closings = createClosings({ db, journal, clock, site: config.site, key })
  const { recordDays, lastingDays, maxMegabytes } = config.retention ?? RETENTION
  const limits = { recordDays, lastingDays, maxBytes: maxMegabytes * 1024 * 1024 }
  const pruning = createPruning({ db, journal, clock, limits })
  const dailyBackup = createDailyBackup(agent, dataDir)
  const clockMoved = createClockWatch(clock)
  const watchRoom = createRoomWatch(alarms, () => hasRoom(dataDir))

  const watch = (): void => {
    watchRoom()
    const jump = clockMoved()
    if (jump) journal.tell({ kind: 'clock.jump', data: jump })
  }

  return {
    atStart: (): void => {
      tellDamage(db, alarms)
      if (key.quarantined !== undefined)
        alarms.raise({
          id: 'site-key',
          kind: 'journal',
          level: 'alarm',
          zh: '站点签名密钥文件损坏，已启用新密钥。旧日志的签名仍可核验，请通知中心药房',
          en: 'the site’s key file was damaged and a new key is in use: tell the centre',
        })
      try {
        closings.closeDays()
      } catch (error) {
        // Days stay open until the disk takes them; anything else is a fault of ours.
        if (!isDiskCode(codeOf(error))) throw error
        log.error({ err: error }, 'days could not be closed, trying again')
      }
    },
    run: (): (() => Promise<void>) => {
      const onError = (error: unknown) => log.error({ err: error }, 'housekeeping failed, trying again')
      const stops = [
        every(clock, { ms: CHECK_MS, task: watch, onError }),
        every(clock, {
          ms: CLOSE_MS,
          task: () => {
            closings.closeDays()
            // One day a minute: a long backlog goes without anybody noticing.
            if (!agent.verification.running()) pruning.pruneOne()
          },
          onError,
        }),
        // A loop of its own: a long copy holds up no closing.
        every(clock, {
          ms: CLOSE_MS,
          task: () => {
            closings.closeDays()
            return dailyBackup.run()
          },
          onError,
        }),
      ]
      return async () => {
        for (const stop of stops) await stop()
      }
    },
  }
}
