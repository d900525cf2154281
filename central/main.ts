import type { JWK } from 'jose'
import { pino } from 'pino'
import { checkId, hostStateTopic } from '#cloud-sync/contract/topics.ts'
import { createServer } from './api/server.ts'
import { startEmbeddedBroker } from './broker/embedded.ts'
import { createChanges } from './changes.ts'
import { type Clock, systemClock, systemTimers, type Timers } from './clock.ts'
import { type OpenDatabase, openDatabase } from './db/open.ts'
import { seedFormulary } from './formulary/formulary.ts'
import { createInbox } from './ingest/inbox.ts'
import type { Log } from './log.ts'
import { startClosingWatch } from './monitoring/closing-watch.ts'
import { type PersonSeed, seedPeople } from './people/people.ts'
import { loadSigning, type Signing } from './release/keys.ts'
import { startOrderSender } from './release/sender.ts'
import { forgetPresence, hostState } from './sites/presence.ts'
import { authenticateSite, type SitePlan, upsertSites } from './sites/sites.ts'
import { onlineSites } from './sites/wall.ts'

export type CentralOptions = {
  /** Folder of the embedded database, the signing key in it; for its owner only. */
  readonly dataDir: string
  /** Id of the county: part of every topic and of the issuer's name. */
  readonly county: string
  readonly host?: string
  /** 0 = any free port. */
  readonly port?: number
  readonly mqttPort?: number
  readonly sites: readonly SitePlan[]
  /** Added if not there yet. */
  readonly people?: readonly PersonSeed[]
  /** A PostgreSQL server instead of the embedded database. */
  readonly databaseUrl?: string
  readonly clock?: Clock
  readonly timers?: Timers
  readonly log?: Log
}

export type Central = {
  readonly url: string
  readonly mqttPort: number
  readonly publicKeys: () => readonly JWK[]
  readonly close: () => Promise<void>
}

const prepare = async ({ db }: OpenDatabase, options: CentralOptions, clock: Clock): Promise<Signing> => {
  const signing = await loadSigning(db, clock)
  await seedFormulary(db, clock)
  await seedPeople(db, options.people ?? [])
  await upsertSites({ db, clock, publicKeys: signing.publicKeys }, options.sites)
  await forgetPresence(db)
  return signing
}

type Closer = () => Promise<void>

const serve = async (
  database: OpenDatabase,
  options: CentralOptions,
  later: (closer: Closer) => void,
): Promise<Omit<Central, 'close'>> => {
  const { county, host = '127.0.0.1', clock = systemClock, timers = systemTimers, log = pino() } = options
  const { db } = database
  const signing = await prepare(database, options, clock)
  const changes = createChanges()
  const broker = await startEmbeddedBroker({
    ...{ host, county, log, port: options.mqttPort ?? 0 },
    authenticate: (site, secret) => authenticateSite(db, site, secret),
  })
  later(broker.close)

  const sender = startOrderSender(
    { db, clock, log, county, broker },
    { timers, present: () => onlineSites(db) },
  )
  const { wake } = sender
  const inbox = createInbox({ db, clock, changes, log, county, broker, wake })
  later(async () => sender.stop())
  later(inbox.close)
  later(startClosingWatch({ db, clock, changes, log }, timers).stop)
  broker.onMessage(inbox.accept)

  const server = await createServer({ db, clock, changes, log, county, signing, wake }, { timers })
  later(() => server.close())
  const url = await server.listen({ host, port: options.port ?? 0 })
  // Last of all: from here on the sites send what they have kept.
  await broker.publish(hostStateTopic(county), hostState(true, clock), { retain: true })
  later(() => broker.publish(hostStateTopic(county), hostState(false, clock), { retain: true }))
  return { url, mqttPort: broker.port, publicKeys: () => signing.publicKeys }
}

/**
 * Starts a county's centre: database, broker, order sender, ingest, API and console. The first start makes the signing
 * key, the formulary, the people and the sites. Errors: E_DB_IN_USE, E_DB_MIGRATION, E_ID.
 */
export const startCentral = async (options: CentralOptions): Promise<Central> => {
  checkId(options.county)
  const { dataDir, databaseUrl } = options
  const database = await openDatabase({ dataDir, databaseUrl })
  const closers: Closer[] = [database.close]
  const close = async () => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer()
  }
  try {
    return { ...(await serve(database, options, closer => closers.push(closer))), close }
  } catch (error) {
    await close()
    throw error
  }
}
