import { HOUR, MINUTE } from '#domain/time.ts'
import type { Changes } from '../changes.ts'
import { type Clock, isoNow, type Timers } from '../clock.ts'
import type { Db, Tx } from '../db/open.ts'
import {
  clearIfClosed,
  raiseClosingMissing,
  toldMissing,
  type Unclosed,
  unclosedOf,
} from '../ingest/closing-missing.ts'
import { type Log, loggable } from '../log.ts'
import { onlineSites } from '../sites/wall.ts'

const CHECK_MS = 10 * MINUTE
/** A site that comes back sends what it kept, the closings in it: for so long the same day may stay open. */
const PATIENCE_CHECKS = HOUR / CHECK_MS

type Deps = { readonly db: Db; readonly clock: Clock; readonly changes: Changes; readonly log: Log }
type Wait = Pick<Unclosed, 'epoch' | 'seq'> & { readonly checks: number }

/**
 * Raises `closing-missing` where a site is there and the days of its journal are no longer closed: whoever wants to alter
 * records unseen would stop the closings first. It takes an hour of checks that find the site online and the same finished
 * day open; a site that is away is told as offline, and its checks do not count.
 */
export const startClosingWatch = (
  { db, clock, changes, log }: Deps,
  timers: Timers,
): { readonly stop: () => Promise<void> } => {
  const waits = new Map<string, Wait>()
  let running: Promise<void> | undefined

  const change = async (work: (tx: Tx) => Promise<boolean>): Promise<void> => {
    if (await db.transaction().execute(work)) changes.announce('alarms', 'sites')
  }
  const count = ({ site, epoch, seq }: Unclosed, online: boolean): Wait => {
    const before = waits.get(site)
    const checks = before?.epoch === epoch && before.seq === seq ? before.checks : 0
    return { epoch, seq, checks: online ? checks + 1 : checks }
  }
  const judge = async (one: Unclosed, there: boolean, told: boolean): Promise<void> => {
    const { site, day, dueAt } = one
    const now = isoNow(clock)
    if (dueAt > Date.parse(now)) {
      waits.delete(site)
      if (told) await change(tx => clearIfClosed(tx, { site, now }))
      return
    }
    const wait = count(one, there)
    waits.set(site, wait)
    if (there && !told && wait.checks > PATIENCE_CHECKS)
      await change(tx => raiseClosingMissing(tx, { site, day, now }))
  }
  const check = async (): Promise<void> => {
    const online = new Set(await onlineSites(db))
    const told = await toldMissing(db)
    for (const one of await unclosedOf(db)) await judge(one, online.has(one.site), told.has(one.site))
  }

  const stop = timers.every(CHECK_MS, () => {
    running ??= check()
      .catch((error: unknown) => log.error({ err: loggable(error) }, 'closings were not checked'))
      .finally(() => {
        running = undefined
      })
  })
  return {
    stop: async () => {
      stop()
      await running
    },
  }
}
