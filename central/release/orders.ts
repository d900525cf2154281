import type { OrderKind } from '#cloud-sync/contract/messages.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Tx } from '../db/open.ts'

/**
 * Appends one order to a site's log; its sequence number. Called inside the transaction of what causes it: the row of
 * the site is locked by the update, so numbers have no gaps and no twins, however many processes write.
 */
export const appendOrder = async (
  tx: Tx,
  clock: Clock,
  { site, kind, body }: { readonly site: string; readonly kind: OrderKind; readonly body: unknown },
): Promise<number> => {
  const { order_epoch: epoch, order_head: seq } = await tx
    .updateTable('sites')
    .set(eb => ({ order_head: eb('order_head', '+', 1) }))
    .where('site', '=', site)
    .returning(['order_epoch', 'order_head'])
    .executeTakeFirstOrThrow()
  const row = { site, epoch, seq, at: isoNow(clock), kind, body: JSON.stringify(body) }
  await tx.insertInto('orders').values(row).execute()
  return seq
}
