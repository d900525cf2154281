import { sql } from 'kysely'
import { shanghaiDay } from '#domain/time.ts'
import type { Changes } from '../changes.ts'
import type { Clock } from '../clock.ts'
import type { Db, Tx } from '../db/open.ts'
import { Refusal } from '../errors.ts'
import { currentFormulary } from '../formulary/formulary.ts'
import { appendOrder } from '../release/orders.ts'
import { type GoodsOrder, problemsOf } from './check.ts'
import { refuseOldVersion } from './lists.ts'

type Deps = {
  readonly db: Db
  readonly clock: Clock
  readonly changes: Changes
  readonly wake: (site: string) => void
}
export type Ordered = { readonly orders: readonly { readonly site: string; readonly seq: number }[] }

const inStock = async (db: Db): Promise<readonly string[]> => {
  const rows = await db.selectFrom('stock').select('drug').distinct().where('quantity', '>', 0).execute()
  return rows.map(({ drug }) => drug)
}

const check = async ({ db, clock }: Deps, order: GoodsOrder): Promise<void> => {
  const known = new Set((await currentFormulary(db)).items.map(({ id }) => id))
  // What left the formulary may still lie in a drawer, and be recalled.
  if (order.kind === 'recall') for (const drug of await inStock(db)) known.add(drug)
  const world = { knows: (drug: string) => known.has(drug), today: shanghaiDay(clock.now()) }
  const problems = problemsOf(order, world)
  if (problems.length > 0) throw new Refusal('E_ORDER_INVALID', problems)
}

/** The number under which a note went out already: whoever had no answer sends it again. Errors: E_SHIPMENT_KNOWN. */
const sentBefore = async (tx: Tx, { kind, body }: GoodsOrder, site: string): Promise<number | undefined> => {
  if (kind !== 'shipment') return undefined
  const named = `"shipment":${JSON.stringify(body.shipment)}`
  const row = await tx
    .selectFrom('orders')
    .select(['seq', 'body'])
    .where('site', '=', site)
    .where('kind', '=', kind)
    .where(sql<boolean>`strpos(body, ${named}) > 0`)
    .orderBy('at')
    .limit(1)
    .executeTakeFirst()
  if (!row) return undefined
  const { by: _, ...before } = JSON.parse(row.body)
  if (JSON.stringify(before) !== JSON.stringify(body)) throw new Refusal('E_SHIPMENT_KNOWN')
  return row.seq
}

type How = {
  readonly person: string
  readonly to?: readonly string[]
  /** A version of a list that went to one of the sites before is refused. */
  readonly newVersion?: boolean
}

/**
 * Number of the order in the log of each site it went to: every site, or `to`, all or none. `person` stays in the body:
 * who ordered it. Errors: E_SITE_UNKNOWN, E_ORDER_INVALID, E_SHIPMENT_KNOWN, E_LIST_VERSION.
 */
export const orderGoods = async (
  deps: Deps,
  order: GoodsOrder,
  { person, to, newVersion = false }: How,
): Promise<Ordered> => {
  const { db, clock, changes, wake } = deps
  await check(deps, order)
  const { kind, body } = order
  const orders = await db.transaction().execute(async tx => {
    // Locked, so that of two that come at once the second sees the first.
    const query = tx.selectFrom('sites').select('site').orderBy('site').forUpdate()
    const sites = await (to === undefined ? query : query.where('site', 'in', to)).execute()
    if (sites.length === 0 || (to && sites.length < new Set(to).size)) throw new Refusal('E_SITE_UNKNOWN')
    if (newVersion && order.kind === 'list')
      await refuseOldVersion(
        tx,
        sites.map(({ site }) => site),
        order.body,
      )
    const made = []
    for (const { site } of sites) {
      const seq =
        (await sentBefore(tx, order, site)) ??
        (await appendOrder(tx, clock, { site, kind, body: { ...body, by: person } }))
      made.push({ site, seq })
    }
    return made
  })
  changes.announce('goods', 'sites')
  for (const made of orders) wake(made.site)
  return { orders }
}
