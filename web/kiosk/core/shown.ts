import { type ComputedRef, computed, shallowRef, watch } from 'vue'
import type { WithdrawalView } from '#cloud-sync/contract/edge-api.ts'
import type { Session } from './session.ts'
import type { Tone } from './sound.ts'
import type { Store } from './store.ts'

export type Shown = {
  /** The withdrawal to show: the running one, or the one that has just ended until it was looked at. */
  readonly withdrawal: ComputedRef<WithdrawalView | null>
  readonly dismissFinished: () => void
}

/** Whole packs out: the scale's noise is nobody's hand. */
const packs = (view: WithdrawalView | null): number => Math.round(view?.live?.estimate ?? 0)

/** What the withdrawal page shows. The agent may forget a finished withdrawal at once; the person must see its end. */
export const createShown = (store: Store, session: Session, sound: (tone: Tone) => void): Shown => {
  const finished = shallowRef<WithdrawalView | null>(null)
  const seen = new Set<string>()
  watch(
    () => store.data.withdrawal,
    (view, before) => {
      if (view?.status === 'finished' && !seen.has(view.session)) {
        seen.add(view.session)
        // One that had ended before this page looked is no news.
        if (before?.session === view.session) finished.value = view
      }
      if (!view || before === undefined) return
      if (view.message.code !== before?.message.code || view.current !== before.current) {
        session.touch()
        if (view.message.level !== 'info') sound(view.message.level)
      } else if (packs(view) !== packs(before)) session.touch()
    },
  )
  return {
    withdrawal: computed(() => {
      const { withdrawal } = store.data
      return withdrawal && withdrawal.status !== 'finished' ? withdrawal : finished.value
    }),
    dismissFinished: () => {
      finished.value = null
    },
  }
}
