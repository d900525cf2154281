import { notStanding, type StandingState, standing } from '#domain/cold-chain/standing.ts'
import { codeOf } from '#domain/error.ts'
import type { EdgeClock } from '../clock.ts'
import { isDiskCode } from '../health/disk.ts'
import type { Database } from '../journal/database.ts'

type Options = {
  readonly db: Pick<Database, 'get' | 'run'>
  readonly clock: Pick<EdgeClock, 'now' | 'monotonic'>
  /** Its name in the table, for ever. */
  readonly subject: string
  readonly minutes: number
}

export type Standing = {
  /** As last seen, of an earlier run too. */
  readonly on: () => boolean
  /**
   * What is seen now. `write` puts a change on disk together with what it says of it; what the disk refuses is true in
   * memory all the same. Gives how long it has lasted, ms, and whether that is too long.
   */
  readonly see: (
    on: boolean,
    write?: (project: () => void) => void,
  ) => { readonly ms: number; readonly tooLong: boolean }
}

const unlessDiskRefuses = (project: () => void): void => {
  try {
    project()
  } catch (error) {
    if (!isDiskCode(codeOf(error))) throw error
  }
}

/** The names below `prefix` of which something is kept, and that are not `known` any more. */
export const goneFrom = (
  db: Pick<Database, 'all'>,
  prefix: string,
  known: { readonly has: (name: string) => boolean },
): readonly string[] =>
  db
    .all<{ subject: string }>('SELECT subject FROM standing_state')
    .filter(({ subject }) => subject.startsWith(prefix))
    .map(({ subject }) => subject.slice(prefix.length))
    .filter(name => !known.has(name))

/**
 * One thing that must not last, over restarts. Within a run the monotonic clock counts, so that setting the clock makes
 * nothing last longer; over a restart only the wall clock is left.
 */
export const createStanding = ({ db, clock, subject, minutes }: Options): Standing => {
  const stored = db.get<{ state: string }>('SELECT state FROM standing_state WHERE subject = ?', subject)
  let state: StandingState = stored ? (JSON.parse(stored.state) as StandingState) : notStanding
  const origin = clock.now().getTime() - clock.monotonic()
  const keep = (kept: StandingState): void =>
    kept.since === null
      ? db.run('DELETE FROM standing_state WHERE subject = ?', subject)
      : db.run(
          'INSERT OR REPLACE INTO standing_state (subject, state) VALUES (?, ?)',
          subject,
          JSON.stringify(kept),
        )
  return {
    on: () => state.since !== null,
    see: (on, write = unlessDiskRefuses) => {
      const at = origin + clock.monotonic()
      const { state: next } = standing(state, { at, on }, { minutes })
      const changed = next.since !== state.since || next.alarmAt !== state.alarmAt
      state = next
      if (changed) write(() => keep(next))
      return { ms: next.since === null ? 0 : at - next.since, tooLong: next.alarmAt !== null }
    },
  }
}
