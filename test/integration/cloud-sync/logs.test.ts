import { afterEach, describe, expect, it } from 'vitest'
import { hostStateTopic, siteTopics } from '#cloud-sync/contract/topics.ts'
import { startDownlink } from '#cloud-sync/downlink/downlink.ts'
import { createLink } from '#cloud-sync/link/supervisor.ts'
import { startUplink } from '#cloud-sync/uplink/uplink.ts'
import { findChainFault } from '#domain/journal/record.ts'
import { startBroker, type TestBroker } from '#test/lib/broker.ts'
import { createToyCentre, createToySink, createToySource } from '#test/lib/cloud-sync-logs.ts'
import { createFakeTime, createLog, until } from '#test/lib/cloud-sync-time.ts'
import { quietPort } from '#test/lib/ports.ts'

const topics = siteTopics('yunxi', 's001')
const hostState = (online: boolean) => JSON.stringify({ online, at: '2026-11-22T01:00:00Z' })

const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

type Manners = { readonly loseAck?: (nth: number) => boolean; readonly twice?: boolean }

/** A toy centre behind a real broker. */
const createCentre = ({ loseAck = () => false, twice = false }: Manners = {}) => {
  const logs = createToyCentre('s001')
  let answers = 0
  let broker: TestBroker
  const sendOrders = async () => {
    for (let i = 0; i < (twice ? 2 : 1); i++) await broker.publish(topics.orders, logs.orderBatch())
  }
  const open = async (port = 0) => {
    broker = await startBroker({ port })
    const { close, publish } = broker
    cleanUps.push(close)
    await publish(hostStateTopic('yunxi'), hostState(true), { retain: true })
    await broker.on(topics.history, payload => {
      const answer = logs.onHistory(payload)
      if (!loseAck(++answers))
        for (let i = 0; i < (twice ? 2 : 1); i++) void publish(topics.historyAck, answer)
    })
    await broker.on(topics.ordersAck, payload => {
      logs.onOrdersAck(payload)
      if (logs.acked() < logs.orders.length) void sendOrders()
    })
    return broker
  }
  return { ...logs, open, sendOrders, answers: () => answers }
}

const createSite = (url: string) => {
  const time = createFakeTime()
  const log = createLog()
  const source = createToySource()
  const sink = createToySink()
  const common = { site: 's001', log, clock: time.clock, timers: time.timers }
  const link = createLink({ ...common, url, county: 'yunxi', secret: 'x', version: '0', random: () => 0.5 })
  cleanUps.push(() => link.close())
  const uplink = startUplink({ ...common, link, topics, source })
  const downlink = startDownlink({ ...common, link, topics, sink })
  /** Lets time pass, second by second, until it is so. */
  const eventually = (what: string, condition: () => boolean) =>
    until(what, () => {
      if (!condition()) time.advance(1_000)
      return condition()
    })
  return { time, source, sink, link, uplink, downlink, eventually }
}

describe('the two logs over a real broker', () => {
  it('arrive whole and in order, in batches and one by one', async () => {
    const centre = createCentre()
    const { url } = await centre.open()
    const { source, sink, time } = createSite(url)
    source.append(1_050)
    centre.order(230)
    time.advance(0)
    await until('both logs', () => source.committed() === 1_050 && sink.orders.length === 230)
    expect(centre.records).toEqual(source.records)
    expect(findChainFault(centre.records)).toBeUndefined()
    expect(sink.orders).toEqual(centre.orders)
    source.append(1)
    await until('one more', () => source.committed() === 1_051)
    expect(centre.answers()).toBe(7)
  })

  it('carry records as large as a message allows', async () => {
    const centre = createCentre()
    const { url } = await centre.open()
    const { source, time } = createSite(url)
    source.append(40, JSON.stringify('药'.repeat(20_000)))
    time.advance(0)
    await until('all committed', () => source.committed() === 40)
    expect(centre.records).toEqual(source.records)
  })

  it('survive lost watermarks and doubled answers', async () => {
    const centre = createCentre({ loseAck: nth => nth % 3 !== 0, twice: true })
    const { url } = await centre.open()
    const { source, sink, eventually, uplink } = createSite(url)
    source.append(900)
    centre.order(150)
    await eventually('both logs', () => source.committed() === 900 && sink.orders.length === 150)
    expect(centre.records).toEqual(source.records)
    expect(sink.orders).toEqual(centre.orders)
    expect(uplink.stats().retries).toBeGreaterThan(0)
  })

  it('survive a broker that is restarted again and again in the middle', async () => {
    const centre = createCentre({ loseAck: nth => nth % 4 === 0 })
    let broker = await centre.open(await quietPort())
    const { source, sink, eventually } = createSite(broker.url)
    for (let round = 1; round <= 4; round++) {
      source.append(500)
      centre.order(40)
      await eventually('some of it', () => centre.records.length > (round - 1) * 500)
      await broker.close()
      source.append(10)
      broker = await centre.open(broker.port)
    }
    await eventually('both logs', () => source.committed() === source.head() && sink.orders.length === 160)
    expect(centre.records).toEqual(source.records)
    expect(sink.orders).toEqual(centre.orders)
  })

  it('go on from what the centre has after it was restored from a backup', async () => {
    const centre = createCentre()
    const { url } = await centre.open()
    const { source, time } = createSite(url)
    source.append(600)
    time.advance(0)
    await until('committed', () => source.committed() === 600)
    centre.forgetBeyond(150)
    source.append(1)
    await until('again', () => source.committed() === 601 && centre.records.length === 601)
    expect(centre.records).toEqual(source.records)
  })

  it('hold back history while ingest is down, but not orders', async () => {
    const centre = createCentre()
    const broker = await centre.open()
    await broker.publish(hostStateTopic('yunxi'), hostState(false), { retain: true })
    const { source, sink, link, time } = createSite(broker.url)
    source.append(5)
    centre.order(3)
    time.advance(0)
    await until('orders', () => sink.orders.length === 3)
    await link.publish(topics.live, '{}')
    expect(centre.answers()).toBe(0)
    await broker.publish(hostStateTopic('yunxi'), hostState(true), { retain: true })
    await until('history', () => source.committed() === 5)
  })
})
