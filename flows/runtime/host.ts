import { randomInt } from 'node:crypto'
import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { codeOf } from '#domain/error.ts'
import { createAnswers } from './answers.ts'
import { createDeploys, type DeployOptions, type FlowSave } from './deploy.ts'
import type { Flows } from './flow.ts'
import type { FlowsLog } from './log-lines.ts'
import type { EditorPeople } from './people.ts'
import { openFlowStore } from './storage.ts'
import { type HostClock, realClock, type Supervisor, supervise } from './supervisor.ts'

export type { FlowSave } from './deploy.ts'
export type { Flows } from './flow.ts'
export type { FlowsLog } from './log-lines.ts'
export { type EditorPeople, technicianPermissions, viewerPermissions } from './people.ts'
export type { NodeRedStatus } from './restart-policy.ts'
export type { HostClock } from './supervisor.ts'

export type NodeRedOptions = EditorPeople & {
  /** The agent's data folder; flows and their versions live in `flows/` below it. */
  readonly dataDir: string
  /** Port on 127.0.0.1 of the editor and its API below `/flows/`; 0 finds a free one. */
  readonly port: number
  readonly mqttUrl: string
  readonly mqttUser: string
  readonly mqttPassword: string
  readonly agentUrl: string
  readonly agentToken: string
  readonly log: FlowsLog
  /** Flows of a site that never had any. */
  readonly loadFlows: () => Promise<Flows>
  /** Journals a deploy that passed the gate; a rejection refuses it. */
  readonly onSave: (save: FlowSave) => Promise<void>
  readonly onRefused: DeployOptions['onRefused']
  readonly clock?: HostClock
}

export type NodeRedHost = Supervisor & { readonly port: number }

const isFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/**
 * Node-RED takes seconds to listen, and again after each restart. Meanwhile the system would lend a port of its own range
 * (32768 and up) to any outgoing connection; below it, what is free stays free.
 */
const freePort = async (): Promise<number> => {
  for (;;) {
    const port = 20_000 + randomInt(10_000)
    if (await isFree(port)) return port
  }
}

/** The guest's folder with the package.json that Node-RED wants to find there; its real path, as Node judges it. */
const prepareFolders = async (dataDir: string): Promise<{ folder: string; guestFolder: string }> => {
  const folder = join(dataDir, 'flows')
  const guest = join(folder, 'guest')
  await mkdir(guest, { recursive: true, mode: 0o700 })
  const guestFolder = await realpath(guest)
  // `wx`: whatever the guest left under this name is not followed or overwritten by the agent.
  await writeFile(join(guestFolder, 'package.json'), '{"name":"yaogui-flows","private":true}\n', {
    flag: 'wx',
  }).catch(error => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
  return { folder, guestFolder }
}

/**
 * Starts Node-RED as a guest: a child process under Node's permission model that asks the agent for its flows and
 * for who may edit them. Returns once the child is started, not when it is ready (a second or two later): the
 * agent waits for no guest.
 */
export const startNodeRed = async (options: NodeRedOptions): Promise<NodeRedHost> => {
  const { dataDir, log, clock = realClock, loadFlows, onSave, onRefused } = options
  const { folder, guestFolder } = await prepareFolders(dataDir)
  const store = openFlowStore({ folder, log })
  const deploys = createDeploys({
    ...{ store, loadFlows, onSave, onRefused },
    wallClock: clock.wall,
    now: clock.now,
  })
  const { mqttUrl, mqttUser, mqttPassword, agentUrl, agentToken } = options
  const port = options.port === 0 ? await freePort() : options.port
  const guest = { port, guestFolder, mqttUrl, mqttUser, mqttPassword, agentUrl, agentToken }
  return {
    port,
    ...supervise({ guest, log, clock, answer: createAnswers({ deploys, store, people: options, log }) }),
  }
}
