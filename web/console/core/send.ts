import { type Ref, ref, shallowRef } from 'vue'
import type { ApiFailure } from '../../shared/api.ts'
import { asFailure } from './failure.ts'
import { api } from './session.ts'

/** One thing sent to the centre: busy while it is, what was refused, and never twice at once. */
export const useSend = () => {
  const busy = ref(false)
  const failure: Ref<ApiFailure | null> = shallowRef(null)
  /** True when the centre took it. */
  const send = async (path: string, body: unknown): Promise<boolean> => {
    if (busy.value) return false
    busy.value = true
    failure.value = null
    try {
      await api.post(path, body)
      return true
    } catch (error) {
      failure.value = asFailure(error)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, failure, send }
}
