import { type DrawerHand, handOn } from './drawer-hand.ts'
import { type Air, createDrawerScale } from './drawer-scale.ts'
import { type DrawerState, NOT_TRAVELLED } from './drawer-state.ts'
import type { LoadCellMake } from './load-cell.ts'
import { gaussian, type Random } from './random.ts'

export type { DrawerHand } from './drawer-hand.ts'
export type { DrawerState } from './drawer-state.ts'

export type DrawerMake = {
  readonly id: string
  /** Where it hangs on the one lock board bus and scale bus of `world.locks` and `world.scales`, if it does. */
  readonly board?: number
  readonly lock?: number
  readonly scaleAddress?: number
  readonly drug: string
  /** Mean weight of one unit, grams. */
  readonly unitGrams: number
  /** Standard deviation of one unit's weight as a part of it, e.g. 0.02. */
  readonly variation: number
  readonly units: number
  readonly cold?: string
  readonly cell?: LoadCellMake
}

/** What may be wrong with one drawer; switched at run time, gone after a restart. */
export type DrawerFaults = {
  /** The coil pulls and the latch does not let go. */
  readonly jammed: boolean
  /** The latch lets go and the drawer does not move, until it is pulled by hand. */
  readonly halfOpen: boolean
  /** The hook switch always says this. */
  readonly stuckSwitch: 'open' | 'closed' | false
  /** A worn hook switch: it chatters for a while after the drawer has moved. */
  readonly bouncing: boolean
  /** The scale shows what it showed last, and calls it stable. */
  readonly frozenWeight: boolean
  /** The scale is off its line. */
  readonly unplugged: boolean
}

const NO_FAULTS: DrawerFaults = {
  jammed: false,
  halfOpen: false,
  stuckSwitch: false,
  bouncing: false,
  frozenWeight: false,
  unplugged: false,
}

/** From the latch letting go to the hook switch changing. */
const TRAVEL_MS = 150
const BOUNCE_MS = 250

export interface Drawer {
  readonly make: DrawerMake
  state(): DrawerState
  restore(state: DrawerState): void
  /** Where it truly is. */
  position(): 'open' | 'closed'
  /** What the hook switch says. */
  hookClosed(): boolean
  /** The coil: the latch lets go and the spring pushes. False when nothing moved. */
  pulse(): boolean
  /** What the scale shows, with its noise. */
  grams(): number
  stable(): boolean
  faults(): DrawerFaults
  fail(change: Partial<DrawerFaults>): void
  readonly hand: DrawerHand
}

export type DrawerOptions = {
  readonly make: DrawerMake
  /** Milliseconds. */
  readonly now: () => number
  readonly random: Random
  readonly air: Air
}

const total = (goods: readonly number[]): number => goods.reduce((sum, grams) => sum + grams, 0)

/** Units as the factory packs them, no two of one weight. */
const packer =
  ({ make: { unitGrams, variation }, random }: DrawerOptions) =>
  (count: number): readonly number[] =>
    Array.from({ length: count }, () =>
      Math.max(unitGrams * (1 + variation * gaussian(random)), unitGrams / 10),
    )

/** What a hook switch says of a drawer that has been where it is for `sinceMs`. */
const switchSays = (
  closed: boolean,
  sinceMs: number,
  { stuckSwitch, bouncing }: DrawerFaults,
  random: Random,
) => {
  if (stuckSwitch !== false) return stuckSwitch === 'closed'
  return bouncing && sinceMs >= 0 && sinceMs < BOUNCE_MS ? random() < 0.5 : closed
}

/** One drawer with latch, spring, hook switch, goods and load cell. All follows from the clock: it has no timers. */
export const createDrawer = (options: DrawerOptions): Drawer => {
  const { make, now, random } = options
  const units = packer(options)
  let state: DrawerState = { drug: make.drug, goods: units(make.units), latched: true, releasedAt: 0 }
  let faults = NO_FAULTS
  let shutAt = Number.NEGATIVE_INFINITY
  const load = (): number => total(state.goods)
  const scale = createDrawerScale({
    ...options,
    make: make.cell ?? {},
    load,
    frozen: () => faults.frozenWeight,
  })

  const change = (next: Partial<DrawerState>, movesMs = 0): void => {
    if (next.latched) shutAt = now()
    state = { ...state, ...next }
    scale.moved(movesMs)
  }
  const sinceOut = (): number => (state.latched ? -1 : now() - state.releasedAt - TRAVEL_MS)
  const position = (): 'open' | 'closed' => (sinceOut() >= 0 ? 'open' : 'closed')
  const out = (): Partial<DrawerState> => ({ releasedAt: now() - TRAVEL_MS })

  return {
    make,
    state: () => state,
    restore: saved => {
      state = saved
      scale.settle()
    },
    position,
    hookClosed: () => {
      const closed = position() === 'closed'
      return switchSays(closed, closed ? now() - shutAt : sinceOut(), faults, random)
    },
    pulse: () => {
      if (!state.latched || faults.jammed) return false
      change({ latched: false, releasedAt: faults.halfOpen ? NOT_TRAVELLED : now() }, TRAVEL_MS)
      return true
    },
    grams: scale.grams,
    stable: scale.stable,
    faults: () => faults,
    fail: next => {
      faults = { ...faults, ...next }
    },
    hand: handOn({ state: () => state, position, change, units, out }),
  }
}
