import { createServer, type Socket } from 'node:net'
import { Aedes, type Client } from 'aedes'
import { localTopics } from '#cloud-sync/contract/topics.ts'
import { YaoguiError } from '#domain/error.ts'
import { type LocalAccounts, roleOf } from './accounts.ts'

type Options = {
  readonly site: string
  readonly host: string
  readonly port: number
  readonly accounts: LocalAccounts
}

export type LocalBroker = {
  readonly port: number
  /** Retained, so that who connects later sees the last word. */
  publish(topic: string, payload: object): void
  close(): Promise<void>
}

/** A frozen subscriber must not stop the house. */
const DRAIN_TIMEOUT_MS = 15_000
/** MQTT 3.1.1 knows no packet limit. A reader sends a few hundred bytes and two a minute: this lasts it for years. */
const MAX_INBOUND_BYTES = 1024 * 1024
const MAX_CLIENTS = 50

/** A reader need not know which township it is in: there is only one on this broker. */
const ANY_SITE = 'yaogui/local/+/'

const denied = (message: string) => Object.assign(new Error(message), { returnCode: 5 as const })

const capped = (socket: Socket): Socket => {
  let received = 0
  socket.on('data', chunk => {
    received += chunk.length
    if (received > MAX_INBOUND_BYTES) socket.destroy()
  })
  return socket
}

/**
 * The township's own broker for local devices, dashboards and flows (aedes). Every account reads below
 * `yaogui/local/{site}/`, nobody but the agent writes: an order cannot come this way.
 */
export const startBroker = async ({ site, host, port, accounts }: Options): Promise<LocalBroker> => {
  const root = localTopics(site).all.slice(0, -1)
  const aedes = await Aedes.createBroker({ drainTimeout: DRAIN_TIMEOUT_MS, maxClientsIdLength: 64 } as object)
  aedes.authenticate = (_client: Client, user, password, done) => {
    const role = roleOf(accounts, user, password)
    if (role && aedes.connectedClients < MAX_CLIENTS) done(null, true)
    else done(denied('not authorised'), null)
  }
  aedes.authorizePublish = (_client, _packet, done) => done(new Error('this account may only read'))
  aedes.authorizeSubscribe = (_client, subscription, done) =>
    [root, ANY_SITE].some(allowed => subscription.topic.startsWith(allowed))
      ? done(null, { ...subscription, qos: 0 })
      : done(null, null)
  const server = createServer(socket => aedes.handle(capped(socket)))
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause =>
      reject(
        new YaoguiError('E_PORT_TAKEN', {
          zh: `本地 MQTT 端口 ${port} 被占用`,
          en: `local MQTT port ${port} is taken`,
          wayOut: { zh: '用 --mqtt-port 换一个端口', en: 'choose another with --mqtt-port' },
          cause,
        }),
      ),
    )
    server.listen(port, host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    publish: (topic, payload) =>
      aedes.publish(
        { cmd: 'publish', topic, payload: JSON.stringify(payload), qos: 0, retain: true, dup: false },
        () => {},
      ),
    close: async () => {
      await new Promise<void>(resolve => aedes.close(() => resolve()))
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
