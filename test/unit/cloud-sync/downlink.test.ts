import { describe, expect, it } from 'vitest'
import { type OrderBatch, parseMessage, Watermark } from '#cloud-sync/contract/messages.ts'
import { siteTopics } from '#cloud-sync/contract/topics.ts'
import { startDownlink } from '#cloud-sync/downlink/downlink.ts'
import { createBadLink } from '#test/lib/cloud-sync-bad-link.ts'
import { createToySink } from '#test/lib/cloud-sync-logs.ts'
import { createFakeTime, createLog } from '#test/lib/cloud-sync-time.ts'

const SITE = 's001'
const topics = siteTopics('yunxi', SITE)
const AT = '2026-11-22T01:00:00.000Z'

const orders = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => ({
    seq: first + i,
    at: AT,
    kind: 'formulary',
    body: {},
  }))

const setUp = ({ connected = true } = {}) => {
  const { clock } = createFakeTime()
  const log = createLog()
  const net = createBadLink(log)
  const sink = createToySink()
  if (connected) net.connect()
  const downlink = startDownlink({ link: net.link, site: SITE, topics, sink, clock, log })
  const raw = async (text: string) => {
    net.send(topics.orders, text)
    net.deliverToSite()
    await downlink.idle()
  }
  const send = (batch: Partial<OrderBatch>) =>
    raw(JSON.stringify({ site: SITE, epoch: 1, at: AT, head: 0, orders: [], ...batch }))
  /** What was acknowledged since last asked, as [epoch, committed]. */
  const acks = () =>
    net.toCentre.splice(0).map(({ topic, payload }) => {
      expect(topic).toBe(topics.ordersAck)
      const { epoch, committed } = parseMessage(Watermark, payload)
      return [epoch, committed]
    })
  return { net, sink, log, downlink, send, raw, acks }
}

