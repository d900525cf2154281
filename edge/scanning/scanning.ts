import type { Logger } from 'pino'
import type { Authorisations } from '../authorisation/authorisations.ts'
import type { Changes } from '../changes.ts'
import type { EdgeClock } from '../clock.ts'
import type { EdgeHardware } from '../hardware.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { People } from '../people/people.ts'
import { createBadges } from './badges.ts'
import { createCatalogue } from './catalogue.ts'
import { createCheckPack } from './check-pack.ts'
import { createOwnSlips } from './own-slip.ts'
import { createScan } from './scan.ts'
import { listenToScanners } from './scanners.ts'
import { createSlips } from './slips.ts'
import { createTrace } from './trace.ts'

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly log: Logger
  readonly changes: Changes
  readonly hardware: EdgeHardware
  readonly authorisations: Authorisations
  readonly people: People
}

/** Everything about scanning, joined. */
export const createScanning = ({ hardware, clock, log, changes, ...parts }: Options) => {
  const catalogue = createCatalogue(parts)
  const trace = createTrace({ ...parts, clock })
  const badges = createBadges(clock)
  const drawers = new Set(hardware.drawers.keys())
  const takeSlip = createSlips({ ...parts, onNew: () => changes.tell('prescriptions') })
  const findOwnSlip = createOwnSlips(parts)
  const scan = createScan({ ...parts, takeSlip, findOwnSlip, catalogue, trace, badges, drawers })
  return {
    catalogue,
    trace,
    badges,
    takeSlip,
    scan,
    checkPack: createCheckPack(catalogue),
    scanners: listenToScanners({ scanners: hardware.scanners ?? new Map(), scan, clock, log }),
  }
}

export type Scanning = ReturnType<typeof createScanning>
