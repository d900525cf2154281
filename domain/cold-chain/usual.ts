import type { Reading } from './rule.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A refrigerator's own swing is larger than this, its sensor's noise smaller, °C. */
const TURN = 0.5
/** One that swings less is known after so long a calm. */
const CALM_MS = 6 * HOUR
const CALM_BAND = 1
const KEPT_MS = 48 * HOUR
const KEPT = 96
/** So many turns make a habit. */
const HABIT = 4

/**
 * Where a refrigerator turns by itself: the peaks and troughs of its thermostat, and the band of a calm one. Plain JSON.
 * `way`: 1 on its way up, -1 down; `extreme`: the farthest since the last turn.
 */
export type Usual = {
  readonly way: 1 | -1
  readonly extreme: number
  readonly calm: { readonly since: number; readonly min: number; readonly max: number }
  readonly peaks: readonly Turn[]
  readonly troughs: readonly Turn[]
}
type Turn = { readonly at: number; readonly celsius: number }

const startUsual = ({ at, celsius }: Reading): Usual => ({
  way: 1,
  extreme: celsius,
  calm: { since: at, min: celsius, max: celsius },
  peaks: [],
  troughs: [],
})

const kept = (turns: readonly Turn[], turn: Turn): readonly Turn[] =>
  [...turns.filter(({ at }) => turn.at - at <= KEPT_MS), turn].slice(-KEPT)

const turned = (usual: Usual, { at, celsius }: Reading): Usual => {
  const { way, extreme, peaks, troughs } = usual
  const farther = way * (celsius - extreme) > 0
  if (farther) return { ...usual, extreme: celsius }
  if (way * (extreme - celsius) < TURN) return usual
  const turn = { at, celsius: extreme }
  const turns = way === 1 ? { peaks: kept(peaks, turn) } : { troughs: kept(troughs, turn) }
  return { ...usual, ...turns, way: way === 1 ? -1 : 1, extreme: celsius }
}

/** A calm that ends counts as a habit of its own: both its ends, as often as it takes. */
const calmed = (usual: Usual, { at, celsius }: Reading): Usual => {
  const { since } = usual.calm
  const [min, max] = [Math.min(usual.calm.min, celsius), Math.max(usual.calm.max, celsius)]
  if (max - min <= CALM_BAND) return { ...usual, calm: { since, min, max } }
  const fresh = { since: at, min: celsius, max: celsius }
  if (at - since < CALM_MS) return { ...usual, calm: fresh }
  const often = (of: number): readonly Turn[] => Array(HABIT).fill({ at, celsius: of })
  return {
    ...usual,
    calm: fresh,
    peaks: [...usual.peaks, ...often(usual.calm.max)].slice(-KEPT),
    troughs: [...usual.troughs, ...often(usual.calm.min)].slice(-KEPT),
  }
}

/** Takes one reading; `disturbed`: door or mains moved it, which is no habit of its own. */
export const learnUsual = (before: Usual | null, reading: Reading, disturbed: boolean): Usual => {
  if (before === null) return startUsual(reading)
  // It starts anew from here, with its habits kept.
  if (disturbed) return { ...startUsual(reading), peaks: before.peaks, troughs: before.troughs }
  return turned(calmed(before, reading), reading)
}

/** The farthest at which it turned by itself in the last two days; null while it is not known well enough. */
export const usualEnd = (usual: Usual | null, side: 'cold' | 'hot'): number | null => {
  const turns = (side === 'hot' ? usual?.peaks : usual?.troughs) ?? []
  if (turns.length < HABIT) return null
  const ends = turns.map(({ celsius }) => celsius)
  return side === 'hot' ? Math.max(...ends) : Math.min(...ends)
}
