import Type from 'typebox'
import { OrderBodies } from '#cloud-sync/contract/messages.ts'
import { orderGoods } from '../distribution/orders.ts'
import type { ApiDeps } from './deps.ts'
import { type Route, route } from './route.ts'

const params = Type.Object({ site: Type.String({ minLength: 1, maxLength: 32 }) })
const Ordered = Type.Object({
  orders: Type.Array(Type.Object({ site: Type.String(), seq: Type.Integer({ minimum: 1 }) })),
})

export const distributionRoutes = (deps: ApiDeps): readonly Route[] => [
  route({
    method: 'POST',
    url: '/api/sites/:site/shipments',
    summary: '送货单 a shipment note, sent to its site',
    access: 'goods.order',
    params,
    body: OrderBodies.shipment,
    answer: Ordered,
    handle: ({ params: { site }, body, person }) =>
      orderGoods(deps, { kind: 'shipment', body }, { person: person.id, site }),
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
  route({
    method: 'POST',
    url: '/api/sites/:site/lists',
    summary: '清单 a list of the site, replaced whole: par levels, look-alikes, overrides',
    access: 'list.order',
    params,
    body: OrderBodies.list,
    answer: Ordered,
    handle: ({ params: { site }, body, person }) =>
      orderGoods(deps, { kind: 'list', body }, { person: person.id, site }),
  }),
]
