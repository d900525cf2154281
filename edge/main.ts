import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { openHistory } from '#cloud-sync/history/open.ts'
import { writeTogether } from '#cloud-sync/history/together.ts'
import type { SupervisedLink } from '#cloud-sync/link/supervisor.ts'
import { HOUR } from '#domain/time.ts'
import { openHardware } from '#hardware/drivers/open.ts'
import { loadPlan } from '#hardware/plan.ts'
import { type Agent, createAgent, VERSION } from './agent.ts'
import { createReminders } from './authority/reminders.ts'
import { loadAccounts } from './broker/accounts.ts'
import { startBroker } from './broker/broker.ts'
import { publishAlarms, publishStock } from './broker/feed.ts'
import { connectCentre, lastWords, startLogs } from './centre-link.ts'
import { type EdgeClock, every, systemClock } from './clock.ts'
import { type Closers, createClosers } from './closers.ts'
import { loadConfig } from './config.ts'
import { lockFolder } from './folder-lock.ts'
import type { StartGuest } from './guest.ts'
import { hasRoom } from './health/disk.ts'
import { createHousekeeping } from './health/housekeeping.ts'
import { wrapDatabase } from './journal/database.ts'
import { COUNT_ALL_SINCE, getMeta } from './journal/meta.ts'
import { openJournalFile } from './journal/open.ts'
import { createMonitors, startLoops } from './loops.ts'
import { reportPlan, watchPlan } from './plan-watch.ts'
import { recordCalibrations } from './records/calibrations.ts'
import { serve } from './serve.ts'
import { fillFirst } from './stock/first-fill.ts'

export type EdgeOptions = {
  readonly dataDir: string
  readonly log: Logger
  /** Overrides of `agent.json`, for a port that is taken. */
  readonly port?: number
  readonly mqttPort?: number
  readonly influxUrl?: string | undefined
  readonly clock?: EdgeClock
  /** Lines whose bytes go to `wire.log` from the start. */
  readonly wireLog?: readonly string[] | 'all'
  /** Starts the guest (Node-RED); the agent itself does not know it. */
  readonly startFlows?: StartGuest
}

export type RunningEdge = {
  readonly url: string
  readonly mqttPort: number
  readonly flowsPort: number | undefined
  readonly agent: Agent
  readonly link: SupervisedLink
  close(reason?: string): Promise<void>
}

/**
 * Puts the agent together and starts it. Order matters: plan and journal first (nothing opens on guessed state), then
 * recovery of what was interrupted, and only then the doors to the outside.
 */
export const startEdge = async (options: EdgeOptions): Promise<RunningEdge> => {
  const closers = createClosers()
  try {
    return await startParts(options, closers)
  } catch (error) {
    // What was opened before would keep the process, the ports and the lock.
    await closers.close()
    throw error
  }
}

/** Plan, journal and cabinet, and the agent over them: nothing opens on guessed state. */
const openAgent = async (
  { dataDir, log, influxUrl, clock = systemClock(), wireLog = [] }: EdgeOptions,
  closers: Closers,
) => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const config = loadConfig(dataDir)
  closers.add(lockFolder(dataDir))
  const loaded = await loadPlan(join(dataDir, 'cabinet.json'), { clock: clock.now })
  const db = wrapDatabase(openJournalFile(dataDir, clock))
  closers.add(db.close)
  // The disk's own pace, not the pharmacy's time: what waits for it must end although a test's clock stands.
  const history = writeTogether(await openHistory({ dataDir, influxUrl }), {
    after: systemClock().after,
    gathers: ({ series }) => series !== 'replay',
  })
  closers.add(() => history.close())
  const hardware = await openHardware(loaded.plan, {
    clock: clock.now,
    log,
    wireLog: { path: join(dataDir, 'wire.log'), lines: wireLog },
  })
  closers.add(() => hardware.close())
  const agent = createAgent({ config, db, hardware, history, clock, log, hasRoom: () => hasRoom(dataDir) })
  closers.add(() => agent.journal.close())
  const housekeeping = createHousekeeping(agent, dataDir)
  housekeeping.atStart()
  recordCalibrations({ ...agent, plan: loaded.plan })
  reportPlan(agent, loaded)
  // What a damaged journal lost is counted by people: the first filling is no count of what lies there now.
  if (getMeta(db, COUNT_ALL_SINCE) === undefined) fillFirst(agent.stock, dataDir)
  agent.stockAtStart()
  agent.service.atStart()
  const recovered = [...(await agent.dispenser.recover()), ...(await agent.operations.recover())]
  // Over a disk with no room for a record it still watches the refrigerators and shows why it unlocks nothing.
  agent.journal.tell({ kind: 'agent.started', data: { version: VERSION, recovered } })
  return { agent, hardware, housekeeping, plan: loaded.plan }
}

/** What the agent tells others: the township's own broker, and the two logs over the link to the centre. */
const connectOut = async ({ dataDir, mqttPort, log }: EdgeOptions, agent: Agent, closers: Closers) => {
  const { config } = agent
  const accounts = loadAccounts(dataDir)
  const { host, port } = config.mqtt
  const broker = await startBroker({ site: config.site, host, port: mqttPort ?? port, accounts })
  closers.add(() => broker.close())
  publishAlarms(agent, broker)
  closers.add(publishStock(agent, broker))
  const link = connectCentre(config, agent, log)
  closers.add(() => link.close())
  const logs = startLogs(config, agent, link)
  closers.add(() => logs.stop())
  return { accounts, broker, link, publishLive: logs.publishLive }
}

const startParts = async (options: EdgeOptions, closers: Closers): Promise<RunningEdge> => {
  const { agent, hardware, housekeeping, plan } = await openAgent(options, closers)
  const { accounts, broker, link, publishLive } = await connectOut(options, agent, closers)
  const replays = plan.thermometers.filter(one => one.driver === 'replay')
  const parts = { agent, hardware, broker, replays, publishLive }
  const monitors = await createMonitors(parts)
  let reason = 'asked to stop'
  closers.add(() => lastWords(agent, link))
  closers.add(() => agent.journal.tell({ kind: 'agent.stopped', data: { reason } }))
  closers.add(() => agent.dispenser.close())
  closers.add(() => agent.scanning.scanners.close())
  closers.add(() => agent.operations.close())
  closers.add(startLoops(parts, monitors))
  closers.add(housekeeping.run())
  closers.add(watchPlan(agent, plan))
  closers.add(remind(agent))
  const { url, flowsPort } = await serve(
    { options, agent, hardware, monitors, accounts, broker, link },
    closers,
  )
  options.log.info({ url, mqtt: broker.port, site: agent.config.site }, 'edge agent ready')
  return {
    url,
    mqttPort: broker.port,
    flowsPort,
    agent,
    link,
    close: async (why = reason) => {
      reason = why
      const failed = await closers.close()
      if (failed) throw failed
    },
  }
}

/** Licences run out and overrides wait while the agent runs. */
const remind = (agent: Agent): (() => Promise<void>) =>
  every(agent.clock, {
    ms: HOUR,
    task: createReminders(agent),
    onError: error => agent.log.error({ err: error }, 'reminders could not be raised'),
  })
