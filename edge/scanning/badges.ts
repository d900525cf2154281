import { randomBytes } from 'node:crypto'
import { MINUTE } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'

export const BADGE = 'YGB:'
const TICKET_MS = 2 * MINUTE
const TICKET = 'scan:'

/**
 * A badge that was scanned is shown to a page as a word for this one reading, not as what stands on it: whoever sees the page
 * or its wire cannot make a second badge of that.
 */
export const createBadges = (clock: EdgeClock) => {
  const read = new Map<string, { readonly badge: string; readonly until: number }>()
  const sweep = (): void => {
    for (const [ticket, { until }] of read) if (until <= clock.monotonic()) read.delete(ticket)
  }
  return {
    /** `badge` without its `YGB:`. */
    ticketFor: (badge: string): string => {
      sweep()
      const ticket = TICKET + randomBytes(18).toString('base64url')
      read.set(ticket, { badge, until: clock.monotonic() + TICKET_MS })
      return ticket
    },
    /** What a page handed in as a badge: a ticket, the text with its `YGB:`, or the bare text. */
    resolve: (text: string): string => {
      sweep()
      if (text.startsWith(TICKET)) return read.get(text)?.badge ?? text
      return text.startsWith(BADGE) ? text.slice(BADGE.length) : text
    },
  }
}

export type Badges = ReturnType<typeof createBadges>
