import { computed, watch } from 'vue'
import type { Topic, WithdrawalView } from '#cloud-sync/contract/edge-api.ts'
import { openStream } from '../../shared/stream.ts'
import type { Session } from './session.ts'
import type { Store } from './store.ts'

const topicsOf = (data: unknown): readonly Topic[] => {
  const topics = typeof data === 'object' && data !== null && 'topics' in data ? data.topics : undefined
  return Array.isArray(topics) ? topics : []
}

export const isWithdrawal = (data: unknown): data is WithdrawalView =>
  typeof data === 'object' && data !== null && 'session' in data

/** Listens to the agent while somebody is logged in; ends with the login. */
export const follow = (session: Session, store: Store): void => {
  // A first PIN opens nothing but its own change.
  const token = computed(() => {
    const { value } = session.login
    return value && !value.person.mustChangePin ? value.token : undefined
  })
  watch(
    token,
    (value, _, onCleanup) => {
      if (value === undefined) return store.forget()
      store.readAll()
      const stream = openStream({
        url: `/api/stream?token=${encodeURIComponent(value)}`,
        onEvent: (event, data) => {
          if (event === 'withdrawal') store.setWithdrawal(isWithdrawal(data) ? data : null)
          // The withdrawal comes by itself, up to four times a second.
          else for (const topic of topicsOf(data)) if (topic !== 'withdrawal') void store.read(topic)
        },
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
