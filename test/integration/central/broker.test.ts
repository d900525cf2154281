import { connect as connectTcp } from 'node:net'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedBroker, startEmbeddedBroker } from '#central/broker/embedded.ts'
import type { InboundMessage } from '#central/broker/port.ts'
import { MAX_MESSAGE_BYTES } from '#cloud-sync/contract/messages.ts'
import { hostStateTopic, siteTopics } from '#cloud-sync/contract/topics.ts'
import { silent } from '../../lib/central-fixture.ts'
import { connectSite } from '../../lib/central-site.ts'

describe('the centre’s broker', () => {
  let broker: EmbeddedBroker
  const messages: InboundMessage[] = []
  const connect = (site: string) => connectSite({ port: broker.port, site, secret: `secret-of-${site}` })
  const open = (options: mqtt.IClientOptions) =>
    mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0, ...options }, false)

  beforeAll(async () => {
    broker = await startEmbeddedBroker({
      ...{ host: '127.0.0.1', port: 0, county: 'yunxi', log: silent },
      authenticate: async (site, secret) => secret === `secret-of-${site}`,
    })
    broker.onMessage(message => messages.push(message))
  })
  afterAll(() => broker.close())

  it('lets nobody in without the secret of his site', async () => {
    await expect(open({ username: 's001', password: 'wrong' })).rejects.toMatchObject({ code: 4 })
    await expect(open({ username: 's001', password: 'secret-of-s002' })).rejects.toMatchObject({ code: 4 })
    await expect(open({})).rejects.toMatchObject({ code: 4 })
  })

  it('lets nobody in who wants his messages kept: the logs keep them', async () => {
    const kept = { username: 's001', password: 'secret-of-s001', clientId: 'kept', clean: false }
    await expect(open(kept)).rejects.toMatchObject({ code: 4 })
    const client = await open({ ...kept, clean: true })
    await client.endAsync()
  })

  it('hands over what a site says on its own topics, with the site that said it', async () => {
    const site = await connect('s001')
    await site.publish(site.topics.live, { hello: 1 })
    await expect.poll(() => messages.length).toBe(1)
    expect(messages[0]).toMatchObject({ site: 's001', topic: site.topics.live })
    await site.close()
  })

  it('cuts a site that publishes for another, for the centre, or retains what is not its state', async () => {
    const other = siteTopics('yunxi', 's002')
    const own = siteTopics('yunxi', 's001')
    const attempts: readonly (readonly [string, boolean])[] = [
      [other.history, false],
      [other.state, true],
      [own.orders, false],
      [own.historyAck, false],
      [own.live, true],
      [hostStateTopic('yunxi'), true],
      [`${own.live}/more`, false],
      ['$SYS/anything', false],
    ]
    for (const [topic, retain] of attempts) {
      messages.length = 0
      const site = await connect('s001')
      const closed = new Promise<void>(resolve => site.client.once('close', () => resolve()))
      site.client.publish(topic, 'x', { qos: 1, retain }, () => {})
      await closed
      expect(messages.filter(message => message.topic === topic)).toEqual([])
    }
  })

  it('refuses a subscription to other sites, and to any wildcard', async () => {
    const client = await open({ username: 's001', password: 'secret-of-s001' })
    const other = siteTopics('yunxi', 's002')
    for (const topic of [
      other.orders,
      other.state,
      '#',
      'yunxi/#',
      'yaogui/v1/yunxi/+/down/orders',
      '$SYS/#',
    ]) {
      const granted = await client.subscribeAsync(topic, { qos: 1 }).catch(() => [{ qos: 128 }])
      expect(granted.map(({ qos }) => qos)).toEqual([128])
    }
    await client.endAsync()
  })

  it('keeps the host’s state for whoever comes later', async () => {
    await broker.publish(hostStateTopic('yunxi'), '{"online":true}', { retain: true })
    const client = await open({ username: 's001', password: 'secret-of-s001' })
    const received = new Promise(resolve =>
      client.once('message', (_topic, payload) => resolve(String(payload))),
    )
    await client.subscribeAsync(hostStateTopic('yunxi'), { qos: 1 })
    expect(await received).toBe('{"online":true}')
    await client.endAsync()
  })

  it('carries the largest message of the contract and cuts whoever sends a larger one', async () => {
    const site = await connect('s001')
    messages.length = 0
    await site.client.publishAsync(site.topics.history, Buffer.alloc(MAX_MESSAGE_BYTES, 'x'), { qos: 1 })
    await expect.poll(() => messages.at(0)?.payload.byteLength).toBe(MAX_MESSAGE_BYTES)
    const closed = new Promise<void>(resolve => site.client.once('close', () => resolve()))
    site.client.publish(
      site.topics.history,
      Buffer.alloc(MAX_MESSAGE_BYTES + 8192, 'x'),
      { qos: 1 },
      () => {},
    )
    await closed
    expect(messages.filter(({ topic }) => topic === site.topics.history)).toHaveLength(1)
  })

  it('cuts a stranger who announces a huge packet before a byte of it is gathered', async () => {
    const socket = connectTcp(broker.port, '127.0.0.1')
    const closed = new Promise(resolve => socket.once('close', resolve))
    socket.on('error', () => {})
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
    await closed
  })

  it('speaks the will of a site that was cut, and of a half-dead connection before its successor', async () => {
    const first = await connect('s003')
    await first.online()
    messages.length = 0
    const second = await connect('s003')
    await second.online()
    // Wills of sites that were cut in the tests before may still be spoken.
    const states = () =>
      messages
        .filter(({ site }) => site === 's003')
        .map(({ payload }) => (JSON.parse(String(payload)) as { online: boolean }).online)
    await expect.poll(states).toEqual([false, true])
    second.cut()
    await expect.poll(states).toEqual([false, true, false])
  })
})
