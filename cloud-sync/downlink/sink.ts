import type { Order } from '../contract/messages.ts'

/** Orders 1…`committed` of `epoch` are stored. A new site starts at `{ epoch: 1, committed: 0 }`. */
export type OrderMark = { readonly epoch: number; readonly committed: number }

/** Where the orders of the centre are stored at the site. */
export type OrderSink = {
  watermark(): OrderMark
  /**
   * Stores consecutive orders and moves the watermark in one transaction. They follow the watermark, or start a
   * larger epoch with number 1. `at` = when the centre sent them, ISO 8601 UTC. Throwing keeps them at the centre.
   */
  commit(epoch: number, orders: readonly Order[], at: string): Promise<void> | void
  /** The order list was complete (up to `head`) when the centre said so at `at`; `at` grows while the link is up. */
  freshAt(at: string, head: number): void
}
