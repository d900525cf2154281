/**
 * A weighing cell and the electronics behind it. Defaults: a 3 kg cell of class C3 (OIML R 60) as data sheets give
 * it, calibrated with its load at rest.
 */
export type LoadCellMake = {
  /** What a load gains after it has been put on, as a part of it: 0.02 % in half an hour. */
  readonly creep?: number
  /** Time constant of that. */
  readonly creepSeconds?: number
  /** Drift of the zero, g/K; half of what C3 allows a 3 kg cell. */
  readonly zeroGramsPerKelvin?: number
  /** Drift of the span, parts per million/K. */
  readonly spanPpmPerKelvin?: number
  /** The cell follows the air about it with this time constant. */
  readonly thermalSeconds?: number
  /**
   * Swallows slow changes: pulls what is shown back by up to `gramsPerSecond` while it is within `bandGrams` of zero,
   * or of what was shown after the last jump (`anywhere`; makers call it creep tracking, 蠕变跟踪). Off unless given,
   * as a cabinet must have it: goods that are taken slowly would never be missed.
   */
  readonly tracking?: {
    readonly around: 'zero' | 'anywhere'
    readonly bandGrams: number
    readonly gramsPerSecond: number
  }
}

/** `now` in ms, `load` in g, `celsius` of the air about the cell. */
export type CellLook = { readonly now: number; readonly load: number; readonly celsius: number }

/** `calibratedAt`: °C. */
export type CellStart = CellLook & { readonly calibratedAt: number }

/** `creep`: gained by the load so far; `tracked`: taken off by tracking, which holds the rest at `held`. */
type Cell = CellLook & { readonly creep: number; readonly tracked: number; readonly held: number }

const toward = (from: number, to: number, seconds: number, constant: number): number =>
  to + (from - to) * Math.exp(-seconds / constant)

const clamp = (value: number, most: number): number => Math.min(most, Math.max(-most, value))

/**
 * The function tells what the cell shows, without noise. It has no timers: each look lets the time since the last one
 * pass, exactly, so it must be looked at when the load changes.
 */
export const createLoadCell = (make: LoadCellMake, start: CellStart): ((look: CellLook) => number) => {
  const {
    creep = 0.000_2,
    creepSeconds = 400,
    zeroGramsPerKelvin = 0.02,
    spanPpmPerKelvin = 17,
    thermalSeconds = 900,
    tracking,
  } = make
  const anywhere = tracking?.around === 'anywhere'
  let cell: Cell = { ...start, creep: creep * start.load, tracked: 0, held: anywhere ? start.load : 0 }

  const track = (gross: number, seconds: number): Pick<Cell, 'tracked' | 'held'> => {
    const { tracked, held } = cell
    const off = gross - tracked - held
    if (tracking === undefined) return { tracked, held }
    if (Math.abs(off) <= tracking.bandGrams)
      return { tracked: tracked + clamp(off, tracking.gramsPerSecond * seconds), held }
    return { tracked, held: anywhere ? gross - tracked : held }
  }

  return ({ now, load, celsius }) => {
    const seconds = Math.max(0, now - cell.now) / 1_000
    // The load of the last look has lain there until now.
    const gained = toward(cell.creep, creep * cell.load, seconds, creepSeconds)
    const own = toward(cell.celsius, celsius, seconds, thermalSeconds)
    const warmer = own - start.calibratedAt
    // Calibrated at rest, a load at rest shows itself, and a fresh one a little less.
    const crept = load * (1 + spanPpmPerKelvin * warmer * 1e-6) + gained - creep * load
    const gross = crept + zeroGramsPerKelvin * warmer
    cell = { now, load, creep: gained, celsius: own, ...track(gross, seconds) }
    return gross - cell.tracked
  }
}
