import { MINUTE } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'
import { TRUSTED_AT } from '../health/clock-trust.ts'
import type { Database } from '../journal/database.ts'
import { getMeta } from '../journal/meta.ts'

/** Clocks this near to each other agree. */
const AGREE_MS = 5 * MINUTE

/**
 * The time by which orders are judged. A clock that was set back (or a Pi that started without a network) must not revive
 * what has expired: it is never earlier than the newest record the journal trusts. Nor must one record that was written
 * under a clock far ahead close the counter for good: once the centre's own time has agreed with the wall clock, the wall
 * clock counts, for as long as nobody moves it (the monotonic clock tells).
 */
export const createJudgedTime = ({ db, clock }: { readonly db: Database; readonly clock: EdgeClock }) => {
  /** Wall clock minus monotonic clock when it last agreed with the centre. */
  let agreed: number | undefined
  const offset = (): number => clock.now().getTime() - clock.monotonic()
  return {
    /** The centre said what time it is. */
    confirm: (centreAt: string): void => {
      if (Math.abs(Date.parse(centreAt) - clock.now().getTime()) <= AGREE_MS) agreed = offset()
    },
    now: (): Date => {
      const now = clock.now()
      if (agreed !== undefined && Math.abs(offset() - agreed) <= AGREE_MS) return now
      const newest = Date.parse(getMeta(db, TRUSTED_AT) ?? '')
      return newest > now.getTime() ? new Date(newest) : now
    },
  }
}
