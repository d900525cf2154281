import { type Ref, ref, shallowReactive } from 'vue'
import type { AlarmView } from '#cloud-sync/contract/edge-alarms.ts'
import type { AskView, SiteView, Topic } from '#cloud-sync/contract/edge-api.ts'
import type { OngoingExcursion, ThermometerView } from '#cloud-sync/contract/edge-cold-chain.ts'
import type { DrawerView, ReturnView, ShipmentView } from '#cloud-sync/contract/edge-goods.ts'
import type { JournalVerifyView } from '#cloud-sync/contract/edge-journal.ts'
import type { OperationView } from '#cloud-sync/contract/edge-operations.ts'
import type {
  CaseView,
  CustodyView,
  OverrideListView,
  OverrideView,
  PersonView,
  ReasonsView,
} from '#cloud-sync/contract/edge-people.ts'
import type { BypassView } from '#cloud-sync/contract/edge-scanning.ts'
import type {
  DrugStockView,
  LedgerCheckView,
  QuarantineView,
  StockView,
} from '#cloud-sync/contract/edge-stock.ts'
import type { PrescriptionView, WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import { type Api, ApiFailure } from '../../shared/api.ts'

/** What the agent said last, by topic. Absent = not read yet, which is not the same as empty. */
export type Data = {
  site?: SiteView
  people?: readonly PersonView[]
  prescriptions?: readonly PrescriptionView[]
  withdrawal?: WithdrawalView | null
  temperatures?: readonly ThermometerView[]
  stock?: readonly StockView[]
  alarms?: readonly AlarmView[]
  cases?: readonly CaseView[]
  asks?: readonly AskView[]
  operation?: OperationView | null
  drawers?: readonly DrawerView[]
  shipments?: readonly ShipmentView[]
  returns?: readonly ReturnView[]
  overrides?: readonly OverrideView[]
  custody?: readonly CustodyView[]
  stockState?: readonly DrugStockView[]
  bypasses?: readonly BypassView[]
  quarantine?: readonly QuarantineView[]
  overrideList?: OverrideListView | null
  reasons?: ReasonsView
  excursions?: readonly OngoingExcursion[]
  ledger?: LedgerCheckView
  verification?: JournalVerifyView
}
export type Readable = keyof Data

/** Where the agent tells it, when the address is not its name. */
const PATHS: Partial<Record<Readable, string>> = {
  withdrawal: 'withdrawals/current',
  operation: 'operations/current',
  stockState: 'stock/state',
  quarantine: 'stock/quarantine',
  bypasses: 'scan/bypasses',
  ledger: 'stock/ledger',
  verification: 'journal/verify',
  overrideList: 'override-list',
}
const pathOf = (what: Readable): string => `/api/${PATHS[what] ?? what}`

/** What else to read again when the agent tells of a topic. */
const WITH_TOPIC: Partial<Record<Topic, readonly Readable[]>> = {
  stock: ['stockState', 'quarantine'],
  overrides: ['overrideList'],
  alarms: ['excursions'],
}

const BEHIND_LOGIN = [
  'withdrawal',
  'operation',
  'prescriptions',
  'temperatures',
  'stock',
  'stockState',
  'quarantine',
  'alarms',
  'cases',
  'asks',
  'drawers',
  'shipments',
  'returns',
  'overrides',
  'overrideList',
  'custody',
  'reasons',
  'bypasses',
  'excursions',
] as const satisfies readonly Readable[]

/** Asked for by the page that shows it: the agent reads its journal for it. */
const ON_DEMAND = ['ledger', 'verification'] as const satisfies readonly Readable[]

export type Store = {
  readonly data: Readonly<Data>
  /** False while the agent does not answer: what is shown may be old. */
  readonly connected: Readonly<Ref<boolean>>
  readonly setConnected: (connected: boolean) => void
  /** What the agent has just said of its own accord, or as the answer to an act: newer than any question under way. */
  readonly set: <K extends 'withdrawal' | 'operation'>(what: K, view: Data[K]) => void
  readonly read: (what: Readable) => Promise<void>
  /** Reads again what the agent says has changed. */
  readonly changed: (topic: Topic) => void
  readonly readAll: () => void
  readonly forget: () => void
}

export type StoreOptions = { readonly api: Api; readonly onFailure: (failure: ApiFailure) => void }

export const createStore = ({ api, onFailure }: StoreOptions): Store => {
  const data = shallowReactive<Data>({})
  const connected = ref(true)
  const asked = new Map<Readable, number>()

  const newTurn = (what: Readable): number => {
    const turn = (asked.get(what) ?? 0) + 1
    asked.set(what, turn)
    return turn
  }
  const read = async (what: Readable): Promise<void> => {
    // An answer that arrives after a newer question is old news.
    const turn = newTurn(what)
    try {
      const answer = await api.get<Data[Readable]>(pathOf(what))
      connected.value = true
      if (asked.get(what) === turn) Object.assign(data, { [what]: answer })
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error
      if (error.status === 0) connected.value = false
      else if (error.status !== 401) onFailure(error)
    }
  }

  return {
    data,
    connected,
    setConnected: next => {
      connected.value = next
    },
    set: (what, view) => {
      newTurn(what)
      Object.assign(data, { [what]: view })
    },
    read,
    changed: topic => {
      for (const what of [topic, ...(WITH_TOPIC[topic] ?? [])]) void read(what)
    },
    readAll: () => {
      for (const what of ['site', 'people', ...BEHIND_LOGIN] as const) void read(what)
    },
    forget: () => {
      for (const what of [...BEHIND_LOGIN, ...ON_DEMAND]) {
        newTurn(what)
        Object.assign(data, { [what]: undefined })
      }
    },
  }
}
