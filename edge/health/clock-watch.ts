import type { JournalEvents } from '#domain/journal/events.ts'
import { SECOND } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'

const JUMP_MS = 30 * SECOND

/** Holds the wall clock against the monotonic one: each call tells how far it was moved since the call before, if by more than 30 s. */
export const createClockWatch = (clock: EdgeClock): (() => JournalEvents['clock.jump'] | undefined) => {
  let before = { wall: clock.now().getTime(), mono: clock.monotonic() }
  return () => {
    const wall = clock.now().getTime()
    const mono = clock.monotonic()
    const expected = before.wall + (mono - before.mono)
    before = { wall, mono }
    const moved = wall - expected
    if (Math.abs(moved) <= JUMP_MS) return undefined
    const [from, to] = [expected, wall].map(ms => new Date(ms).toISOString()) as [string, string]
    return { from, to, seconds: Math.round(moved / SECOND) }
  }
}
