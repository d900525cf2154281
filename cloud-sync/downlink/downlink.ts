import { codeOf, YaoguiError } from '#domain/error.ts'
import { OrderBatch, parseMessage, type Watermark } from '../contract/messages.ts'
import type { siteTopics } from '../contract/topics.ts'
import type { Clock, Link, Log, Unsubscribe } from '../link/port.ts'
import { acceptOrders } from './accept.ts'
import type { OrderSink } from './sink.ts'

export type DownlinkOptions = {
  readonly link: Link
  readonly site: string
  readonly topics: Pick<ReturnType<typeof siteTopics>, 'orders' | 'ordersAck'>
  readonly sink: OrderSink
  readonly clock: Clock
  readonly log: Log
}

export type DownlinkStats = {
  readonly batches: number
  readonly committed: number
  /** What was not taken, by code: E_MESSAGE_…, E_DOWNLINK_… or the code of a failed commit. */
  readonly faults: Readonly<Record<string, number>>
}

export type Downlink = {
  stats(): DownlinkStats
  /** Resolves when no batch is being worked on. */
  idle(): Promise<void>
  stop(): void
}

/** Batches that may wait while one is being committed. The centre sends again what is dropped beyond. */
const QUEUE = 16

const wrong = (code: string, en: string, zh: string) => new YaoguiError(code, { zh, en })

const parseBatch = (payload: Uint8Array, site: string): OrderBatch => {
  const batch = parseMessage(OrderBatch, payload)
  if (batch.site !== site)
    throw wrong('E_DOWNLINK_SITE', `orders for site ${batch.site}`, `指令属于其他站点 ${batch.site}`)
  if (Number.isNaN(Date.parse(batch.at)))
    throw wrong('E_DOWNLINK_TIME', `orders sent at "${batch.at}"`, `指令时间无法识别：“${batch.at}”`)
  return batch
}

/**
 * Takes the centre's orders. Invariants: one batch at a time; a watermark is sent only after its commit has
 * resolved; nothing a message says, and nothing the sink throws, leaves this file as an exception.
 */
class OrderDownlink implements Downlink {
  readonly #options: DownlinkOptions
  readonly #unsubscribe: readonly Unsubscribe[]
  readonly #faults: Record<string, number> = {}
  #tail: Promise<void> = Promise.resolve()
  #waiting = 0
  #batches = 0
  #committed = 0
  #freshest = 0
  #stopped = false

  constructor(options: DownlinkOptions) {
    this.#options = options
    const { link, topics } = options
    this.#unsubscribe = [
      link.onMessage(topics.orders, payload => this.#enqueue(payload)),
      link.onUp(() => this.#onUp()),
    ]
    this.#answer()
  }

  stats(): DownlinkStats {
    return { batches: this.#batches, committed: this.#committed, faults: { ...this.#faults } }
  }

  idle(): Promise<void> {
    return this.#tail
  }

  stop(): void {
    this.#stopped = true
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
  }

  #enqueue(payload: Uint8Array): void {
    if (this.#waiting >= QUEUE) {
      this.#fault('E_DOWNLINK_BUSY')
      return
    }
    this.#waiting++
    this.#tail = this.#tail
      .then(() => this.#take(payload))
      .catch(error => this.#fault(codeOf(error), error))
      .finally(() => this.#waiting--)
  }

  async #take(payload: Uint8Array): Promise<void> {
    if (this.#stopped) return
    const { site, sink } = this.#options
    const batch = parseBatch(payload, site)
    this.#batches++
    const { orders, complete, answer, fault } = acceptOrders(batch, sink.watermark())
    if (fault) this.#fault(fault)
    if (orders.length > 0) await sink.commit(batch.epoch, orders, batch.at)
    this.#committed += orders.length
    if (complete) this.#freshAt(batch)
    if (answer) this.#answer()
  }

  /** A message that was held up on its way says nothing new about how old the list is. */
  #freshAt({ at, head }: OrderBatch): void {
    const sent = Date.parse(at)
    if (sent <= this.#freshest) return
    this.#freshest = sent
    this.#options.sink.freshAt(at, head)
  }

  #onUp(): void {
    // The centre's clock may have been set back in between.
    this.#freshest = 0
    this.#answer()
  }

  /** Where we stand. Also sent when the link comes up: the centre goes on from there. */
  #answer(): void {
    const { link, topics, sink, clock } = this.#options
    if (this.#stopped || link.state() !== 'up') return
    try {
      const { epoch, committed } = sink.watermark()
      const mark: Watermark = { epoch, committed, at: clock.now().toISOString() }
      // If it is lost, the centre sends the orders again and is answered again.
      link.publish(topics.ordersAck, JSON.stringify(mark)).catch(() => undefined)
    } catch (error) {
      this.#fault(codeOf(error), error)
    }
  }

  #fault(code: string, err?: unknown): void {
    this.#faults[code] = (this.#faults[code] ?? 0) + 1
    this.#options.log.warn({ code, err }, 'downlink')
  }
}

/** Starts at once if the link is up, otherwise when it comes up. */
export const startDownlink = (options: DownlinkOptions): Downlink => new OrderDownlink(options)
