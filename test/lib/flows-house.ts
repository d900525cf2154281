import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import {
  type FlowSave,
  type Flows,
  type NodeRedHost,
  type NodeRedOptions,
  type NodeRedStatus,
  startNodeRed,
  technicianPermissions,
  viewerPermissions,
} from '#flows/runtime/host.ts'

/** A question as it arrived at the agent's door. */
export type Ask = {
  readonly token: string | undefined
  readonly body: { readonly text: string; readonly source: string }
}

const people = {
  wang: { username: 'wang', permissions: technicianPermissions },
  li: { username: 'li', permissions: viewerPermissions },
} as const

const personOf = (name: string) => (name === 'wang' || name === 'li' ? people[name] : null)

/** Collects values; `next` waits for the one after those already taken. */
const inbox = <T>() => {
  const all: T[] = []
  const waiting: ((value: T) => void)[] = []
  let taken = 0
  return {
    all,
    put: (value: T): void => {
      all.push(value)
      const first = waiting.shift()
      if (first !== undefined) {
        taken += 1
        first(value)
      }
    },
    next: (): Promise<T> => {
      const value = all[taken]
      if (value === undefined) return new Promise(resolve => waiting.push(resolve))
      taken += 1
      return Promise.resolve(value)
    },
  }
}

const portOf = (server: { address: () => AddressInfo | string | null }): number => {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const startBroker = async () => {
  const broker = await Aedes.createBroker()
  broker.authenticate = (_client, user, password, done) =>
    done(null, user === 'flows' && password?.toString() === 'broker-secret')
  const server = createServer(broker.handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { broker, server }
}

const startAgent = async (put: (ask: Ask) => void) => {
  const server = createHttpServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    if (request.method !== 'POST' || request.url !== '/api/flows/ask') return response.writeHead(404).end()
    put({ token: request.headers.authorization, body: JSON.parse(text) })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"q1"}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** Resolves when the host has this status. */
export const statusIs = (host: NodeRedHost, wanted: NodeRedStatus): Promise<void> =>
  new Promise(resolve => {
    if (host.status() === wanted) return resolve()
    const leave = host.onStatus(status => {
      if (status !== wanted) return
      leave()
      resolve()
    })
  })

/** A house for the guest: a real broker, a door for questions, people, and a data folder of its own. */
export const openFlowsHouse = async (options: { readonly flows: Flows } & Partial<NodeRedOptions>) => {
  const { flows, ...overrides } = options
  const dataDir = await mkdtemp(join(tmpdir(), 'yaogui-flows-'))
  const asks = inbox<Ask>()
  const saves = inbox<FlowSave>()
  const logged: { readonly fields: object; readonly message: string }[] = []
  const write = (fields: object, message: string): void => void logged.push({ fields, message })
  const { broker, server } = await startBroker()
  const agent = await startAgent(asks.put)
  const arrivals = inbox<string>()
  broker.on('subscribe', subscriptions => {
    for (const { topic } of subscriptions) arrivals.put(topic)
  })
  const start = (): Promise<NodeRedHost> =>
    startNodeRed({
      dataDir,
      port: 0,
      mqttUrl: `mqtt://127.0.0.1:${portOf(server)}`,
      mqttUser: 'flows',
      mqttPassword: 'broker-secret',
      agentUrl: `http://127.0.0.1:${portOf(agent)}`,
      agentToken: 'guest-token',
      log: { info: write, warn: write, error: write },
      onSave: async save => saves.put(save),
      onRefused: async () => {},
      loadFlows: async () => flows,
      verifyEditorToken: async token => personOf(token.replace(/^session-/, '')),
      verifyEditorLogin: async (name, pin) => (pin === '2468' ? personOf(name) : null),
      findEditorUser: async name => personOf(name),
      ...overrides,
    })
  const publish = (topic: string, message: object): Promise<void> =>
    new Promise((resolve, reject) =>
      broker.publish(
        { cmd: 'publish', topic, payload: JSON.stringify(message), qos: 1, retain: false, dup: false },
        error => (error ? reject(error) : resolve()),
      ),
    )
  const close = async (): Promise<void> => {
    await new Promise<void>(resolve => broker.close(resolve))
    server.close()
    agent.close()
    agent.closeAllConnections()
    await rm(dataDir, { recursive: true, force: true })
  }
  return { dataDir, asks, saves, arrivals, logged, start, publish, close }
}

/** Calls the editor's API, by default as the technician Wang with a session of the agent. */
export const callEditor = (host: NodeRedHost, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${host.port}/flows${path}`, {
    redirect: 'manual',
    ...init,
    headers: { authorization: 'Bearer session-wang', 'content-type': 'application/json', ...init.headers },
  })

export const deploy = (host: NodeRedHost, flows: Flows): Promise<Response> =>
  callEditor(host, '/flows', { method: 'POST', body: JSON.stringify(flows) })
