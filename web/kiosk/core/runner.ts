import { type Ref, ref, shallowRef } from 'vue'
import { ApiFailure } from '../../shared/api.ts'
import type { Tone } from './sound.ts'

export type Runner = {
  readonly failure: Ref<ApiFailure | null>
  /** An action is under way: buttons wait. */
  readonly busy: Readonly<Ref<boolean>>
  /** Runs an action of a person, one at a time; a failure is shown. True when it succeeded. */
  readonly run: (action: () => Promise<void>) => Promise<boolean>
}

export const createRunner = (sound: (tone: Tone) => void): Runner => {
  const failure = shallowRef<ApiFailure | null>(null)
  const busy = ref(false)
  return {
    failure,
    busy,
    run: async action => {
      if (busy.value) return false
      busy.value = true
      failure.value = null
      try {
        await action()
        return true
      } catch (error) {
        if (!(error instanceof ApiFailure)) throw error
        failure.value = error
        sound('error')
        return false
      } finally {
        busy.value = false
      }
    },
  }
}
