import { randomBytes } from 'node:crypto'
import type { SupervisedLink } from '#cloud-sync/link/supervisor.ts'
import type { Agent, Outside } from './agent.ts'
import { startServer } from './api/server.ts'
import type { LocalAccounts } from './broker/accounts.ts'
import type { LocalBroker } from './broker/broker.ts'
import type { Closers } from './closers.ts'
import { freePort } from './free-port.ts'
import { type GuestHost, type StartGuest, startGuest } from './guest.ts'
import type { EdgeHardware } from './hardware.ts'
import type { createMonitors } from './loops.ts'

type Options = {
  readonly options: {
    readonly dataDir: string
    /** Instead of the one of `agent.json`. */
    readonly port?: number
    readonly startFlows?: StartGuest
  }
  readonly agent: Agent
  readonly hardware: EdgeHardware
  readonly monitors: Awaited<ReturnType<typeof createMonitors>>
  readonly accounts: LocalAccounts
  readonly broker: LocalBroker
  readonly link: Pick<SupervisedLink, 'state'>
}

/** The API with the kiosk page, and the guest behind the same address. */
export const serve = async (
  { options, agent, hardware, monitors, accounts, broker, link }: Options,
  closers: Closers,
) => {
  const { config } = agent
  const { startFlows: start, port = config.http.port, dataDir } = options
  const flowsToken = randomBytes(24).toString('base64url')
  const flowsPort = config.flows && start ? await freePort() : undefined
  let guest: GuestHost | undefined
  const outside: Outside = { link: () => link.state(), flows: () => guest?.status() ?? 'off' }
  const { host } = config.http
  const server = await startServer({ agent, hardware, outside, monitors, flowsToken, flowsPort, host, port })
  closers.add(() => server.close())
  if (flowsPort && start) {
    guest = await startGuest({
      agent,
      dataDir,
      port: flowsPort,
      mqttPort: broker.port,
      mqttPassword: accounts.flows,
      agentUrl: server.url,
      agentToken: flowsToken,
      start,
    })
    closers.add(() => guest?.stop())
  }
  return { url: server.url, flowsPort }
}
