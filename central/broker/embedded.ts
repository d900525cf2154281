import { createServer, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { Aedes, type AuthenticateError } from 'aedes'
import { MAX_MESSAGE_BYTES } from '#cloud-sync/contract/messages.ts'
import { type Log, loggable } from '../log.ts'
import { mayPublish, maySubscribe } from './acl.ts'
import { createIdentities, type Identities } from './identities.ts'
import { packetCap } from './packet-cap.ts'
import type { BrokerPort, InboundMessage } from './port.ts'

/** Topic, message id and the like beside the payload. */
const HEADER_BYTES = 4096
/** A subscriber that does not read holds up everybody: it goes after this. */
const DRAIN_TIMEOUT_MS = 20_000
const CONNECT_TIMEOUT_MS = 20_000
const BAD_CREDENTIALS = 4

type Options = {
  readonly host: string
  readonly port: number
  readonly county: string
  /** Is this the secret of this site? */
  readonly authenticate: (site: string, secret: string) => Promise<boolean>
  readonly log: Log
}

export type EmbeddedBroker = BrokerPort & { readonly port: number }

const refused = (): AuthenticateError =>
  Object.assign(new Error('bad site or secret'), { returnCode: BAD_CREDENTIALS as never })

const listen = (server: ReturnType<typeof createServer>, { host, port }: Options): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })

const createAedes = ({ county, authenticate, log }: Options, identities: Identities) =>
  Aedes.createBroker({
    drainTimeout: DRAIN_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    authenticate: (client, username, password, done) => {
      const site = username ?? ''
      // A kept session would gather this site's messages in memory under every name it has ever used.
      if (!client.clean) {
        log.warn({ site }, 'kept session refused by the broker')
        return done(refused(), false)
      }
      authenticate(site, password?.toString('utf8') ?? '').then(
        right => {
          if (!right) log.warn({ site }, 'site refused by the broker')
          else identities.admit(client, site)
          done(right ? null : refused(), right)
        },
        (error: unknown) => {
          log.error({ err: loggable(error), site }, 'authentication failed')
          done(refused(), false)
        },
      )
    },
    // An error closes the connection: MQTT 3.1.1 has no other way to say no.
    authorizePublish: (client, { topic, retain }, done) => {
      const site = identities.siteOf(client)
      const allowed =
        client === null || (site !== undefined && mayPublish({ county, site }, { topic, retain }))
      if (!allowed) log.warn({ site, topic }, 'publish refused by the broker')
      done(allowed ? null : new Error('not allowed'))
    },
    authorizeSubscribe: (client, subscription, done) => {
      const site = identities.siteOf(client)
      const allowed = site !== undefined && maySubscribe({ county, site }, subscription.topic)
      done(null, allowed ? subscription : null)
    },
  })

type Accept = (socket: Duplex) => void

/** TCP in front of the broker: every stream passes the cap before anything gathers it. */
const openListener = async (options: Options, accept: Accept) => {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.setNoDelay(true)
    const capped = socket.pipe(packetCap(MAX_MESSAGE_BYTES + HEADER_BYTES))
    capped.once('error', error => {
      options.log.warn({ reason: error.message }, 'connection cut')
      socket.destroy()
    })
    socket.once('error', () => capped.destroy())
    accept(Duplex.from({ readable: capped, writable: socket }))
  })
  const port = await listen(server, options)
  return {
    port,
    refuse: () => server.close(),
    cut: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

const publishTo =
  (aedes: Aedes): BrokerPort['publish'] =>
  (topic, payload, { retain = false } = {}) =>
    new Promise((resolve, reject) => {
      const common = { cmd: 'publish', qos: 1, dup: false } as const
      const packet = { ...common, topic, payload: Buffer.from(payload), retain }
      aedes.publish(packet, error => (error ? reject(error) : resolve()))
    })

/** The broker inside this process: TCP, a secret for each site, the contract's topics only, packets capped. */
export const startEmbeddedBroker = async (options: Options): Promise<EmbeddedBroker> => {
  const { log } = options
  const identities = createIdentities()
  const aedes = await createAedes(options, identities)
  const handlers = new Set<(message: InboundMessage) => void>()
  aedes.on('publish', ({ topic, payload }, client) => {
    const site = identities.siteOf(client)
    if (site === undefined) return
    const message = { site, topic, payload: Buffer.from(payload) }
    for (const handler of handlers) handler(message)
  })
  aedes.on('clientDisconnect', client => identities.forget(client))
  aedes.on('clientError', (client, { message }) =>
    log.info({ client: client.id, reason: message }, 'site cut'),
  )
  aedes.on('connectionError', (_client, { message }) => log.info({ reason: message }, 'connection cut'))
  const listener = await openListener(options, socket => void aedes.handle(socket))
  return {
    port: listener.port,
    publish: publishTo(aedes),
    onMessage: handler => {
      handlers.add(handler)
    },
    close: async () => {
      listener.refuse()
      await new Promise<void>(resolve => aedes.close(resolve))
      listener.cut()
    },
  }
}
