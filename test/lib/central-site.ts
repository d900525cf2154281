import mqtt from 'mqtt'
import { siteTopics } from '#cloud-sync/contract/topics.ts'
import type { JournalRecord } from '#domain/journal/record.ts'
import { encodeBatch } from './central-journal.ts'

const DEADLINE_MS = 30_000

type Received = { readonly topic: string; readonly body: Record<string, unknown> }

/** A township as the centre's broker sees it: a plain MQTT client that speaks the contract. */
export const connectSite = async (options: {
  readonly port: number
  readonly site: string
  readonly secret: string
  readonly county?: string
}) => {
  const { port, site, secret, county = 'yunxi' } = options
  const topics = siteTopics(county, site)
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    ...{ username: site, password: secret, clean: true, reconnectPeriod: 0, connectTimeout: DEADLINE_MS },
    will: {
      topic: topics.state,
      payload: Buffer.from(JSON.stringify({ site, online: false, at: '2026-11-22T01:00:00.000Z' })),
      qos: 1,
      retain: true,
    },
  })
  const received: Received[] = []
  const waiting = new Set<() => void>()
  client.on('message', (topic, payload) => {
    received.push({ topic, body: JSON.parse(payload.toString()) as Record<string, unknown> })
    for (const look of waiting) look()
  })
  // A client that is cut by the broker tells it here; tests look at `connected`.
  client.on('error', () => {})
  await client.subscribeAsync([topics.orders, topics.historyAck], { qos: 1 })

  /** The first message of a topic, from index `from` on, that fits; removed from what is waiting. */
  const next = (topic: string, fits: (body: Record<string, unknown>) => boolean = () => true) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look)
        reject(new Error(`nothing on ${topic}; received ${JSON.stringify(received).slice(0, 2000)}`))
      }, DEADLINE_MS)
      const look = () => {
        const index = received.findIndex(message => message.topic === topic && fits(message.body))
        const [message] = index === -1 ? [] : received.splice(index, 1)
        if (!message) return
        clearTimeout(timer)
        waiting.delete(look)
        resolve(message.body)
      }
      waiting.add(look)
      look()
    })
  const publish = (topic: string, body: unknown, retain = false) =>
    client.publishAsync(topic, JSON.stringify(body), { qos: 1, retain })
  return {
    ...{ client, topics, received, next, publish },
    online: () => publish(topics.state, { site, online: true, at: '2026-11-22T01:00:01.000Z' }, true),
    acknowledge: (epoch: unknown, committed: number) =>
      publish(topics.ordersAck, { epoch, committed, at: '2026-11-22T01:00:02.000Z' }),
    sendHistory: (records: readonly JournalRecord[]) =>
      client.publishAsync(topics.history, Buffer.from(encodeBatch(site, records)), { qos: 1 }),
    close: () => client.endAsync(),
    /** As a power failure would: no DISCONNECT, so that the will speaks. */
    cut: () => {
      client.stream.destroy()
    },
  }
}
