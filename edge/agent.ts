import type { Logger } from 'pino'
import type { SiteView } from '#cloud-sync/contract/edge-api.ts'
import type { History } from '#cloud-sync/history/port.ts'
import { createAlarms } from './alarms/alarms.ts'
import { createAsks } from './alarms/asks.ts'
import { createAuthorisations } from './authorisation/authorisations.ts'
import { createOrders } from './authorisation/orders.ts'
import { type Changes, createChanges } from './changes.ts'
import type { EdgeClock } from './clock.ts'
import type { AgentConfig } from './config.ts'
import { createDispenser } from './dispensing/dispenser.ts'
import { createSessionStore } from './dispensing/store.ts'
import { createWatch } from './dispensing/watch.ts'
import type { EdgeHardware } from './hardware.ts'
import { clockTrust } from './health/clock-trust.ts'
import { watchDisk } from './health/disk-alarm.ts'
import type { Database } from './journal/database.ts'
import { createJournal } from './journal/journal.ts'
import { createVerifyJob } from './journal/verify-job.ts'
import { createLists } from './lists/lists.ts'
import { orderHandlers } from './order-handlers.ts'
import { createPeople } from './people/people.ts'
import { createStock } from './stock/stock.ts'

export const VERSION = '0.1.0'

type Options = {
  readonly config: AgentConfig
  readonly db: Database
  readonly hardware: EdgeHardware
  readonly history: History
  readonly clock: EdgeClock
  readonly log: Logger
  /** Is there room on the disk to begin something new? */
  readonly hasRoom?: () => boolean
}

/** The agent's parts, joined, with nothing of the outside yet: no socket, no broker, no loop. */
export const createAgent = ({ config, db, hardware, history, clock, log, hasRoom = () => true }: Options) => {
  const changes: Changes = createChanges(clock)
  const journal = createJournal({
    db,
    clock,
    clockTrusted: () => clockTrust({ db, clock }),
    onFlushFailed: error => log.error({ err: error }, 'periodic records could not be written, trying again'),
    hasRoom,
  })
  const alarms = createAlarms({ db, journal, clock })
  watchDisk(journal, alarms)
  const people = createPeople({ db, journal, clock, initial: config.people })
  const authorisations = createAuthorisations({ db, clock, issuer: config.centre.issuer, site: config.site })
  authorisations.trust(config.centre.keys)
  const lists = createLists({ db, clock })
  const orders = createOrders({
    db,
    journal,
    clock,
    authorisations,
    handlers: orderHandlers({ lists }),
    onChange: () => {
      changes.tell('prescriptions')
      changes.tell('site')
    },
  })
  const stock = createStock({ db, journal })
  const store = createSessionStore({ db, journal, clock, authorisations, stock })
  const dispenser = createDispenser({
    hardware,
    journal,
    authorisations,
    stock,
    store,
    clock,
    log,
    ordersAt: orders.confirmedAt,
    onChange: () => {
      for (const topic of ['withdrawal', 'prescriptions', 'stock', 'cases'] as const) changes.tell(topic)
    },
    onLive: () => changes.tell('withdrawal'),
  })
  const watch = createWatch({ hardware, journal, alarms, expectedOpen: dispenser.expectedOpen })
  const verification = createVerifyJob({ db, clock })
  const asks = createAsks({ db, journal, clock, onChange: () => changes.tell('asks') })
  alarms.onChange(() => changes.tell('alarms'))
  return {
    config,
    db,
    history,
    clock,
    log,
    changes,
    journal,
    alarms,
    people,
    authorisations,
    lists,
    orders,
    stock,
    dispenser,
    watch,
    asks,
    verification,
  }
}

export type Agent = ReturnType<typeof createAgent>

/** What of the outside the API shows: set by `main.ts`. */
export type Outside = {
  readonly link: () => 'up' | 'down'
  readonly flows: () => SiteView['flows']
}
