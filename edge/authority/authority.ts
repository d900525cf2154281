import type { Topic } from '#cloud-sync/contract/edge-api.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { Authorisations } from '../authorisation/authorisations.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Lists } from '../lists/lists.ts'
import type { Service } from '../operations/service.ts'
import type { Stock } from '../stock/stock.ts'
import { createAdmission } from './admission.ts'
import { createCustody } from './custody.ts'
import { createOverrides } from './overrides.ts'

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly alarms: Alarms
  readonly lists: Lists
  readonly authorisations: Authorisations
  readonly stock: Stock
  /** The drawers' service; asked for late, since they ask here before they open. */
  readonly service: () => Pick<Service, 'demandCount' | 'inService'>
  readonly tell: (topic: Topic) => void
}

/** In whose name drawers open, beside orders and the work around them: overrides, and nobody's while a key is out. */
export const createAuthority = ({ service, tell, ...parts }: Options) => {
  const overrides = createOverrides({
    ...parts,
    onChange: () => {
      tell('overrides')
      tell('prescriptions')
    },
  })
  const custody = createCustody({
    ...parts,
    demandCount: () => service().demandCount('downtime'),
    isCounted: drawer => service().inService(drawer),
    onChange: () => {
      for (const topic of ['custody', 'stock', 'prescriptions'] as const) tell(topic)
    },
  })
  return { overrides, custody, admission: createAdmission({ ...parts, overrides }) }
}

export type Authority = ReturnType<typeof createAuthority>
