import type { Logger } from 'pino'
import type { SiteView } from '#cloud-sync/contract/edge-api.ts'
import type { History } from '#cloud-sync/history/port.ts'
import { createAlarms } from './alarms/alarms.ts'
import { createAsks } from './alarms/asks.ts'
import { createBatteryWatch } from './alarms/battery.ts'
import { createFridgeDoors } from './alarms/fridge-doors.ts'
import { createMains } from './alarms/mains.ts'
import { createNotifier } from './alarms/notifier.ts'
import { createSpotTest } from './alarms/test-alarm.ts'
import { createAuthorisations } from './authorisation/authorisations.ts'
import { createOrders } from './authorisation/orders.ts'
import { createOrdersAge } from './authorisation/orders-age.ts'
import { createAuthority } from './authority/authority.ts'
import { createCabinet } from './cabinet.ts'
import { createCases } from './cases/cases.ts'
import { type Changes, createChanges } from './changes.ts'
import type { EdgeClock } from './clock.ts'
import { createColdBoard } from './cold-chain/board.ts'
import type { AgentConfig } from './config.ts'
import type { EdgeHardware } from './hardware.ts'
import { clockTrust } from './health/clock-trust.ts'
import { watchDisk } from './health/disk-alarm.ts'
import type { Database } from './journal/database.ts'
import { createJournal } from './journal/journal.ts'
import { createVerifyJob } from './journal/verify-job.ts'
import { createLists } from './lists/lists.ts'
import { orderHandlers } from './order-handlers.ts'
import { createPeople } from './people/people.ts'
import { createSecond } from './people/second.ts'
import { createScanning } from './scanning/scanning.ts'
import { createDrift } from './stock/drift.ts'
import { createHoldings } from './stock/holdings.ts'
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
    onListenerFailed: error => log.error({ err: error }, 'a part of the agent failed over a written record'),
    hasRoom,
  })
  const alarms = createAlarms({ db, journal, clock })
  watchDisk(journal, alarms)
  const { people: initial, badgeAlone = false } = config
  const people = createPeople({ db, journal, clock, initial, badgeAlone })
  const second = createSecond({ people, journal, clock })
  const authorisations = createAuthorisations({ db, clock, issuer: config.centre.issuer, site: config.site })
  authorisations.trust(config.centre.keys)
  const lists = createLists({ db, clock })
  const stock = createStock({ db, journal })
  const holdings = createHoldings({
    db,
    journal,
    alarms,
    history,
    clock,
    site: config.site,
    stock,
    lists,
    hardware,
    nearExpiryDays: config.nearExpiryDays,
    tell: changes.tell,
  })
  const orders = createOrders({
    db,
    journal,
    clock,
    authorisations,
    handlers: orderHandlers({ lists, holdings, overrides: () => authority.overrides }),
    onChange: () => {
      changes.tell('prescriptions')
      changes.tell('site')
    },
  })
  const scanning = createScanning({ db, journal, clock, log, changes, hardware, authorisations, people })
  const authority = createAuthority({
    db,
    journal,
    clock,
    alarms,
    lists,
    authorisations,
    stock,
    service: () => cabinet.service,
    tell: changes.tell,
  })
  const cabinet = createCabinet({
    db,
    journal,
    clock,
    log,
    hardware,
    alarms,
    authorisations,
    authority,
    stock,
    ...holdings,
    scanning,
    redeem: second.redeem,
    ordersAt: orders.confirmedAt,
    tell: changes.tell,
  })
  const drift = createDrift({ db, journal, alarms, clock, hardware, stock, service: cabinet.service })
  const cases = createCases({
    db,
    journal,
    clock,
    nameOf: drug => stock.item(drug).name,
    onChange: () => changes.tell('cases'),
  })
  const verification = createVerifyJob({ db, clock })
  const asks = createAsks({ db, journal, clock, onChange: () => changes.tell('asks') })
  alarms.onChange(() => changes.tell('alarms'))
  const { doorMinutes, powerMinutes } = hardware.patience ?? {}
  const mains = createMains({ db, alarms, journal, clock, mains: hardware.mains, minutes: powerMinutes })
  const battery = createBatteryWatch({ alarms, clock, battery: hardware.battery })
  const fridgeDoors = createFridgeDoors({
    ...{ db, journal, alarms, clock },
    doors: hardware.doors,
    minutes: doorMinutes,
    onChange: () => changes.tell('temperatures'),
  })
  const coldBoard = createColdBoard()
  const notifier = createNotifier({
    config,
    db,
    journal,
    alarms,
    clock,
    log,
    sms: hardware.sms,
    measured: coldBoard.measured,
    onChange: () => changes.tell('alarms'),
  })
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
    second,
    authorisations,
    lists,
    orders,
    ordersAge: createOrdersAge({
      db,
      alarms,
      clock,
      confirmedAt: orders.confirmedAt,
      hours: config.ordersOldHours,
    }),
    stock,
    scanning,
    ...holdings,
    ...authority,
    ...cabinet,
    drift,
    cases,
    asks,
    verification,
    mains,
    battery,
    fridgeDoors,
    coldBoard,
    notifier,
    spotTest: createSpotTest(clock),
  }
}

export type Agent = ReturnType<typeof createAgent>

/** What of the outside the API shows: set by `serve.ts`. */
export type Outside = {
  readonly link: () => 'up' | 'down'
  readonly flows: () => SiteView['flows']
}
