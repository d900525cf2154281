import { connect, type ISubscriptionGrant, type MqttClient } from 'mqtt'
import { linkDown, linkRefused } from './errors.ts'

export type ConnectionOptions = {
  readonly url: string
  readonly clientId: string
  readonly username: string
  readonly password: string
  readonly will: { readonly topic: string; readonly payload: string }
  readonly subscriptions: readonly string[]
  /** Let in and subscribed. */
  readonly onReady: () => void
  readonly onMessage: (topic: string, payload: Uint8Array) => void
  /** Exactly once, whatever ended it; never before `openConnection` has returned. */
  readonly onClosed: (cause: unknown) => void
}

export type Connection = {
  publish(topic: string, payload: string, retain: boolean): Promise<void>
  /** Ends it like a pulled cable: the broker publishes the will. */
  cut(cause?: unknown): void
  /** Says goodbye: no will. May never settle on a dead line; the caller has a deadline. */
  leave(): Promise<void>
}

const KEEPALIVE_S = 30

/** Own supervisor, so everything MQTT.js would do by itself after a loss is off: it would drop and reorder silently. */
const openClient = ({ url, clientId, username, password, will }: ConnectionOptions): MqttClient =>
  connect(url, {
    protocolVersion: 4,
    clientId,
    username,
    password,
    clean: true,
    keepalive: KEEPALIVE_S,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    will: { ...will, payload: Buffer.from(will.payload), qos: 1, retain: true },
  })

const refused = (granted: readonly ISubscriptionGrant[] | undefined, asked: number): boolean =>
  !granted || granted.length !== asked || granted.some(({ qos }) => qos === 128)

/** One attempt: one MQTT client that is used once and thrown away. The only file that imports `mqtt`. */
export const openConnection = (options: ConnectionOptions): Connection => {
  const pending = new Set<(error: Error) => void>()
  const client = openClient(options)
  let over = false
  let fault: unknown

  const finish = (cause: unknown) => {
    if (over) return
    over = true
    for (const reject of pending) reject(linkDown(cause))
    pending.clear()
    options.onClosed(cause)
  }
  const cut = (cause?: unknown) => {
    client.end(true)
    finish(cause)
  }
  client.on('error', error => {
    fault ??= error
  })
  client.on('close', () => finish(fault))
  client.on('message', (topic, payload) => {
    if (!over) options.onMessage(topic, payload)
  })
  client.on('connect', () => {
    client.subscribe([...options.subscriptions], { qos: 1 }, (error, granted) => {
      if (over) return
      if (error || refused(granted, options.subscriptions.length)) cut(linkRefused(error ?? undefined))
      else options.onReady()
    })
  })

  return {
    cut,
    leave: () => client.endAsync(),
    publish: (topic, payload, retain) =>
      new Promise((resolve, reject) => {
        if (over) return reject(linkDown())
        pending.add(reject)
        client.publish(topic, payload, { qos: 1, retain }, error => {
          pending.delete(reject)
          if (error) reject(linkDown(error))
          else resolve()
        })
      }),
  }
}
