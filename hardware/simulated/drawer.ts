import { HardwareError } from '../error.ts'
import { gaussian, type Random } from './random.ts'

export type DrawerMake = {
  readonly id: string
  readonly board: number
  readonly lock: number
  readonly scaleAddress: number
  readonly drug: string
  /** Mean weight of one unit, grams. */
  readonly unitGrams: number
  /** Standard deviation of one unit's weight as a part of it, e.g. 0.02. */
  readonly variation: number
  readonly units: number
  readonly cold?: string
}

/** `goods`: the weight of every unit, in grams. `releasedAt`: when the latch last let go, in ms of the world's clock. */
export type DrawerState = {
  readonly drug: string
  readonly goods: readonly number[]
  readonly latched: boolean
  readonly releasedAt: number
}

/** From the latch letting go to the hook switch changing. */
const TRAVEL_MS = 150
/** How long the cell swings after goods or drawer have moved. */
const SETTLE_MS = 300
const NOISE_GRAMS = 0.05
const SWING_GRAMS = 2

const refuse = (code: string, zh: string, en: string): HardwareError => new HardwareError(code, { zh, en })

export interface Drawer {
  readonly make: DrawerMake
  state(): DrawerState
  restore(state: DrawerState): void
  position(): 'open' | 'closed'
  /** The coil: the latch lets go and the spring pushes. Nothing happens to a drawer that is not latched. */
  pulse(): boolean
  /** What the cell shows, with its noise. */
  grams(): number
  stable(): boolean
  readonly hand: DrawerHand
}

/** Throw E_HAND_LOCKED, E_HAND_CLOSED, E_HAND_EMPTY, E_HAND_UNITS. */
export interface DrawerHand {
  take(units: number): void
  put(units: number): void
  open(): void
  close(): void
}

export type DrawerOptions = { readonly make: DrawerMake; readonly now: () => number; readonly random: Random }

type Body = {
  readonly state: () => DrawerState
  readonly position: () => 'open' | 'closed'
  /** `movesMs`: how long it goes on moving by itself. */
  readonly change: (next: Partial<DrawerState>, movesMs?: number) => void
}

const handOn = (
  { state, position, change }: Body,
  fresh: (count: number) => readonly number[],
): DrawerHand => {
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
      change({ goods: [...state().goods, ...fresh(count)] })
    },
    open: () => {
      if (state().latched) throw refuse('E_HAND_LOCKED', '抽屉锁着', 'the drawer is locked')
    },
    close: () => {
      if (!state().latched) change({ latched: true })
    },
  }
}

/** One drawer with latch, spring, goods and load cell. Position and swing follow from the clock: it has no timers. */
export const createDrawer = ({ make, now, random }: DrawerOptions): Drawer => {
  const unit = (): number =>
    Math.max(make.unitGrams * (1 + make.variation * gaussian(random)), make.unitGrams / 10)
  const units = (count: number): readonly number[] => Array.from({ length: count }, unit)
  let state: DrawerState = { drug: make.drug, goods: units(make.units), latched: true, releasedAt: 0 }
  let restsFrom = Number.NEGATIVE_INFINITY

  const change: Body['change'] = (next, movesMs = 0) => {
    state = { ...state, ...next }
    restsFrom = now() + movesMs + SETTLE_MS
  }
  const position = (): 'open' | 'closed' =>
    !state.latched && now() - state.releasedAt >= TRAVEL_MS ? 'open' : 'closed'
  const stable = (): boolean => now() >= restsFrom

  return {
    make,
    state: () => state,
    restore: saved => {
      state = saved
    },
    position,
    stable,
    pulse: () => {
      if (!state.latched) return false
      change({ latched: false, releasedAt: now() }, TRAVEL_MS)
      return true
    },
    grams: () => {
      const lying = state.goods.reduce((total, grams) => total + grams, 0)
      return lying + gaussian(random) * (stable() ? NOISE_GRAMS : SWING_GRAMS)
    },
    hand: handOn({ state: () => state, position, change }, units),
  }
}
