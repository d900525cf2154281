import type { RxStatus, RxView } from '#cloud-sync/contract/central-api.ts'
import { rankOf } from '../words/results.ts'

export const FILTERS = ['waiting', 'released', 'dispensed', 'returned', 'revoked', 'expired', 'all'] as const
export type Filter = (typeof FILTERS)[number]

/** Waiting ones: worst result first, then whoever waits longest. All others: newest first. */
export const sorted = (list: readonly RxView[], filter: Filter): readonly RxView[] =>
  [...list].sort((a, b) =>
    filter === 'waiting'
      ? rankOf(a.result) - rankOf(b.result) || a.postedAt.localeCompare(b.postedAt)
      : b.postedAt.localeCompare(a.postedAt),
  )

export const queuePath = (filter: Filter, site: string): string => {
  const query = new URLSearchParams()
  if (filter !== 'all') query.set('status', filter satisfies RxStatus)
  if (site) query.set('site', site)
  return `/api/prescriptions${query.size > 0 ? `?${query}` : ''}`
}

/** Since the prescription arrived, milliseconds. */
export const waitedMs = (rx: RxView, now: number): number => Math.max(0, now - Date.parse(rx.postedAt))

/** Own service goal for the response clock: past it the waiting time is shown as late. */
export const LATE_MS = 30 * 60_000
