import { type ComputedRef, computed, type ShallowRef, shallowRef, watch } from 'vue'
import type { OperationView } from '#cloud-sync/contract/edge-operations.ts'
import type { WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import type { Session } from './session.ts'
import type { Tone } from './sound.ts'
import type { Store } from './store.ts'

export type Shown = {
  /** The withdrawal to show: the running one, or the one that has just ended until it was looked at. */
  readonly withdrawal: ComputedRef<WithdrawalView | null>
  /** The same for the work around withdrawals. */
  readonly operation: ComputedRef<OperationView | null>
  readonly dismissFinished: () => void
  /** The withdrawal that ended last while this person was here: its labels can be printed. */
  readonly printable: Readonly<ShallowRef<WithdrawalView | null>>
}

type View = WithdrawalView | OperationView

/** Whole packs out: the scale's noise is nobody's hand. */
const packs = (view: View | null): number => Math.round(view?.live?.estimate ?? 0)
const place = (view: View | null): string => (view && 'current' in view ? String(view.current) : '')

const END_TONES: Readonly<Record<NonNullable<View['outcome']>, Tone>> = {
  matched: 'done',
  done: 'done',
  partial: 'differs',
  discrepancy: 'differs',
  abandoned: 'ok',
  cancelled: 'ok',
}

/** What the pages of a session show. The agent may forget a finished one at once; the person must see its end. */
export const createShown = (store: Store, session: Session, sound: (tone: Tone) => void): Shown => {
  const printable = shallowRef<WithdrawalView | null>(null)

  const keepEnd = <V extends View>(read: () => V | null | undefined, onEnd: (view: V) => void) => {
    const finished = shallowRef<V | null>(null)
    const seen = new Set<string>()
    watch(read, (view, before) => {
      const same = before?.session === view?.session
      if (view?.status === 'finished' && !seen.has(view.session)) {
        seen.add(view.session)
        // One that had ended before this page looked is no news.
        if (same) {
          finished.value = view
          onEnd(view)
          if (view.outcome) return sound(END_TONES[view.outcome])
        }
      }
      if (!view || before === undefined) return
      if (view.message.code !== before?.message.code || place(view) !== place(before)) {
        session.touch()
        if (view.message.level !== 'info') sound(view.message.level)
      } else if (packs(view) !== packs(before)) session.touch()
    })
    const shown = computed<V | null>(() => {
      const view = read()
      return view && view.status !== 'finished' ? view : finished.value
    })
    return { finished, shown }
  }

  const taking = keepEnd(
    () => store.data.withdrawal,
    view => {
      printable.value = view
    },
  )
  const working = keepEnd(
    () => store.data.operation,
    () => {},
  )
  watch(session.login, login => {
    if (!login) printable.value = null
  })
  return {
    withdrawal: taking.shown,
    operation: working.shown,
    printable,
    dismissFinished: () => {
      taking.finished.value = null
      working.finished.value = null
    },
  }
}
