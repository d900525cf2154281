import type {
  CentralRecallView,
  RecallDispensedView,
  RecalledLot,
} from '#cloud-sync/contract/central-goods.ts'
import type { CountedItem } from '#domain/journal/events.ts'
import type { Db } from '../db/open.ts'
import { Refusal } from '../errors.ts'
import { refusals, type Sent, sent } from './sent.ts'
import { told } from './told.ts'

/** Orders, not recalls: each goes to every site, and again when it is lifted. */
const LIMIT = 5_000
const DISPENSED = 2_000

type Order = Sent<'recall'>
type Recalled = { readonly drug: string; readonly lot?: string | undefined }
const covers = (recalled: Recalled, { drug, lot }: { drug: string; lot: string }): boolean =>
  recalled.drug === drug && (recalled.lot === undefined || recalled.lot === lot)

/** Since when packs are held back because of a recall: of two that cover a lot the site names one. Null: they are not. */
const holds = async (db: Db, since: string | undefined) => {
  const keyOf = (...parts: readonly string[]) => JSON.stringify(parts)
  const times = new Map<string, string>()
  const before = new Set<string>()
  for (const { site, at, data } of await told(db, 'lot.status', { since })) {
    const key = keyOf(site, data.drug, data.lot, data.drawer)
    if (data.status !== 'recalled') before.add(key)
    else if (!before.has(key)) times.set(key, at)
  }
  return (one: { site: string; drug: string; lot: string; drawer: string }): string | null =>
    times.get(keyOf(one.site, one.drug, one.lot, one.drawer)) ?? null
}

/** The word that holds now on each site; `word`: what is recalled, as said last; `first`: the order that began it. `orders` newest first. */
const lastWords = (orders: readonly Order[]) => {
  const bySite = new Map<string, Order>()
  for (const order of orders) if (!bySite.has(order.site)) bySite.set(order.site, order)
  const [last] = orders
  const isWord = ({ body }: Order): boolean => body.lift !== true
  const [word, first] = [orders.find(isWord), orders.findLast(isWord)]
  return last && word && first ? { bySite, last, word, first } : undefined
}

/** Every recall with each site's answer: has it the order, and what of it lies there. */
export const listRecalls = async (db: Db): Promise<readonly CentralRecallView[]> => {
  const orders = await sent(db, 'recall', { limit: LIMIT })
  const refusedOf = await refusals(db, 'recall')
  const heldAt = await holds(db, orders.at(-1)?.at)
  const sites = await db.selectFrom('sites').select('site').orderBy('site').execute()
  const stock = await db.selectFrom('stock').selectAll().where('quantity', '>', 0).orderBy('drawer').execute()
  const lotsAt = (site: string, of: Recalled): readonly RecalledLot[] =>
    stock
      .filter(row => row.site === site && covers(of, row))
      .map(({ drawer, lot, expiry, quantity, drug }) => ({
        ...{ drawer, lot, expiry, quantity },
        heldAt: heldAt({ site, drug, lot, drawer }),
      }))
  const groups = Map.groupBy(orders, ({ body }) => body.recall)
  return [...groups].flatMap(([recall, all]) => {
    const words = lastWords(all)
    if (!words) return []
    const { bySite, last, word, first } = words
    const { drug, lot, reason } = word.body
    const lifted = last.body.lift === true ? { at: last.at, by: last.by, reason: last.body.reason } : null
    const answers = sites.map(({ site }) => {
      const order = bySite.get(site)
      // A site that was added after the last word has never heard of it.
      const sentTo = order !== undefined && (order.body.lift === true) === (lifted !== null)
      const refused = order ? refusedOf(order) : null
      const stored = sentTo && order.stored && refused === null
      return { site, sent: sentTo, stored, refused, lots: lotsAt(site, word.body) }
    })
    const head = { recall, drug, lot: lot ?? null, reason, orderedAt: first.at, orderedBy: first.by, lifted }
    return [{ ...head, sites: answers }]
  })
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

/**
 * Who was handed packs of it: the reason to look them up is what a recall is for. Reads every withdrawal of the county
 * where the lot is named; asked for by a person, never by a page that refreshes itself. Errors: E_RECALL_UNKNOWN.
 */
export const dispensedOf = async (db: Db, recall: string): Promise<RecallDispensedView> => {
  const order = (await sent(db, 'recall', { limit: LIMIT })).find(
    ({ body }) => body.recall === recall && body.lift !== true,
  )
  if (!order) throw new Refusal('E_RECALL_UNKNOWN')
  const { drug, lot } = order.body
  const named = lot === undefined ? `"drug":${JSON.stringify(drug)}` : `"lot":${JSON.stringify(lot)}`
  const rows = await db
    .selectFrom('reconciliations')
    .select(['site', 'rx', 'prescription', 'at', 'items'])
    .where('took', '=', true)
    .where('items', 'like', `%${escapeLike(named)}%`)
    .orderBy('at', 'desc')
    .limit(DISPENSED + 1)
    .execute()
  const withdrawals = rows.slice(0, DISPENSED).flatMap(({ items, ...row }) =>
    (JSON.parse(items) as readonly CountedItem[])
      // A count that is not known may be packs in somebody's hands.
      .filter(item => covers(order.body, item) && (item.taken === null || item.taken > 0))
      .map(item => ({ ...row, lot: item.lot, quantity: item.taken })),
  )
  return { withdrawals, more: rows.length > DISPENSED }
}
