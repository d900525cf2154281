import { LiveSnapshot, parseMessage } from '#cloud-sync/contract/messages.ts'
import { YaoguiError } from '#domain/error.ts'
import type { Db } from '../db/open.ts'

/** More drawers than any cabinet has. */
const MAX_STOCK = 2000

/** What a site looks like now; the next one replaces it. Errors: those of `parseMessage`, E_SITE. */
export const takeSnapshot = async (
  db: Db,
  { site, payload }: { readonly site: string; readonly payload: Uint8Array },
): Promise<void> => {
  const live = parseMessage(LiveSnapshot, payload)
  if (live.site !== site)
    throw new YaoguiError('E_SITE', {
      zh: `主题属于${site}，内容属于${live.site}`,
      en: `topic of ${site}, payload of ${live.site}`,
    })
  // A drawer may name a lot twice; the last word counts, as it would in an update.
  const keyed = new Map(live.stock.map(row => [JSON.stringify([row.drawer, row.drug, row.lot]), row]))
  const stock = [...keyed.values()].slice(0, MAX_STOCK).map(row => {
    const { drawer, drug, lot, expiry, quantity } = row
    return { site, drawer, drug, lot, expiry, quantity }
  })
  await db.transaction().execute(async tx => {
    await tx
      .updateTable('site_status')
      .set({ thermometers: JSON.stringify(live.thermometers), live_at: live.at })
      .where('site', '=', site)
      .execute()
    await tx.deleteFrom('stock').where('site', '=', site).execute()
    if (stock.length > 0) await tx.insertInto('stock').values(stock).execute()
  })
}
