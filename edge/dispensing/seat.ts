import type { Seat } from './desk.ts'
import { mayBeOpen } from './door.ts'

type Session = { readonly phase: Parameters<typeof mayBeOpen>[0] }

/** What the desk sees of whoever works at it, by the phase of the running session and the drawer that it is at. */
export const seatOf = <S extends Session>(
  current: () => S | undefined,
  drawerOf: (session: S) => string,
): Seat => ({
  busy: () => (current()?.phase.at ?? 'finished') !== 'finished',
  expectedOpen: () => {
    const session = current()
    return session && mayBeOpen(session.phase) ? drawerOf(session) : undefined
  },
  inReview: () => {
    const session = current()
    return session?.phase.at === 'review' ? drawerOf(session) : undefined
  },
})
