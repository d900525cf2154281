import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { siteTopics } from '#cloud-sync/contract/topics.ts'
import { startDownlink } from '#cloud-sync/downlink/downlink.ts'
import { startUplink } from '#cloud-sync/uplink/uplink.ts'
import { findChainFault } from '#domain/journal/record.ts'
import { createBadLink } from '#test/lib/cloud-sync-bad-link.ts'
import { createToyCentre, createToySink, createToySource } from '#test/lib/cloud-sync-logs.ts'
import { createFakeTime, createLog } from '#test/lib/cloud-sync-time.ts'

const SITE = 's001'
const topics = siteTopics('yunxi', SITE)

/** One site, one centre, and between them a network that does what the test says. */
const createWorld = () => {
  const time = createFakeTime()
  const log = createLog()
  const net = createBadLink(log)
  const source = createToySource()
  const sink = createToySink()
  const centre = createToyCentre(SITE)
  const common = { link: net.link, site: SITE, topics, log }
  const start = () => ({
    uplink: startUplink({ ...common, source, timers: time.timers, batch: 4, ackTimeoutMs: 1_000 }),
    downlink: startDownlink({ ...common, sink, clock: time.clock }),
  })
  let site = start()

  const atCentre = (packet: { topic: string; payload: Uint8Array } | undefined) => {
    if (packet?.topic === topics.history) net.send(topics.historyAck, centre.onHistory(packet.payload))
    if (packet?.topic === topics.ordersAck) centre.onOrdersAck(packet.payload)
  }
  /** The network as it should be, until both logs rest. */
  const heal = async () => {
    net.connect()
    net.setHost(true)
    for (let round = 0; round < 200; round++) {
      while (net.toCentre.length > 0) atCentre(net.takeToCentre())
      while (net.deliverToSite());
      await site.downlink.idle()
      if (source.committed() === source.head() && sink.orders.length === centre.orders.length) return
      if (net.toCentre.length > 0) continue
      net.send(topics.orders, centre.orderBatch(3))
      time.advance(5_000)
    }
  }
  const restartSite = () => {
    site.uplink.stop()
    site.downlink.stop()
    site = start()
  }
  return { time, net, source, sink, centre, atCentre, heal, restartSite, idle: () => site.downlink.idle() }
}
type World = ReturnType<typeof createWorld>

/** What may happen, each with a number that chooses the victim. */
const EVENTS: Readonly<Record<string, (world: World, n: number) => void>> = {
  'a record is written': ({ source }, n) => source.append(1 + (n % 6)),
  'an order is given': ({ centre }, n) => centre.order(1 + (n % 4)),
  'the centre sends orders': ({ net, centre }) => net.send(topics.orders, centre.orderBatch(3)),
  'a message reaches the centre': ({ net, atCentre }) => atCentre(net.takeToCentre()),
  'a message reaches the centre out of order': ({ net, atCentre }, n) => atCentre(net.takeToCentre(n)),
  'a message reaches the centre twice': ({ net, atCentre }, n) => {
    const packet = net.takeToCentre(n)
    atCentre(packet)
    atCentre(packet)
  },
  'a message to the centre is lost': ({ net }, n) => void net.takeToCentre(n),
  'a message reaches the site': ({ net }) => void net.deliverToSite(),
  'a message reaches the site out of order': ({ net }, n) => void net.deliverToSite(n),
  'a message to the site is doubled': ({ net }, n) => {
    const packet = net.toSite[n % Math.max(1, net.toSite.length)]
    if (packet) net.toSite.push(packet)
  },
  'a message to the site is lost': ({ net }, n) =>
    void net.toSite.splice(n % Math.max(1, net.toSite.length), 1),
  'the link goes down': ({ net }) => net.disconnect(),
  'the link comes up': ({ net }, n) => net.connect(n % 4 > 0),
  'ingest stops or starts': ({ net }, n) => net.setHost(n % 2 > 0),
  'time passes': ({ time }, n) => time.advance((n % 10) * 400),
  'the site restarts': ({ restartSite }) => restartSite(),
}

const history = fc.array(fc.tuple(fc.constantFrom(...Object.keys(EVENTS)), fc.nat(50)), { maxLength: 120 })

const run = async (events: readonly (readonly [string, number])[], check: (world: World) => void) => {
  const world = createWorld()
  for (const [name, n] of events) {
    EVENTS[name]?.(world, n)
    await world.idle()
    check(world)
  }
  await world.heal()
  return world
}

describe('two logs over a network that loses, doubles and reorders', () => {
  it('lose nothing, double nothing and keep their order', async () => {
    await fc.assert(
      fc.asyncProperty(history, async events => {
        const { source, sink, centre } = await run(events, world => {
          // A record is never taken for safe before the centre has it.
          expect(world.source.committed()).toBeLessThanOrEqual(world.centre.records.length)
          // At every moment each copy is a beginning of the original.
          expect(world.centre.records).toEqual(world.source.records.slice(0, world.centre.records.length))
          expect(world.sink.orders).toEqual(world.centre.orders.slice(0, world.sink.orders.length))
        })
        expect(centre.records).toEqual(source.records)
        expect(findChainFault(centre.records)).toBeUndefined()
        expect(sink.orders).toEqual(centre.orders)
      }),
      { numRuns: 300 },
    )
  })

  it('become equal again after the centre was restored from a backup', async () => {
    await fc.assert(
      fc.asyncProperty(history, history, fc.nat(20), async (before, after, kept) => {
        const world = await run(before, () => undefined)
        world.centre.forgetBeyond(kept)
        for (const [name, n] of after) EVENTS[name]?.(world, n)
        world.source.append(1)
        await world.heal()
        expect(world.centre.records).toEqual(world.source.records)
      }),
      { numRuns: 100 },
    )
  })
})
