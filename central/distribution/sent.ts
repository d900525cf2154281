import { sql } from 'kysely'
import type { Static } from 'typebox'
import type { OrderBodies } from '#cloud-sync/contract/messages.ts'
import type { Db } from '../db/open.ts'
import type { GoodsOrder } from './check.ts'
import { told } from './told.ts'

/** An order about goods as it stands in a site's log. Its body was held against the contract when it was given. */
export type Sent<K extends GoodsOrder['kind']> = {
  readonly site: string
  readonly epoch: number
  readonly seq: number
  readonly at: string
  readonly body: Static<(typeof OrderBodies)[K]>
  /** Null: no person of the centre; it stood in the configuration. */
  readonly by: string | null
  /** The site has committed it, refused or not. */
  readonly stored: boolean
}

/** Newest first. */
export const sent = async <K extends GoodsOrder['kind']>(
  db: Db,
  kind: K,
  { limit, site }: { readonly limit: number; readonly site?: string },
): Promise<readonly Sent<K>[]> => {
  const query = db
    .selectFrom('orders')
    .leftJoin('order_ack', join =>
      join.onRef('order_ack.site', '=', 'orders.site').onRef('order_ack.epoch', '=', 'orders.epoch'),
    )
    .select(['orders.site', 'orders.epoch', 'seq', 'orders.at', 'body', 'committed'])
    // Spelled out: a parameter would not be known to imply the partial index.
    .where(sql<boolean>`kind = ${sql.lit(kind)}`)
    .orderBy('orders.at', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit)
  const rows = await (site === undefined ? query : query.where('orders.site', '=', site)).execute()
  return rows.map(({ body: json, committed, ...row }) => {
    const { by = null, ...body } = JSON.parse(json) as { readonly by?: string | null }
    const stored = committed !== null && committed >= row.seq
    return { ...row, body: body as Static<(typeof OrderBodies)[K]>, by, stored }
  })
}

type Numbered = { readonly site: string; readonly epoch: number; readonly seq: number }
const keyOf = ({ site, epoch, seq }: Numbered): string => `${site}/${epoch}/${seq}`

/** Code with which a site refused an order of this kind, if it did. */
export const refusals = async (
  db: Db,
  kind: GoodsOrder['kind'],
): Promise<(order: Numbered) => string | null> => {
  const codes = new Map(
    (await told(db, 'order.refused'))
      .filter(({ data }) => data.kind === kind)
      .map(({ site, data }) => [keyOf({ site, epoch: data.orderEpoch, seq: data.orderSeq }), data.code]),
  )
  return order => codes.get(keyOf(order)) ?? null
}
