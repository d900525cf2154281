import { HardwareError } from '../error.ts'
import type { DrawerState } from './drawer-state.ts'

/** What a person's hands can do. Throw E_HAND_LOCKED, E_HAND_CLOSED, E_HAND_EMPTY, E_HAND_UNITS. */
export interface DrawerHand {
  take(units: number): void
  put(units: number): void
  /** Pulls it out, where the spring has not. */
  open(): void
  close(): void
}

/** What the hand finds. */
export type DrawerBody = {
  readonly state: () => DrawerState
  readonly position: () => 'open' | 'closed'
  readonly change: (next: Partial<DrawerState>) => void
  /** So many units that were not in the drawer. */
  readonly units: (count: number) => readonly number[]
  /** What the state says of a drawer that has just come out. */
  readonly out: () => Partial<DrawerState>
}

const refuse = (code: string, zh: string, en: string): HardwareError => new HardwareError(code, { zh, en })

export const handOn = ({ state, position, change, units, out }: DrawerBody): DrawerHand => {
  const needOpen = (count: number): void => {
    if (!Number.isInteger(count) || count < 1 || count > 1_000) {
      throw refuse('E_HAND_UNITS', '数量必须是 1–1000 的整数', 'units must be an integer of 1–1000')
    }
    if (position() === 'closed') throw refuse('E_HAND_CLOSED', '抽屉关着', 'the drawer is closed')
  }
  return {
    take: count => {
      needOpen(count)
      const { goods } = state()
      if (count > goods.length) throw refuse('E_HAND_EMPTY', '抽屉里没有这么多', 'there are not so many')
      change({ goods: goods.slice(0, -count) })
    },
    put: count => {
      needOpen(count)
      change({ goods: [...state().goods, ...units(count)] })
    },
    open: () => {
      if (state().latched) throw refuse('E_HAND_LOCKED', '抽屉锁着', 'the drawer is locked')
      if (position() === 'closed') change(out())
    },
    close: () => {
      if (!state().latched) change({ latched: true })
    },
  }
}
