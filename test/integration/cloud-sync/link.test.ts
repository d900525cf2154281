import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { MAX_MESSAGE_BYTES } from '#cloud-sync/contract/messages.ts'
import { hostStateTopic, siteTopics } from '#cloud-sync/contract/topics.ts'
import { createLink, type LinkOptions, type SupervisedLink } from '#cloud-sync/link/supervisor.ts'
import { startBroker, type TestBrokerOptions } from '#test/lib/broker.ts'
import { createFakeTime, createLog, until } from '#test/lib/cloud-sync-time.ts'
import { quietPort } from '#test/lib/ports.ts'

const topics = siteTopics('yunxi', 's001')
const hostTopic = hostStateTopic('yunxi')
const HOST_ON = JSON.stringify({ online: true, at: '2026-11-22T01:00:00Z' })

const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const broker = async (options: TestBrokerOptions = {}) => {
  const started = await startBroker(options)
  cleanUps.push(() => started.close())
  return started
}

const linkTo = (url: string, options: Partial<LinkOptions> = {}) => {
  const time = createFakeTime()
  const log = createLog()
  const happened: string[] = []
  const link: SupervisedLink = createLink({
    url,
    county: 'yunxi',
    site: 's001',
    secret: 'secret',
    version: '0.1.0',
    about: () => ({ epoch: 3, boot: 'b7' }),
    clock: time.clock,
    timers: time.timers,
    random: () => 0.5,
    log,
    ...options,
  })
  cleanUps.push(() => link.close())
  link.onUp(() => happened.push('up'))
  link.onDown(() => happened.push('down'))
  const codes = () => log.entries.flatMap(({ code }) => (code ? [code] : []))
  /** Lets the attempt that is due begin, and waits for its end in the real world. */
  const attempt = async (state: 'up' | 'down') => {
    const before = codes().length
    time.advance(time.waits()[0] ?? 0)
    await until(`link ${state}`, () => (state === 'up' ? link.state() === 'up' : codes().length > before))
  }
  return { link, time, log, happened, codes, attempt }
}
const state = (text: string | undefined) => JSON.parse(text ?? '{}') as Record<string, unknown>

