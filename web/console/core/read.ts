import { onScopeDispose, type Ref, ref, type ShallowRef, shallowRef, watch } from 'vue'
import type { CentralTopic } from '#cloud-sync/contract/central-api.ts'
import type { ApiFailure } from '../../shared/api.ts'
import { asFailure } from './failure.ts'
import { api, onChanged } from './session.ts'

/** At most one read a second per list, however fast the sites speak. */
const PAUSE_MS = 1_000

export type Read<T> = {
  /** Null until the first answer; the last good answer stays while a later read fails. */
  readonly data: Readonly<ShallowRef<T | null>>
  readonly failure: Readonly<ShallowRef<ApiFailure | null>>
  readonly loading: Readonly<Ref<boolean>>
  readonly reload: () => Promise<void>
}

/**
 * Reads `path` now, when it changes, and when one of `topics` changed at the centre. A null path reads nothing.
 * An answer that arrives after a newer question is dropped. What is shown goes away when `subject` changes, so that
 * one thing's figures never stand under another's name; a moving time window is still the same subject.
 */
export const useRead = <T>(
  path: () => string | null,
  topics: readonly CentralTopic[],
  subject: () => string | null = path,
): Read<T> => {
  const data = shallowRef<T | null>(null)
  const failure = shallowRef<ApiFailure | null>(null)
  const loading = ref(false)
  let turn = 0
  let due: ReturnType<typeof setTimeout> | undefined

  const reload = async (): Promise<void> => {
    const from = path()
    turn += 1
    const mine = turn
    if (from === null) return
    loading.value = true
    try {
      const answer = await api.get<T>(from)
      if (mine !== turn) return
      data.value = answer
      failure.value = null
    } catch (error) {
      if (mine === turn) failure.value = asFailure(error)
    } finally {
      if (mine === turn) loading.value = false
    }
  }
  const soon = (): void => {
    due ??= setTimeout(() => {
      due = undefined
      void reload()
    }, PAUSE_MS)
  }

  let about: string | null
  watch(
    path,
    () => {
      const asked = subject()
      if (asked !== about) {
        about = asked
        data.value = null
        failure.value = null
      }
      void reload()
    },
    { immediate: true },
  )
  const forget = onChanged(topics, soon)
  onScopeDispose(() => {
    forget()
    clearTimeout(due)
    turn += 1
  })
  return { data, failure, loading, reload }
}
