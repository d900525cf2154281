import { YaoguiError } from '#domain/error.ts'
import type { OrderHandlers } from './authorisation/orders.ts'
import type { Lists } from './lists/lists.ts'

const notYet = (): never => {
  throw new YaoguiError('E_ORDER_KIND', {
    zh: '本终端还不认识这类指令',
    en: 'this terminal does not know this kind of order yet',
  })
}

/** Who carries out the orders that are not about authorisations. */
export const orderHandlers = ({ lists }: { readonly lists: Lists }): OrderHandlers => ({
  list: list => ({ ref: `${list.name} ${list.version}`, apply: () => lists.put(list) }),
  shipment: notYet,
  recall: notYet,
  'override-match': notYet,
})
