import { type Ref, ref, shallowReactive } from 'vue'
import type {
  AlarmView,
  AskView,
  EdgeCaseView,
  PersonView,
  PrescriptionView,
  SiteView,
  StockView,
  ThermometerView,
  Topic,
  WithdrawalView,
} from '#cloud-sync/contract/edge-api.ts'
import type {
  DrawerView,
  OperationView,
  ReturnView,
  ShipmentView,
} from '#cloud-sync/contract/edge-operations.ts'
import type { CustodyView, OverrideView } from '#cloud-sync/contract/edge-people.ts'
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
  cases?: readonly EdgeCaseView[]
  asks?: readonly AskView[]
  operation?: OperationView | null
  drawers?: readonly DrawerView[]
  shipments?: readonly ShipmentView[]
  returns?: readonly ReturnView[]
  overrides?: readonly OverrideView[]
  custody?: readonly CustodyView[]
}
export type Readable = Topic | 'people'

const pathOf = (topic: Readable): string => `/api/${topic === 'withdrawal' ? 'withdrawals/current' : topic}`

const BEHIND_LOGIN: readonly Readable[] = [
  'withdrawal',
  'prescriptions',
  'temperatures',
  'stock',
  'alarms',
  'cases',
  'asks',
]

export type Store = {
  readonly data: Readonly<Data>
  /** False while the agent does not answer: what is shown may be old. */
  readonly connected: Readonly<Ref<boolean>>
  readonly setConnected: (connected: boolean) => void
  readonly setWithdrawal: (view: WithdrawalView | null) => void
  readonly read: (topic: Readable) => Promise<void>
  readonly readAll: () => void
  readonly forget: () => void
}

export type StoreOptions = { readonly api: Api; readonly onFailure: (failure: ApiFailure) => void }

export const createStore = ({ api, onFailure }: StoreOptions): Store => {
  const data = shallowReactive<Data>({})
  const connected = ref(true)
  const asked = new Map<Readable, number>()

  const read = async (topic: Readable): Promise<void> => {
    // An answer that arrives after a newer question is old news.
    const turn = (asked.get(topic) ?? 0) + 1
    asked.set(topic, turn)
    try {
      const answer = await api.get<Data[Readable]>(pathOf(topic))
      connected.value = true
      if (asked.get(topic) === turn) Object.assign(data, { [topic]: answer })
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
    setWithdrawal: view => {
      asked.set('withdrawal', (asked.get('withdrawal') ?? 0) + 1)
      data.withdrawal = view
    },
    read,
    readAll: () => {
      for (const topic of ['site', ...BEHIND_LOGIN] as const) void read(topic)
    },
    forget: () => {
      for (const topic of BEHIND_LOGIN) {
        asked.set(topic, (asked.get(topic) ?? 0) + 1)
        Object.assign(data, { [topic]: undefined })
      }
    },
  }
}
