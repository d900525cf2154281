import { join } from 'node:path'
import { issuerOf } from '#domain/authorisation/issuer.ts'
import { shanghaiDay } from '#domain/time.ts'
import { atomicWrite } from '#hardware/atomic-write.ts'
import type { EmulatedCabinet } from '#hardware/simulated/emulate.ts'
import { freePort } from './ports.ts'
import { type Process, startProcess } from './processes.ts'
import { CENTRAL_PEOPLE, COUNTY, type SampleSite, SITES } from './sample.ts'
import { sampleOrders } from './sample-orders.ts'
import { type CountySecrets, loadSecrets, writeSite } from './setup.ts'
import { type Replay, startWorld } from './world.ts'

export type Township = {
  readonly site: SampleSite
  readonly dir: string
  readonly world: EmulatedCabinet
  readonly handUrl: string
  readonly kioskUrl: string
  readonly mqttPort: number
  edge: Process
  /** Starts the agent again after it died. */
  restart(): Promise<void>
}

export type County = {
  readonly secrets: CountySecrets
  readonly central: Process
  readonly centralUrl: string
  readonly townships: readonly Township[]
  stop(): Promise<void>
}

type Options = {
  readonly dataDir: string
  /** First of the ports it would like; each that is taken is replaced by a free one. */
  readonly basePort: number
  readonly flows: boolean
  readonly sampleSeconds?: number
  readonly replay?: Replay | undefined
  /** The cabinets hang on serial ports in place of TCP. */
  readonly serial?: boolean
  readonly onProgress: (zh: string, en: string) => void
  /** Where a township reaches the centre's broker; the story puts a cable there that it can cut. */
  readonly cable?: (mqttPort: number) => Promise<number>
}

type Ports = { readonly http: number; readonly mqtt: number; readonly hand: number }

const drawPorts = async (
  base: number,
): Promise<{ central: number; broker: number; sites: readonly Ports[] }> => {
  const sites: Ports[] = []
  for (const index of SITES.keys())
    sites.push({
      http: await freePort(base + 1 + index),
      mqtt: await freePort(base + 11 + index),
      hand: await freePort(base + 21 + index),
    })
  return { central: await freePort(base), broker: await freePort(base + 10), sites }
}

const startCentralProcess = async (
  dataDir: string,
  secrets: CountySecrets,
  ports: { central: number; broker: number; sites: readonly Ports[] },
) => {
  const config = {
    county: COUNTY,
    host: '127.0.0.1',
    port: ports.central,
    mqttPort: ports.broker,
    sites: SITES.map(({ site, name }, index) => ({
      site,
      name,
      secret: secrets.sites[site],
      kioskUrl: `http://127.0.0.1:${ports.sites[index]?.http}/`,
      orders: sampleOrders(shanghaiDay(new Date()), { delivery: index === 0 }),
    })),
    people: CENTRAL_PEOPLE.map(({ id, name, role }) => ({
      id,
      name,
      role,
      pin: secrets.pins[id],
      mustChangePin: role !== 'system',
    })),
  }
  const dir = join(dataDir, 'central')
  await atomicWrite(join(dataDir, 'central.json'), `${JSON.stringify(config, null, 2)}\n`)
  return startProcess('中心药房 centre', [
    'central',
    '--data',
    dir,
    '--config',
    join(dataDir, 'central.json'),
  ])
}

type CentralReady = {
  readonly url: string
  readonly mqttPort: number
  readonly keys: readonly Record<string, unknown>[]
}
type SiteStart = {
  readonly options: Options
  readonly secrets: CountySecrets
  readonly ready: CentralReady
  readonly brokerPort: number
  /** Every world that was started, also of a township whose agent then failed. */
  readonly worlds: EmulatedCabinet[]
}

const startTownship = async (
  site: SampleSite,
  ports: Ports,
  { options, secrets, ready, brokerPort, worlds }: SiteStart,
): Promise<Township> => {
  const { dataDir, flows, sampleSeconds = 5, replay, serial = false } = options
  const dir = join(dataDir, site.site)
  const kioskUrl = `http://127.0.0.1:${ports.http}`
  const handUrl = `http://127.0.0.1:${ports.hand}`
  const first = SITES[0]?.site === site.site
  const world = await startWorld({
    worldDir: join(dataDir, `${site.site}-world`),
    planPath: join(dir, 'cabinet.json'),
    seed: SITES.findIndex(one => one.site === site.site) + 1,
    handPort: ports.hand,
    origins: [kioskUrl, kioskUrl.replace('127.0.0.1', 'localhost')],
    replay: first ? replay : undefined,
    serial,
  })
  worlds.push(world)
  const centre = {
    url: `mqtt://127.0.0.1:${brokerPort}`,
    secret: secrets.sites[site.site] ?? '',
    issuer: issuerOf(COUNTY),
    keys: [...ready.keys],
  }
  await writeSite({ dir, site, county: COUNTY, secrets, centre, ports, handUrl, flows, sampleSeconds })
  const launch = () => startProcess(site.name, ['edge', '--data', dir, ...(flows ? [] : ['--no-flows'])])
  const township: Township = {
    site,
    dir,
    world,
    handUrl,
    kioskUrl,
    mqttPort: ports.mqtt,
    edge: await launch(),
    restart: async () => {
      township.edge = await launch()
    },
  }
  return township
}

/** One centre and two townships on this machine, each a process of its own with its own folder below `dataDir`. */
export const startCounty = async (options: Options): Promise<County> => {
  const { dataDir, basePort, onProgress, cable } = options
  const secrets = await loadSecrets(dataDir)
  const ports = await drawPorts(basePort)
  onProgress('启动中心药房（首次需建立数据库）…', 'starting the centre …')
  const central = await startCentralProcess(dataDir, secrets, ports)
  const townships: Township[] = []
  const worlds: EmulatedCabinet[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(townships.map(({ edge }) => edge.stop()))
    await central.stop()
    await Promise.all(worlds.map(world => world.close()))
  }
  try {
    const ready = central.ready as CentralReady
    const brokerPort = cable ? await cable(ready.mqttPort) : ready.mqttPort
    onProgress('启动两个乡镇药房的药柜与边缘终端…', 'starting two townships …')
    const starts = SITES.map(async (site, index) => {
      const own = ports.sites[index]
      if (own) townships.push(await startTownship(site, own, { options, secrets, ready, brokerPort, worlds }))
    })
    const failed = (await Promise.allSettled(starts)).find(one => one.status === 'rejected')
    if (failed) throw failed.reason
    townships.sort((a, b) => SITES.indexOf(a.site) - SITES.indexOf(b.site))
    return { secrets, central, centralUrl: ready.url, townships, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
