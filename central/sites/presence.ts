import { type HostState, parseMessage, SiteState } from '#cloud-sync/contract/messages.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db } from '../db/open.ts'

/** At the start nobody is known to be there: the sites say so themselves when they connect. */
export const forgetPresence = async (db: Db): Promise<void> => {
  await db.updateTable('site_status').set({ online: false }).execute()
}

/** A site was heard. Anything it says but its will means it is there. */
export const markSeen = async (db: Db, clock: Clock, site: string, online = true): Promise<void> => {
  await db
    .updateTable('site_status')
    .set({ online, seen_at: isoNow(clock) })
    .where('site', '=', site)
    .execute()
}

/** The retained `state` of a site. Errors: those of `parseMessage`. */
export const readState = (payload: Uint8Array): SiteState => parseMessage(SiteState, payload)

export const hostState = (online: boolean, clock: Clock): string => {
  const state: HostState = { online, at: isoNow(clock) }
  return JSON.stringify(state)
}
