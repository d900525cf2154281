import Type from 'typebox'
import { OrderBodies, SiteList } from '#cloud-sync/contract/messages.ts'
import { findList, listLists } from '../distribution/lists.ts'
import { orderGoods } from '../distribution/orders.ts'
import { dispensedOf, listRecalls } from '../distribution/recalls.ts'
import { listReplenishments, listShipments } from '../distribution/shipments.ts'
import type { ApiDeps } from './deps.ts'
import { type Route, route } from './route.ts'
import {
  RecallDispensedSchema,
  RecallSchema,
  ReplenishmentSchema,
  ShipmentSchema,
  SiteListDetailSchema,
  SiteListSchema,
} from './schemas-goods.ts'

const site = Type.String({ minLength: 1, maxLength: 32 })
const params = Type.Object({ site })
const listParams = Type.Object({
  site,
  name: Type.Union([Type.Literal('override'), Type.Literal('look-alike'), Type.Literal('par')]),
})
const recallParams = Type.Object({ recall: Type.String({ minLength: 1, maxLength: 64 }) })
const listForSites = Type.Object({
  sites: Type.Array(site, { minItems: 1, maxItems: 500 }),
  list: SiteList,
})
const Ordered = Type.Object({
  orders: Type.Array(Type.Object({ site: Type.String(), seq: Type.Integer({ minimum: 1 }) })),
})

const shipmentRoutes = (deps: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    url: '/api/shipments',
    summary: '送货单 shipment notes of all sites and how far they are, newest first',
    access: 'goods.read',
    answer: Type.Array(ShipmentSchema),
    handle: () => listShipments(deps.db),
  }),
  route({
    method: 'GET',
    url: '/api/replenishments',
    summary: '补货提议 what sites ask for and nobody has sent since',
    access: 'goods.read',
    answer: Type.Array(ReplenishmentSchema),
    handle: () => listReplenishments(deps.db),
  }),
  route({
    method: 'POST',
    url: '/api/sites/:site/shipments',
    summary: '送货单 a shipment note, sent to its site; the same one again is sent once',
    access: 'goods.order',
    params,
    body: OrderBodies.shipment,
    answer: Ordered,
    handle: ({ params: { site: to }, body, person }) =>
      orderGoods(deps, { kind: 'shipment', body }, { person: person.id, to: [to] }),
  }),
]

const recallRoutes = (deps: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    url: '/api/recalls',
    summary: '召回 recalls with each site’s answer and what of them lies there, newest first',
    access: 'goods.read',
    answer: Type.Array(RecallSchema),
    handle: () => listRecalls(deps.db),
  }),
  route({
    method: 'GET',
    url: '/api/recalls/:recall/dispensed',
    summary: '召回去向 withdrawals that took packs of a recalled lot, newest first',
    access: 'reconciliation.read',
    params: recallParams,
    answer: RecallDispensedSchema,
    handle: ({ params: { recall } }) => dispensedOf(deps.db, recall),
  }),
  route({
    method: 'POST',
    url: '/api/recalls',
    summary: '召回 a recall, or with `lift` its end, at every site',
    access: 'goods.order',
    body: OrderBodies.recall,
    answer: Ordered,
    handle: ({ body, person }) => orderGoods(deps, { kind: 'recall', body }, { person: person.id }),
  }),
]

const listRoutes = (deps: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    url: '/api/lists',
    summary: '清单 the lists of every site: what was sent last, and what holds there',
    access: 'goods.read',
    answer: Type.Array(SiteListSchema),
    handle: () => listLists(deps.db),
  }),
  route({
    method: 'GET',
    url: '/api/sites/:site/lists/:name',
    summary: '清单 one list as it was sent last, with its versions',
    access: 'goods.read',
    params: listParams,
    answer: SiteListDetailSchema,
    handle: ({ params: which }) => findList(deps.db, which),
  }),
  route({
    method: 'POST',
    url: '/api/lists',
    summary: '清单 a new version of a list for several sites, all or none',
    access: 'list.order',
    body: listForSites,
    answer: Ordered,
    handle: ({ body: { sites, list }, person }) =>
      orderGoods(
        deps,
        { kind: 'list', body: list },
        { person: person.id, to: [...new Set(sites)], newVersion: true },
      ),
  }),
  route({
    method: 'POST',
    url: '/api/sites/:site/lists',
    summary: '清单 a list of the site, replaced whole: par levels, look-alikes, overrides',
    access: 'list.order',
    params,
    body: OrderBodies.list,
    answer: Ordered,
    handle: ({ params: { site: to }, body, person }) =>
      orderGoods(deps, { kind: 'list', body }, { person: person.id, to: [to] }),
  }),
]

export const distributionRoutes = (deps: ApiDeps): readonly Route[] => [
  ...shipmentRoutes(deps),
  ...recallRoutes(deps),
  ...listRoutes(deps),
]
