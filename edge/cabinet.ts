import type { Logger } from 'pino'
import type { Topic } from '#cloud-sync/contract/edge-api.ts'
import type { Alarms } from './alarms/alarms.ts'
import type { Authorisations } from './authorisation/authorisations.ts'
import type { Authority } from './authority/authority.ts'
import type { EdgeClock } from './clock.ts'
import { createDesk } from './dispensing/desk.ts'
import { createDispenser } from './dispensing/dispenser.ts'
import { createSenses } from './dispensing/senses.ts'
import { createSessionStore } from './dispensing/store.ts'
import { createWatch } from './dispensing/watch.ts'
import type { EdgeHardware } from './hardware.ts'
import type { Database } from './journal/database.ts'
import type { Journal } from './journal/journal.ts'
import { createOperations } from './operations/operator.ts'
import { createService } from './operations/service.ts'
import { createOperationStore } from './operations/store.ts'
import type { Second } from './people/second.ts'
import type { Returns } from './returns/returns.ts'
import type { Scanning } from './scanning/scanning.ts'
import { createStepScan } from './scanning/step-scan.ts'
import type { Heed } from './shipments/heed.ts'
import type { Shipments } from './shipments/shipments.ts'
import type { EvidenceSource } from './stock/evidence.ts'
import { exposureOf } from './stock/exposure.ts'
import type { Stock } from './stock/stock.ts'

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly log: Logger
  readonly hardware: Pick<EdgeHardware, 'drawers' | 'patience'>
  readonly alarms: Alarms
  readonly authorisations: Authorisations
  readonly authority: Authority
  readonly stock: Stock
  readonly shipments: Shipments
  readonly returns: Returns
  readonly heed: Heed
  readonly evidence: EvidenceSource
  readonly scanning: Scanning
  /** Who signed; uses the ticket up. */
  readonly redeem: Second['redeem']
  /** When the order list was last known complete (R21). */
  readonly ordersAt: () => string | null
  readonly tell: (topic: Topic) => void
}

/** Everything that opens drawers, and the watch over those that open by themselves. */
export const createCabinet = (options: Options) => {
  const { db, journal, clock, log, hardware, alarms, authorisations, authority, stock, ordersAt, tell } =
    options
  const { shipments, returns, heed, evidence, scanning, redeem } = options
  const { checkPack, trace, catalogue } = scanning
  const service = createService({
    db,
    journal,
    clock,
    drawers: [...hardware.drawers.keys()],
    onChange: () => {
      tell('drawers')
      tell('prescriptions')
    },
  })
  const senses = createSenses({ hardware, clock, retirements: service.retirements })
  const desk = createDesk({
    hardware,
    senses,
    assertInService: authority.custody.assertInService,
    retired: service.retired,
  })
  const onSession = (topic: 'withdrawal' | 'operation') => () => {
    for (const each of [topic, 'prescriptions', 'stock', 'cases', 'drawers'] as const) tell(each)
  }
  const dispenser = createDispenser({
    desk,
    senses,
    journal,
    admit: authority.admission.admit,
    rxOf: authority.admission.rxOf,
    stock,
    usable: service.inService,
    judgedNow: authorisations.time.now,
    scanRequired: drug => catalogue.item(drug).scan === 'required',
    stepScan: createStepScan({ checkPack, trace, journal }),
    store: createSessionStore({ db, journal, clock, authorisations, stock, service, trace }),
    clock,
    log,
    ordersAt,
    onChange: onSession('withdrawal'),
    onLive: () => tell('withdrawal'),
  })
  /** Its session is over and its switch still reads open: told as left open, since nobody forced it. */
  const stuck = (): string | undefined => {
    const drawer = senses.gaveUp()
    return drawer !== undefined && service.retired(drawer) ? drawer : undefined
  }
  const watch = createWatch({
    hardware,
    db,
    journal,
    alarms,
    clock,
    expectedOpen: () => desk.expectedOpen() ?? stuck(),
    inReview: desk.inReview,
    onTamper: drawer => service.demandCount('tamper', [drawer]),
    onClosed: senses.sawClosed,
    keyHolder: authority.custody.holder,
    minutes: hardware.patience?.doorMinutes,
  })
  const operations = createOperations({
    ...{ desk, senses, journal, alarms, clock, log, ordersAt, hardware, stock, service },
    ...{ shipments, returns, heed, checkPack, redeem },
    exposure: exposureOf({ stock, evidence }),
    store: createOperationStore({ db, journal, clock, stock, service, shipments, returns }),
    onChange: () => {
      onSession('operation')()
      tell('shipments')
      tell('returns')
    },
    onLive: () => tell('operation'),
  })
  return { service, dispenser, operations, watch }
}
