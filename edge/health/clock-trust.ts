import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'

/** A Pi without a network starts in the past: before this build was made no wall clock can be right. */
const BUILT = Date.parse('2026-11-01T00:00:00Z')

/** Is the wall clock believable: not before this build, not before the newest record? */
export const clockTrust = ({ db, clock }: { readonly db: Database; readonly clock: EdgeClock }): boolean => {
  const now = clock.now()
  const newest = db.get<{ at: string }>('SELECT at FROM journal ORDER BY seq DESC LIMIT 1')?.at ?? ''
  return now.getTime() >= BUILT && now.toISOString() >= newest
}
