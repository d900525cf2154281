import type { MainsPower } from '#hardware/ports.ts'
import type { Journal } from '../journal/journal.ts'
import type { Alarms } from './alarms.ts'

type Options = {
  readonly alarms: Alarms
  readonly journal: Journal
  readonly mains?: MainsPower | undefined
}

export type Mains = {
  /** Asks the relay once. */
  readonly poll: () => Promise<void>
  /** As last seen; unknown without a relay or before it was read. */
  readonly state: () => 'present' | 'absent' | 'unknown'
}

/** Mains failure and return: an alarm while it lasts, and both on the record. What was so at the last run is not told again. */
export const createMains = ({ alarms, journal, mains }: Options): Mains => {
  let seen: 'present' | 'absent' | 'unknown' = 'unknown'
  const change = (state: 'present' | 'absent'): void => {
    const before = alarms.isOpen('mains') ? 'absent' : 'present'
    seen = state
    if (state !== before) journal.tell({ kind: 'mains.changed', data: { state } })
    if (state === 'present') alarms.clear('mains')
    else
      alarms.raise({
        id: 'mains',
        kind: 'mains',
        level: 'alarm',
        zh: '市电中断，冰箱停止制冷',
        en: 'the mains have failed: the refrigerator does not cool, the cabinet runs on its battery',
      })
  }
  return {
    poll: async () => {
      // What cannot be read is the guard's fault, which is told as such.
      const state = await mains?.state().catch(() => undefined)
      if (state !== undefined && state !== seen) change(state)
    },
    state: () => seen,
  }
}
