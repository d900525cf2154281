import { MAX_MESSAGE_BYTES, type Order, type OrderBatch } from '#cloud-sync/contract/messages.ts'
import { siteTopics } from '#cloud-sync/contract/topics.ts'
import { SECOND } from '#domain/time.ts'
import type { BrokerPort } from '../broker/port.ts'
import { type Clock, isoNow, type Timers } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { type Log, loggable } from '../log.ts'

const MAX_ORDERS = 100
/** Room for the batch's own fields. */
const ENVELOPE_BYTES = 1024
const RESEND_MS = 10 * SECOND
const FRESH_MS = 30 * SECOND

type Deps = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly county: string
  readonly broker: BrokerPort
}

type Position = { readonly epoch: number; readonly head: number; readonly committed: number }

/** Where a site stands in its order log. An acknowledgement of another epoch counts as nothing. */
const positionOf = async (db: Db, site: string): Promise<Position | undefined> => {
  const row = await db
    .selectFrom('sites')
    .leftJoin('order_ack', join =>
      join.onRef('order_ack.site', '=', 'sites.site').onRef('order_ack.epoch', '=', 'sites.order_epoch'),
    )
    .select(['order_epoch', 'order_head', 'order_ack.committed'])
    .where('sites.site', '=', site)
    .executeTakeFirst()
  return row && { epoch: row.order_epoch, head: row.order_head, committed: row.committed ?? 0 }
}

const readOrders = async (
  db: Db,
  site: string,
  { epoch, committed }: Position,
): Promise<readonly Order[]> => {
  const rows = await db
    .selectFrom('orders')
    .select(['seq', 'at', 'kind', 'body'])
    .where('site', '=', site)
    .where('epoch', '=', epoch)
    .where('seq', '>', committed)
    .orderBy('seq')
    .limit(MAX_ORDERS)
    .execute()
  let bytes = ENVELOPE_BYTES
  const fitting: Order[] = []
  for (const { body, ...order } of rows) {
    bytes += Buffer.byteLength(body) + 200
    if (fitting.length > 0 && bytes > MAX_MESSAGE_BYTES) break
    fitting.push({ ...order, body: JSON.parse(body) as unknown })
  }
  return fitting
}

export type OrderSender = {
  /** Sends what the site has not acknowledged, or the sign that there is nothing new (R21). */
  readonly send: (site: string) => Promise<void>
  /** As `send`, for those who do not wait; failures are logged and the timer tries again. */
  readonly wake: (site: string) => void
  readonly stop: () => void
}

/**
 * Sends orders from each site's acknowledged watermark on: when it appears, when there are new ones, and again until it
 * acknowledges. `present` names the sites that are there.
 */
export const startOrderSender = (
  { db, clock, log, county, broker }: Deps,
  { timers, present }: { readonly timers: Timers; readonly present: () => Promise<readonly string[]> },
): OrderSender => {
  const publish = async (site: string, { onlyOutstanding }: { readonly onlyOutstanding: boolean }) => {
    const position = await positionOf(db, site)
    if (!position) return
    const orders = position.committed < position.head ? await readOrders(db, site, position) : []
    if (onlyOutstanding && orders.length === 0) return
    const { epoch, head } = position
    const batch: OrderBatch = { site, epoch, at: isoNow(clock), head, orders: [...orders] }
    await broker.publish(siteTopics(county, site).orders, JSON.stringify(batch))
  }
  const quietly = (work: Promise<void>, site?: string): Promise<void> =>
    work.catch((error: unknown) => log.error({ err: loggable(error), site }, 'orders were not sent'))
  // One site's fault is its own: the others still get theirs.
  const toAll = async (onlyOutstanding: boolean) => {
    for (const site of await present()) await quietly(publish(site, { onlyOutstanding }), site)
  }
  const stops = [
    timers.every(RESEND_MS, () => void quietly(toAll(true))),
    timers.every(FRESH_MS, () => void quietly(toAll(false))),
  ]
  const send = (site: string) => publish(site, { onlyOutstanding: false })
  return {
    send,
    wake: site => void quietly(send(site), site),
    stop: () => {
      for (const stop of stops) stop()
    },
  }
}