describe('the link', () => {
  it('connects, says that the site is there, and hears whether the host is', async () => {
    const centre = await broker()
    await centre.publish(hostTopic, HOST_ON, { retain: true })
    const { link, attempt, happened } = linkTo(centre.url)
    const hosts: boolean[] = []
    link.onHost(online => hosts.push(online))
    expect(link.state()).toBe('down')
    await attempt('up')
    await until('host online', () => link.hostOnline())
    await until('state', () => state(centre.retained(topics.state)).online === true)
    expect(state(centre.retained(topics.state))).toMatchObject({
      site: 's001',
      version: '0.1.0',
      epoch: 3,
      boot: 'b7',
    })
    await centre.publish(hostTopic, JSON.stringify({ online: false, at: 'later' }), { retain: true })
    await until('host offline', () => !link.hostOnline())
    await centre.publish(hostTopic, 'noise')
    expect(hosts).toEqual([true, false])
    expect(happened).toEqual(['up'])
  })

  it('carries messages both ways, and a listener that throws disturbs nobody', async () => {
    const centre = await broker()
    const { link, attempt } = linkTo(centre.url)
    const received: string[] = []
    const atCentre: string[] = []
    await centre.on(topics.history, payload => atCentre.push(Buffer.from(payload).toString()))
    link.onMessage(topics.orders, () => {
      throw new Error('a bad listener')
    })
    link.onMessage(topics.orders, payload => received.push(Buffer.from(payload).toString()))
    await attempt('up')
    await link.publish(topics.history, '药')
    await centre.publish(topics.orders, '指令')
    await until('both ways', () => received.length > 0 && atCentre.length > 0)
    expect({ received, atCentre }).toEqual({ received: ['指令'], atCentre: ['药'] })
    expect(link.state()).toBe('up')
  })

  it('publishes nothing while it is down, and keeps nothing for later', async () => {
    const centre = await broker()
    const atCentre: string[] = []
    await centre.on(topics.history, payload => atCentre.push(Buffer.from(payload).toString()))
    const { link, attempt } = linkTo(centre.url)
    await expect(link.publish(topics.history, 'early')).rejects.toMatchObject({
      code: 'E_LINK_DOWN',
      kind: 'transient',
    })
    await attempt('up')
    await link.publish(topics.history, 'now')
    await until('message', () => atCentre.length > 0)
    expect(atCentre).toEqual(['now'])
  })

  it('refuses what is too large and what is too much', async () => {
    const centre = await broker()
    const { link, attempt, time } = linkTo(centre.url)
    await attempt('up')
    // The state it said on the way up counts as one of those under way.
    await until('state confirmed', () => time.waits().length === 0)
    const large = link.publish(topics.live, 'x'.repeat(MAX_MESSAGE_BYTES + 1))
    await expect(large).rejects.toMatchObject({ code: 'E_MESSAGE_SIZE', kind: 'permanent' })
    const many = await Promise.allSettled(Array.from({ length: 120 }, () => link.publish(topics.live, '{}')))
    const refused = many.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(20)
    expect(refused[0]).toMatchObject({ reason: { code: 'E_LINK_BUSY', kind: 'transient' } })
    expect(link.state()).toBe('up')
  })

  it('leaves its will when it is cut, comes back after a restart of the broker, and says goodbye at the end', async () => {
    const first = await broker({ port: await quietPort() })
    const { link, attempt, happened, time } = linkTo(first.url)
    await attempt('up')
    const lost = new Promise(resolve => link.onDown(() => resolve(undefined)))
    const pending = expect(link.publish(topics.history, 'x')).resolves.toBeUndefined()
    await pending
    await first.close()
    await lost
    await attempt('down')
    const second = await broker({ port: first.port })
    await attempt('up')
    expect(happened).toEqual(['up', 'down', 'up'])
    second.cut()
    await until('will', () => state(second.retained(topics.state)).online === false)
    await until('down', () => link.state() === 'down')
    await attempt('up')
    await until('online', () => state(second.retained(topics.state)).online === true)
    await link.close()
    await until('goodbye', () => state(second.retained(topics.state)).online === false)
    expect(time.waits()).toEqual([])
  })

  it('waits longer after each failure, and begins anew after a minute of stability', async () => {
    const centre = await broker()
    const { link, attempt, time } = linkTo(centre.url)
    const waits: (number | undefined)[] = []
    const lose = async () => {
      centre.cut()
      await until('down', () => link.state() === 'down')
      waits.push(time.waits()[0])
    }
    for (let i = 0; i < 4; i++) {
      await attempt('up')
      time.advance(59_999)
      await lose()
    }
    await attempt('up')
    time.advance(60_000)
    await lose()
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 500])
  })

  it('is cut and held down by `disable`, as by a pulled cable, until `enable`', async () => {
    const centre = await broker()
    const { link, attempt, time, happened } = linkTo(centre.url)
    await attempt('up')
    link.disable()
    expect(link.state()).toBe('down')
    await until('will', () => state(centre.retained(topics.state)).online === false)
    time.advance(3_600_000)
    expect(centre.clients()).toEqual([])
    link.enable()
    link.enable()
    await attempt('up')
    expect(happened).toEqual(['up', 'down', 'up'])
    expect(centre.clients()).toEqual(['yunxi-s001'])
  })

  it('drops a line on which nothing is confirmed although something is awaited', async () => {
    const centre = await broker()
    const { link, attempt, time, codes } = linkTo(centre.url, { stallMs: 60_000 })
    await attempt('up')
    await until('state confirmed', () => time.waits().length === 0)
    link.expectConfirmation()()
    time.advance(3_600_000)
    expect(link.state()).toBe('up')
    link.expectConfirmation()
    time.advance(59_999)
    expect(link.state()).toBe('up')
    time.advance(1)
    expect(link.state()).toBe('down')
    expect(codes()).toContain('E_LINK_STALLED')
    await attempt('up')
  })

  it('does not wait for ever for a server that accepts and says nothing', async () => {
    const silent = createServer(socket => socket.on('error', () => undefined))
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    cleanUps.push(() => new Promise(resolve => silent.close(() => resolve())))
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    const connected = new Promise(resolve => silent.once('connection', resolve))
    const { link, time, codes } = linkTo(`mqtt://127.0.0.1:${port}`)
    time.advance(0)
    await connected
    time.advance(20_000)
    expect(codes()).toEqual(['E_LINK_DOWN'])
    expect(link.state()).toBe('down')
    expect(time.waits()).toEqual([500])
  })

  it('tries again when it is not let in, with a wrong secret or to its topics', async () => {
    const closed = await broker({ users: { s001: 'another' } })
    const wrong = linkTo(closed.url)
    await wrong.attempt('down')
    const narrow = await broker({ maySubscribe: topic => topic !== topics.orders })
    const refused = linkTo(narrow.url)
    await refused.attempt('down')
    expect(refused.codes()).toEqual(['E_LINK_REFUSED'])
    for (const { link, happened, time } of [wrong, refused]) {
      expect(link.state()).toBe('down')
      expect(happened).toEqual([])
      expect(time.waits()).toEqual([500])
    }
  })

  it('replaces a predecessor of the same site, and the predecessor’s will does not speak last', async () => {
    const centre = await broker()
    const first = linkTo(centre.url)
    await first.attempt('up')
    const second = linkTo(centre.url)
    await second.attempt('up')
    await until('first replaced', () => first.link.state() === 'down')
    await second.link.publish(topics.live, '{}')
    expect(state(centre.retained(topics.state)).online).toBe(true)
    expect(centre.clients()).toEqual(['yunxi-s001'])
  })

  it.each(['', 'http://centre', 'mqtt:/centre', 'centre:1883', 'mqtt://centre:99999'])(
    'refuses the address "%s" at once',
    url => {
      expect(() => linkTo(url)).toThrow(expect.objectContaining({ code: 'E_LINK_URL' }))
    },
  )
})
