import {
  HistoryBatch,
  type Order,
  type OrderBatch,
  parseMessage,
  Watermark,
} from '#cloud-sync/contract/messages.ts'
import type { OrderSink } from '#cloud-sync/downlink/sink.ts'
import type { JournalSource } from '#cloud-sync/uplink/source.ts'
import { GENESIS, hashRecord, type JournalRecord } from '#domain/journal/record.ts'

/** A record that follows `last`, chained as the journal chains it. */
export const nextRecord = (
  last: Pick<JournalRecord, 'seq' | 'hash'> | undefined,
  { epoch = 1, data = '{}', kind = 'agent.started' } = {},
): JournalRecord => {
  const seq = (last?.seq ?? 0) + 1
  const body = {
    epoch,
    seq,
    at: new Date(Date.UTC(2026, 10, 22) + seq * 1_000).toISOString(),
    mono: seq * 1_000,
    boot: 'b1',
    clockTrusted: true,
    class: 'record' as const,
    kind,
    data,
    prev: last?.hash ?? GENESIS,
  }
  return { ...body, hash: hashRecord(body) }
}

export type ToySource = JournalSource & {
  append(count: number, data?: string): void
  readonly records: JournalRecord[]
  startEpoch(epoch: number): void
}

/** A journal in memory. */
export const createToySource = (): ToySource => {
  const records: JournalRecord[] = []
  const listeners = new Set<() => void>()
  let epoch = 1
  let committed = 0
  return {
    records,
    epoch: () => epoch,
    head: () => records.at(-1)?.seq ?? 0,
    committed: () => committed,
    read: (after, limit) => records.filter(({ seq }) => seq > after).slice(0, limit),
    markCommitted: seq => {
      committed = seq
    },
    onAppend: callback => {
      listeners.add(callback)
      return () => void listeners.delete(callback)
    },
    append: (count, data = '{}') => {
      for (let i = 0; i < count; i++) records.push(nextRecord(records.at(-1), { epoch, data }))
      for (const listener of listeners) listener()
    },
    startEpoch: next => {
      epoch = next
      committed = 0
      records.length = 0
    },
  }
}

export type ToySink = OrderSink & {
  readonly orders: Order[]
  readonly fresh: { readonly at: string; readonly head: number }[]
  /** The next commit throws this. */
  failWith(error: Error | undefined): void
}

/** A site's copy of the orders, in memory; refuses what does not follow. */
export const createToySink = (): ToySink => {
  const orders: Order[] = []
  const fresh: { at: string; head: number }[] = []
  let epoch = 1
  let failure: Error | undefined
  return {
    orders,
    fresh,
    failWith: error => {
      failure = error
    },
    watermark: () => ({ epoch, committed: orders.at(-1)?.seq ?? 0 }),
    commit: async (next, batch) => {
      await Promise.resolve()
      if (failure) throw failure
      if (next !== epoch) orders.length = 0
      epoch = next
      for (const order of batch) {
        if (order.seq !== orders.length + 1) throw new Error(`order ${order.seq} after ${orders.length}`)
        orders.push(order)
      }
    },
    freshAt: (at, head) => void fresh.push({ at, head }),
  }
}

/** The centre's two ends of the logs, the least that keeps the contract; for one site, in memory. */
export const createToyCentre = (site: string) => {
  const records: JournalRecord[] = []
  const orders: Order[] = []
  let epoch = 1
  let acked = 0
  let sent = 0
  const at = () => new Date(Date.UTC(2026, 10, 22, 2) + ++sent * 1_000).toISOString()
  const watermark = (): string => JSON.stringify({ epoch, committed: records.length, at: at() })
  return {
    records,
    orders,
    acked: () => acked,
    watermark,
    /** Commits what follows and answers with the watermark. */
    onHistory(payload: Uint8Array): string {
      const batch = parseMessage(HistoryBatch, payload)
      if (batch.epoch > epoch && batch.records[0]?.seq === 1) {
        epoch = batch.epoch
        records.length = 0
      }
      for (const record of batch.records)
        if (batch.epoch === epoch && record.seq === records.length + 1) records.push(record)
      return watermark()
    },
    /** As after the restoring of a backup. */
    forgetBeyond(count: number) {
      records.length = Math.min(records.length, count)
    },
    order(count: number) {
      for (let i = 0; i < count; i++)
        orders.push({ seq: orders.length + 1, at: at(), kind: 'revocation', body: { n: orders.length + 1 } })
    },
    onOrdersAck(payload: Uint8Array) {
      acked = parseMessage(Watermark, payload).committed
    },
    /** The next batch, or the sign that the list is fresh. */
    orderBatch(limit = 100): string {
      const next = orders.slice(acked, acked + limit)
      const batch: OrderBatch = { site, epoch: 1, at: at(), head: orders.length, orders: next }
      return JSON.stringify(batch)
    },
  }
}
