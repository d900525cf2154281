import { createLoadCell, type LoadCellMake } from './load-cell.ts'
import { gaussian, type Random } from './random.ts'

/** The air about the cell, °C: now, and when it was calibrated. */
export type Air = { readonly celsius: () => number; readonly calibratedAt: number }

export type DrawerScaleOptions = {
  readonly make: LoadCellMake
  /** Milliseconds. */
  readonly now: () => number
  readonly random: Random
  readonly air: Air
  /** What lies in the drawer, g. */
  readonly load: () => number
  /** The fault of showing nothing new. */
  readonly frozen: () => boolean
}

export interface DrawerScale {
  grams(): number
  stable(): boolean
  /** Goods or drawer have moved, and go on moving by themselves for `movesMs`. */
  moved(movesMs: number): void
  /** Everything has lain there for long. */
  settle(): void
}

/** How long the cell swings after goods or drawer have moved. */
const SETTLE_MS = 300
const NOISE_GRAMS = 0.05
const SWING_GRAMS = 2

/** The scale under a drawer: its load cell, with noise and swing. */
export const createDrawerScale = (options: DrawerScaleOptions): DrawerScale => {
  const { make, now, random, air, load, frozen } = options
  const { calibratedAt } = air
  const look = () => ({ now: now(), load: load(), celsius: air.celsius() })
  const settled = () => createLoadCell(make, { ...look(), celsius: calibratedAt, calibratedAt })
  let cell = settled()
  let restsFrom = Number.NEGATIVE_INFINITY
  let shown = load()
  const stable = (): boolean => frozen() || now() >= restsFrom
  return {
    stable,
    grams: () => {
      if (!frozen()) shown = cell(look()) + gaussian(random) * (stable() ? NOISE_GRAMS : SWING_GRAMS)
      return shown
    },
    moved: movesMs => {
      cell(look())
      restsFrom = now() + movesMs + SETTLE_MS
    },
    settle: () => {
      cell = settled()
      restsFrom = Number.NEGATIVE_INFINITY
    },
  }
}
