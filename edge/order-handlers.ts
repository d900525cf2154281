import type { OrderHandlers } from './authorisation/orders.ts'
import type { Overrides } from './authority/overrides.ts'
import type { Lists } from './lists/lists.ts'
import type { Holdings } from './stock/holdings.ts'

type Parts = {
  readonly lists: Lists
  readonly holdings: Pick<Holdings, 'shipments' | 'recall'>
  /** Asked for late: orders are there before what carries them out. */
  readonly overrides: () => Overrides
}

/** Who carries out the orders that are not about authorisations. */
export const orderHandlers = ({ lists, holdings, overrides }: Parts): OrderHandlers => ({
  list: list => ({ ref: `${list.name} ${list.version}`, apply: () => lists.put(list) }),
  shipment: holdings.shipments.order,
  recall: holdings.recall,
  'override-match': body => overrides().matchOrder(body),
})
