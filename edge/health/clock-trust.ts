import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import { getMeta } from '../journal/meta.ts'

/** A Pi without a network starts in the past: before this build was made no wall clock can be right. */
const BUILT = Date.parse('2026-11-01T00:00:00Z')

/** Time of the newest record whose clock was trusted, kept by the journal: what was written under a clock set back does not lower it. */
export const TRUSTED_AT = 'trustedAt'

/** Is the wall clock believable: not before this build, not before what was already trusted? */
export const clockTrust = ({ db, clock }: { readonly db: Database; readonly clock: EdgeClock }): boolean => {
  const now = clock.now()
  const newest =
    getMeta(db, TRUSTED_AT) ??
    db.get<{ at: string }>('SELECT at FROM journal ORDER BY seq DESC LIMIT 1')?.at ??
    ''
  return now.getTime() >= BUILT && now.toISOString() >= newest
}
