import type { Topic } from '#cloud-sync/contract/edge-api.ts'
import type { History } from '#cloud-sync/history/port.ts'
import { codeOf } from '#domain/error.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { OrderEffect } from '../authorisation/orders.ts'
import type { EdgeClock } from '../clock.ts'
import type { EdgeHardware } from '../hardware.ts'
import { isDiskCode } from '../health/disk.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Lists } from '../lists/lists.ts'
import { createExposed } from '../returns/exposed.ts'
import { createReturns } from '../returns/returns.ts'
import { createHeed } from '../shipments/heed.ts'
import { createShipments } from '../shipments/shipments.ts'
import { createEvidence } from './evidence.ts'
import { createLedger } from './ledger.ts'
import { createLotStatus } from './lot-status.ts'
import { createRecalls } from './recalls.ts'
import type { Stock } from './stock.ts'
import { createSupply } from './supply.ts'

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly alarms: Alarms
  readonly history: History
  readonly clock: EdgeClock
  readonly site: string
  readonly stock: Stock
  readonly lists: Lists
  readonly hardware: Pick<EdgeHardware, 'drawers'>
  /** Days before its expiry from which a lot is on the list. */
  readonly nearExpiryDays?: number | undefined
  readonly tell: (topic: Topic) => void
}

type RecallBody = {
  readonly recall: string
  readonly drug: string
  readonly lot?: string
  readonly reason: string
  readonly lift?: boolean
}

const NEAR_EXPIRY_DAYS = 180

/** All that follows from the stock: who may pick what, what is missing, what came in and what came back. */
export const createHoldings = (options: Options) => {
  const { db, journal, alarms, history, clock, site, stock, lists, hardware, tell } = options
  const { nearExpiryDays = NEAR_EXPIRY_DAYS } = options
  const { drawers } = hardware
  const recalls = createRecalls({ db, clock })
  const onChange = (): void => {
    for (const topic of ['stock', 'prescriptions', 'drawers'] as const) tell(topic)
  }
  const exposed = createExposed({ db })
  const lotStatus = createLotStatus({ db, journal, stock, recalls, exposed, drawers, onChange })
  const supply = createSupply({ db, journal, alarms, clock, stock, lists, nearExpiryDays, onChange })
  const ledger = createLedger({ db, journal, stock })
  const heed = createHeed({ clock, stock, lists, recalls, drawers })
  const carry = (): void => {
    try {
      ledger.carry()
    } catch (error) {
      // At the next start, or the next day that is dropped.
      if (!isDiskCode(codeOf(error))) throw error
    }
  }
  journal.onAppend(records => {
    if (records.some(({ kind }) => kind === 'journal.pruned')) carry()
  })
  return {
    lotStatus,
    supply,
    ledger,
    evidence: createEvidence({ db, history, clock, site }),
    heed,
    shipments: createShipments({ db, journal, clock, stock, heed, onChange: () => tell('shipments') }),
    returns: createReturns({
      ...{ db, journal, clock, stock },
      returnPlace: [...drawers].find(([, { role }]) => role === 'return')?.[0],
      onChange: () => tell('returns'),
    }),
    /** The centre's order of a recall, or of its end (R14). */
    recall: ({ recall: id, drug, lot, reason, lift = false }: RecallBody): OrderEffect => ({
      ref: id,
      apply: () => (lift ? recalls.lift(id) : recalls.put({ id, drug, lot: lot ?? null, reason })),
    }),
    /** Before anything can be unlocked: what a power cut left undone. */
    stockAtStart: (): void => {
      carry()
      lotStatus.enforce()
      supply.check()
    },
  }
}

export type Holdings = ReturnType<typeof createHoldings>
