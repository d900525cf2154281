import type { OrderKind } from '#cloud-sync/contract/messages.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { Refusal } from '../errors.ts'
import { appendOrder } from '../release/orders.ts'

/** Orders about goods: what is sent, what is recalled, which lists hold. Unlike an authorisation nothing of them is signed. */
export type GoodsOrder = {
  readonly kind: Extract<OrderKind, 'shipment' | 'recall' | 'list'>
  readonly body: object
}
type Deps = { readonly db: Db; readonly clock: Clock; readonly wake: (site: string) => void }

/** Number of the order in the log of each site it went to. `person` stays in the body: who ordered it. Errors: E_SITE_UNKNOWN. */
export const orderGoods = async (
  { db, clock, wake }: Deps,
  { kind, body }: GoodsOrder,
  { person, site }: { readonly person: string; readonly site?: string },
): Promise<{ readonly orders: readonly { readonly site: string; readonly seq: number }[] }> => {
  const orders = await db.transaction().execute(async tx => {
    const query = tx.selectFrom('sites').select('site').orderBy('site')
    const sites = await (site === undefined ? query : query.where('site', '=', site)).execute()
    if (sites.length === 0) throw new Refusal('E_SITE_UNKNOWN')
    const made = []
    for (const one of sites) {
      const seq = await appendOrder(tx, clock, { site: one.site, kind, body: { ...body, by: person } })
      made.push({ site: one.site, seq })
    }
    return made
  })
  for (const made of orders) wake(made.site)
  return { orders }
}
