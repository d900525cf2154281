import { diskError } from '#edge/health/disk.ts'
import type { Database } from '#edge/journal/database.ts'

/** `left`: instants until the power goes; null = it stays. `blownAt`: where it went. */
export type Fuse = { left: number | null; blownAt: string | null }

export type Power = {
  diskRefuses: boolean
  readonly on: () => boolean
  readonly assertOn: () => void
  /** One instant at which the power may go. Throws if it does. */
  readonly instant: (what: string) => void
}

/** What it writes passes through here: the power may go before and after, and the disk may refuse. */
export const guarded = (db: Database, power: Power): Database => {
  let depth = 0
  const writing = <T>(work: () => T): T => {
    power.assertOn()
    if (power.diskRefuses) throw diskError('E_DISK_FULL')
    return work()
  }
  return {
    ...db,
    run: (sql, ...values) => writing(() => db.run(sql, ...values)),
    transaction: work =>
      writing(() => {
        if (depth > 0) return work()
        power.instant('before a write')
        depth += 1
        try {
          return db.transaction(work)
        } finally {
          depth -= 1
          power.instant('after a write')
        }
      }),
  }
}

export const createPower = (fuse: Fuse): Power & { cut(): void } => {
  let on = true
  let last = ''
  const assertOn = (): void => {
    if (!on) throw new Error('the power is gone')
  }
  return {
    diskRefuses: false,
    on: () => on,
    assertOn,
    cut: () => {
      on = false
    },
    instant: what => {
      assertOn()
      // Asking again and again is one instant: nothing has changed in between.
      const again = what === last && what.startsWith('asking')
      last = what
      if (fuse.left === null || again) return
      fuse.left -= 1
      if (fuse.left >= 0) return
      fuse.left = null
      fuse.blownAt = what
      on = false
      assertOn()
    },
  }
}