describe('the downlink', () => {
  it('says where the site stands as soon as the link is up', () => {
    const { net, acks } = setUp({ connected: false })
    expect(acks()).toEqual([])
    net.connect()
    expect(acks()).toEqual([[1, 0]])
    net.disconnect()
    net.connect()
    expect(acks()).toEqual([[1, 0]])
  })

  it('commits orders in their order and acknowledges after the commit', async () => {
    const { sink, send, acks } = setUp()
    acks()
    await send({ head: 3, orders: orders(1, 3) })
    expect(sink.orders.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(acks()).toEqual([[1, 3]])
  })

  it('drops what it already has, and says so', async () => {
    const { sink, send, acks } = setUp()
    await send({ head: 3, orders: orders(1, 3) })
    acks()
    await send({ head: 5, orders: orders(2, 5) })
    await send({ head: 5, orders: orders(1, 4) })
    expect(sink.orders.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
    expect(acks()).toEqual([
      [1, 5],
      [1, 5],
    ])
  })

  it('stops before a gap, between batches and within one, and asks from there', async () => {
    const { sink, send, acks, downlink } = setUp()
    acks()
    await send({ head: 9, orders: orders(3, 9) })
    await send({ head: 9, orders: [...orders(1, 2), ...orders(4, 9)] })
    expect(sink.orders.map(({ seq }) => seq)).toEqual([1, 2])
    expect(acks()).toEqual([
      [1, 0],
      [1, 2],
    ])
    expect(downlink.stats().faults).toEqual({ E_DOWNLINK_GAP: 2 })
    expect(sink.fresh).toEqual([])
  })

  it('takes a larger epoch from its first order on, and only then', async () => {
    const { sink, send, acks, downlink } = setUp()
    await send({ head: 3, orders: orders(1, 3) })
    acks()
    await send({ epoch: 2, head: 5, orders: orders(4, 5) })
    expect(acks()).toEqual([[1, 3]])
    await send({ epoch: 2, head: 2, orders: orders(1, 2) })
    expect(acks()).toEqual([[2, 2]])
    await send({ epoch: 1, head: 4, orders: orders(4, 4) })
    expect(acks()).toEqual([[2, 2]])
    expect(sink.orders.map(({ seq }) => seq)).toEqual([1, 2])
    expect(downlink.stats().faults).toEqual({ E_DOWNLINK_GAP: 1, E_DOWNLINK_EPOCH: 1 })
  })

  it('knows its list fresh only when it is complete', async () => {
    const { sink, send, acks } = setUp()
    await send({ head: 3, orders: orders(1, 2) })
    expect(sink.fresh).toEqual([])
    acks()
    await send({ head: 3 })
    expect(sink.fresh).toEqual([])
    expect(acks()).toEqual([[1, 2]])
    await send({ head: 3, orders: orders(3, 3) })
    expect(sink.fresh).toEqual([{ at: AT, head: 3 }])
    acks()
    await send({ head: 3, at: '2026-11-22T01:00:30.000Z' })
    expect(sink.fresh).toHaveLength(2)
    expect(acks()).toEqual([])
  })

  it('does not know its list fresh by an empty list of another epoch, of a shorter log, or an old one', async () => {
    const { sink, send, downlink } = setUp()
    await send({ head: 2, orders: orders(1, 2) })
    expect(sink.fresh).toHaveLength(1)
    await send({ epoch: 2, head: 2, at: '2026-11-22T01:00:30.000Z' })
    await send({ head: 1, at: '2026-11-22T01:00:30.000Z' })
    await send({ head: 2, at: '2026-11-22T00:59:00.000Z' })
    expect(sink.fresh).toHaveLength(1)
    expect(downlink.stats().faults).toEqual({ E_DOWNLINK_AHEAD: 1 })
  })

  it('acknowledges nothing when the commit fails, and takes the orders when they come again', async () => {
    const { sink, send, acks, downlink } = setUp()
    acks()
    sink.failWith(Object.assign(new Error('database is full'), { code: 'E_DISK_FULL' }))
    await send({ head: 2, orders: orders(1, 2) })
    expect(acks()).toEqual([])
    expect(sink.fresh).toEqual([])
    expect(downlink.stats().faults).toEqual({ E_DISK_FULL: 1 })
    sink.failWith(undefined)
    await send({ head: 2, orders: orders(1, 2) })
    expect(acks()).toEqual([[1, 2]])
  })

  it.each([
    ['E_MESSAGE_JSON', 'noise'],
    ['E_MESSAGE_SCHEMA', '{}'],
    ['E_MESSAGE_SCHEMA', JSON.stringify({ site: SITE, epoch: 1, at: AT, head: 1, orders: [{ seq: 0 }] })],
    ['E_DOWNLINK_SITE', JSON.stringify({ site: 's002', epoch: 1, at: AT, head: 1, orders: orders(1, 1) })],
    ['E_DOWNLINK_TIME', JSON.stringify({ site: SITE, epoch: 1, at: 'soon', head: 1, orders: orders(1, 1) })],
  ])('counts a bad message as %s and goes on', async (code, text) => {
    const { sink, send, raw, log, downlink } = setUp()
    await raw(text)
    expect(downlink.stats().faults).toEqual({ [code]: 1 })
    expect(log.entries).toContainEqual(expect.objectContaining({ code }))
    expect(sink.orders).toEqual([])
    await send({ head: 1, orders: orders(1, 1) })
    expect(sink.orders).toHaveLength(1)
  })

  it('keeps a bounded number of batches waiting; what is dropped comes again', async () => {
    const { net, sink, downlink } = setUp()
    for (let seq = 1; seq <= 40; seq++) {
      const batch = { site: SITE, epoch: 1, at: AT, head: 40, orders: orders(seq, seq) }
      net.send(topics.orders, JSON.stringify(batch))
    }
    while (net.deliverToSite());
    await downlink.idle()
    expect(sink.orders.map(({ seq }) => seq)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1))
    expect(downlink.stats().faults).toEqual({ E_DOWNLINK_BUSY: 24 })
  })

  it('is silent once stopped', async () => {
    const { sink, send, acks, downlink } = setUp()
    acks()
    downlink.stop()
    await send({ head: 1, orders: orders(1, 1) })
    expect(sink.orders).toEqual([])
    expect(acks()).toEqual([])
  })
})
