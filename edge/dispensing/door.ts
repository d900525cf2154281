import type { NewEvent } from '#domain/journal/events.ts'

/** What one door session can come to know: the same for a withdrawal and for the work around it. */
export type DoorEvent =
  | { readonly type: 'weighed'; readonly grams: number }
  | { readonly type: 'weigh-failed'; readonly code: string }
  | { readonly type: 'intent-written' }
  | { readonly type: 'pulsed' }
  /** `sent: false` only if it is certain that nothing reached the wire. */
  | { readonly type: 'pulse-failed'; readonly code: string; readonly sent: boolean }
  | { readonly type: 'opened' }
  | { readonly type: 'not-opened'; readonly code: string }
  | { readonly type: 'closed' }
  /** It reads open for ever: a person took the drawer out of service. */
  | { readonly type: 'given-up' }

/** What a machine asks its executor to do, in order. */
export type Effect =
  | { readonly do: 'weigh'; readonly drawer: string }
  | { readonly do: 'pulse'; readonly drawer: string }
  | { readonly do: 'await-open'; readonly drawer: string }
  | { readonly do: 'await-close'; readonly drawer: string }
  /** Write to the journal, fsynced, together with the new state; `next` is dispatched when it is on the disk. */
  | { readonly do: 'write'; readonly events: readonly NewEvent[]; readonly next?: DoorEvent }

/** Pulses for one opening of a drawer, each one asked for by a person; then it is out of service (R18). */
export const MAX_TRIES = 3
/** Standard deviation of the difference of two stable weighings, grams; commissioning will measure it per cell. */
export const SCALE_SD = 0.1

/** Code of a session that ended so: its drawer was never seen closed. */
export const STUCK = 'E_DRAWER_STUCK'

/** R18: the latch did not let go although it was asked as often as it may be. */
export const outOfService = (drawer: string): NewEvent => ({
  kind: 'drawer.service',
  data: { drawer, service: 'out-of-service', cause: 'tries', actor: null },
})

const MAY_BE_OPEN = ['pulsing', 'confirming', 'open', 'weighing-after', 'review']

/** May the drawer of this session be open now by command? Also late, after a pulse that nobody saw the outcome of. */
export const mayBeOpen = (phase: { readonly at: string; readonly before?: number | null }): boolean =>
  MAY_BE_OPEN.includes(phase.at) || (phase.at === 'failed' && phase.before !== undefined)
