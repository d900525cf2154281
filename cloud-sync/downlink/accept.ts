import type { Order, OrderBatch } from '../contract/messages.ts'
import type { OrderMark } from './sink.ts'

export type Acceptance = {
  /** To be committed now: consecutive, none of them committed yet. */
  readonly orders: readonly Order[]
  /** The watermark once they are. */
  readonly mark: OrderMark
  /** Is the list then complete, as of the batch's `at`? */
  readonly complete: boolean
  /** Tell the centre where we stand: something was stored, or it does not know that it was, or some are missing. */
  readonly answer: boolean
  readonly fault?: 'E_DOWNLINK_EPOCH' | 'E_DOWNLINK_AHEAD' | 'E_DOWNLINK_GAP'
}

/** What of a batch may be committed on top of `mark`. Everything else is answered with where we stand. */
export const acceptOrders = (batch: OrderBatch, mark: OrderMark): Acceptance => {
  const { epoch, head } = batch
  if (epoch < mark.epoch)
    return { orders: [], mark, complete: false, answer: true, fault: 'E_DOWNLINK_EPOCH' }
  let committed = epoch === mark.epoch ? mark.committed : 0
  const orders: Order[] = []
  let gap = false
  for (const order of batch.orders) {
    if (order.seq <= committed) continue
    gap = order.seq !== committed + 1
    if (gap) break
    orders.push(order)
    committed = order.seq
  }
  // A larger epoch begins with its order 1; until that is here the old one stands.
  const after = orders.length > 0 ? { epoch, committed } : mark
  const complete = after.epoch === epoch && head === committed
  const ahead = after.epoch === epoch && head < committed
  const answer = batch.orders.length > 0 || !complete
  if (gap) return { orders, mark: after, complete, answer, fault: 'E_DOWNLINK_GAP' }
  if (ahead) return { orders, mark: after, complete, answer, fault: 'E_DOWNLINK_AHEAD' }
  return { orders, mark: after, complete, answer }
}
