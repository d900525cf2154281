import { computed, watch } from 'vue'
import type { Topic } from '#cloud-sync/contract/edge-api.ts'
import type { OperationView } from '#cloud-sync/contract/edge-operations.ts'
import type { ScanView } from '#cloud-sync/contract/edge-scanning.ts'
import type { WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import { openStream } from '../../shared/stream.ts'
import type { Session } from './session.ts'
import type { Store } from './store.ts'

const topicsOf = (data: unknown): readonly Topic[] => {
  const topics = typeof data === 'object' && data !== null && 'topics' in data ? data.topics : undefined
  return Array.isArray(topics) ? topics : []
}

const isView = (data: unknown): boolean => typeof data === 'object' && data !== null && 'session' in data
export const isWithdrawal = (data: unknown): data is WithdrawalView => isView(data)
export const isOperation = (data: unknown): data is OperationView => isView(data)
export const isScan = (data: unknown): data is ScanView =>
  typeof data === 'object' && data !== null && 'kind' in data

type Follow = {
  readonly session: Session
  readonly store: Store
  /** A scanner at the cabinet has read something. */
  readonly onScan: (view: ScanView) => void
}

/** Listens to the agent while somebody is logged in; ends with the login. */
export const follow = ({ session, store, onScan }: Follow): void => {
  // A first PIN opens nothing but its own change.
  const token = computed(() => {
    const { value } = session.login
    return value && !value.person.mustChangePin ? value.token : undefined
  })
  const onEvent = (event: string, data: unknown): void => {
    if (event === 'withdrawal') store.set('withdrawal', isWithdrawal(data) ? data : null)
    else if (event === 'operation') store.set('operation', isOperation(data) ? data : null)
    else if (event === 'scan') {
      if (isScan(data)) onScan(data)
    }
    // The withdrawal comes by itself, up to four times a second.
    else for (const topic of topicsOf(data)) if (topic !== 'withdrawal') store.changed(topic)
  }
  watch(
    token,
    (value, _, onCleanup) => {
      if (value === undefined) return store.forget()
      store.readAll()
      const stream = openStream({
        url: `/api/stream?token=${encodeURIComponent(value)}`,
        events: ['changed', 'withdrawal', 'operation', 'scan'],
        onEvent,
        onState: state => {
          store.setConnected(state === 'open')
          // Both ways: after a loss the question tells an agent that is away from a login that has ended.
          store.readAll()
        },
      })
      onCleanup(stream.close)
    },
    { immediate: true },
  )
}
