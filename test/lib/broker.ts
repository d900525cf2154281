import { createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'

export type TestBroker = {
  readonly url: string
  readonly port: number
  /** Ids of the clients that are connected now. */
  clients(): readonly string[]
  retained(topic: string): string | undefined
  publish(topic: string, payload: string, options?: { readonly retain?: boolean }): Promise<void>
  on(topic: string, callback: (payload: Uint8Array) => void): Promise<void>
  /** Ends every connection like a pulled cable. */
  cut(): void
  close(): Promise<void>
}

export type TestBrokerOptions = {
  /** 0 = any free one. */
  readonly port?: number
  /** user → password; without it everybody may enter. */
  readonly users?: Readonly<Record<string, string>>
  /** False refuses the subscription. */
  readonly maySubscribe?: (topic: string) => boolean
}

const openAedes = async ({ users, maySubscribe = () => true }: TestBrokerOptions) => {
  const aedes = await Aedes.createBroker()
  aedes.authenticate = (_client, user, password, done) =>
    done(null, !users || (user !== undefined && users[user] === password?.toString()))
  aedes.authorizeSubscribe = (_client, subscription, done) =>
    done(null, maySubscribe(subscription.topic) ? subscription : null)
  return aedes
}

/** A real MQTT 3.1.1 broker (aedes) on a real socket of 127.0.0.1. */
export const startBroker = async (options: TestBrokerOptions = {}): Promise<TestBroker> => {
  const aedes = await openAedes(options)
  const ids = new Set<string>()
  const sockets = new Set<Socket>()
  const kept = new Map<string, string>()
  aedes.on('client', client => ids.add(client.id))
  aedes.on('clientDisconnect', client => ids.delete(client.id))
  aedes.on('publish', packet => {
    if (packet.retain) kept.set(packet.topic, packet.payload.toString())
  })
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    aedes.handle(socket)
  })
  await new Promise<void>(resolve => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    clients: () => [...ids],
    retained: topic => kept.get(topic),
    publish: (topic, payload, { retain = false } = {}) =>
      new Promise((resolve, reject) =>
        aedes.publish(
          { cmd: 'publish', dup: false, qos: 1, topic, retain, payload: Buffer.from(payload) },
          error => (error ? reject(error) : resolve()),
        ),
      ),
    on: (topic, callback) =>
      new Promise(resolve =>
        aedes.subscribe(
          topic,
          (packet, done) => {
            callback(Buffer.from(packet.payload))
            done()
          },
          resolve,
        ),
      ),
    cut,
    close: async () => {
      await new Promise<void>(resolve => aedes.close(resolve))
      cut()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
