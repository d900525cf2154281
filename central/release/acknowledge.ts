import { parseMessage, Watermark } from '#cloud-sync/contract/messages.ts'
import { YaoguiError } from '#domain/error.ts'
import { DAY, SECOND } from '#domain/time.ts'
import type { Changes } from '../changes.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db, Tx } from '../db/open.ts'

type Log = { readonly order_epoch: number; readonly order_head: number }
type Said = { readonly site: string; readonly epoch: number; readonly committed: number }

const isAhead = ({ epoch, committed }: Said, log: Log): boolean =>
  epoch > log.order_epoch || (epoch === log.order_epoch && committed > log.order_head)

/** An epoch is a time of creation in seconds: one from far in the future was never ours. Errors: E_ORDERS_AHEAD. */
const checkPlausible = ({ site, epoch }: Said, now: Date): void => {
  if (epoch * SECOND <= now.getTime() + DAY) return
  throw new YaoguiError('E_ORDERS_AHEAD', {
    zh: `站点${site}确认了中心没有发出的指令`,
    en: `site ${site} acknowledges orders this centre never gave`,
  })
}

/**
 * This centre was restored from a backup: the site holds orders that are no longer known here, under numbers that
 * would be given again. The log goes on in a larger epoch, so that the site takes every order of it.
 */
const startNewEpoch = async (tx: Tx, { site, epoch }: Said, { log, at }: { log: Log; at: string }) => {
  const next = Math.max(Math.floor(Date.parse(at) / SECOND), epoch + 1, log.order_epoch + 1)
  await tx
    .updateTable('orders')
    .set({ epoch: next })
    .where('site', '=', site)
    .where('epoch', '=', log.order_epoch)
    .execute()
  await tx.updateTable('sites').set({ order_epoch: next }).where('site', '=', site).execute()
  await tx.deleteFrom('order_ack').where('site', '=', site).execute()
}

/**
 * What a site says it has committed of its orders. It is believed downwards too: a site that lost its memory gets them
 * again; and upwards it shows that the centre lost its own. True when the site's position moved, so that the rest may
 * be sent at once; an unchanged position waits for the timer, or a site that refuses an order would make a loop.
 * Errors: those of `parseMessage`, E_ORDERS_AHEAD.
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
      .forUpdate()
      .executeTakeFirstOrThrow()
    const said = { site, epoch, committed }
    if (isAhead(said, log)) {
      checkPlausible(said, clock.now())
      await startNewEpoch(tx, said, { log, at })
      return true
    }
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
  if (moved) changes.announce('sites', 'prescriptions', 'goods')
  return moved
}
