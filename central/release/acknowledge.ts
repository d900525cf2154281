import { parseMessage, Watermark } from '#cloud-sync/contract/messages.ts'
import { YaoguiError } from '#domain/error.ts'
import type { Changes } from '../changes.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db } from '../db/open.ts'

/**
 * What a site says it has committed of its orders. It is believed downwards too: a site that lost its memory gets them
 * again. True when the site's position moved, so that the rest may be sent at once; an unchanged position waits for the
 * timer, or a site that refuses an order would make a loop. Errors: those of `parseMessage`, E_ORDERS_AHEAD.
 */
export const acknowledgeOrders = async (
  { db, clock, changes }: { readonly db: Db; readonly clock: Clock; readonly changes: Changes },
  { site, payload }: { readonly site: string; readonly payload: Uint8Array },
): Promise<boolean> => {
  const { epoch, committed } = parseMessage(Watermark, payload)
  const at = isoNow(clock)
  const moved = await db.transaction().execute(async tx => {
    const log = await tx
      .selectFrom('sites')
      .select(['order_epoch', 'order_head'])
      .where('site', '=', site)
      .executeTakeFirstOrThrow()
    if (epoch > log.order_epoch || (epoch === log.order_epoch && committed > log.order_head))
      throw new YaoguiError('E_ORDERS_AHEAD', {
        zh: `站点${site}确认了中心没有发出的指令，中心的数据可能是旧备份`,
        en: `site ${site} acknowledges orders this centre never gave: an old backup?`,
      })
    const before = await tx.selectFrom('order_ack').selectAll().where('site', '=', site).executeTakeFirst()
    await tx
      .insertInto('order_ack')
      .values({ site, epoch, committed, at })
      .onConflict(conflict => conflict.column('site').doUpdateSet({ epoch, committed, at }))
      .execute()
    if (epoch === log.order_epoch)
      await tx
        .updateTable('releases')
        .set({ delivered_at: at })
        .where('site', '=', site)
        .where('order_seq', '<=', committed)
        .where('delivered_at', 'is', null)
        .execute()
    return before?.epoch !== epoch || before.committed !== committed
  })
  if (moved) changes.announce('sites', 'prescriptions')
  return moved
}
