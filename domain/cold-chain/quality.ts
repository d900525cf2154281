import type { Reading } from './rule.ts'

/**
 * What makes a reading hard to believe. Such a reading still counts (a true excursion may look just so); it is told
 * beside it. `stuckMs`: a refrigerator's compressor moves any live sensor within this time. `jumpCelsius` within
 * `jumpMs`: more than goods or a probe in glycol can do. `clockMs`: the longest step of time that is no jump.
 */
export interface QualityConfig {
  readonly stuckMs: number
  readonly jumpCelsius: number
  readonly jumpMs: number
  readonly clockMs: number
}

const defaultQualityConfig: QualityConfig = {
  stuckMs: 6 * 60 * 60_000,
  jumpCelsius: 8,
  jumpMs: 2 * 60_000,
  clockMs: 5 * 60_000,
}

/** Plain JSON. `since`: from when on the value has not moved; `stuck`: that has been told. */
export interface QualityState {
  readonly last: Reading
  readonly since: number
  readonly stuck: boolean
}

/** °C, UTC ms. `clock-set`: the clock went back, so that the order of readings is not the order of their times. */
export type Suspicion =
  | { readonly what: 'stuck'; readonly since: number; readonly at: number; readonly celsius: number }
  | { readonly what: 'moving-again'; readonly at: number }
  | { readonly what: 'jump'; readonly at: number; readonly from: number; readonly to: number }
  | { readonly what: 'clock-set'; readonly at: number; readonly before: number }

export interface QualityResult {
  readonly state: QualityState
  readonly suspicions: readonly Suspicion[]
}

const stillness = (
  state: QualityState,
  { at, celsius }: Reading,
  { stuckMs }: QualityConfig,
): QualityResult => {
  const last = { at, celsius }
  if (celsius !== state.last.celsius) {
    const suspicions = state.stuck ? [{ what: 'moving-again' as const, at }] : []
    return { state: { last, since: at, stuck: false }, suspicions }
  }
  const { since, stuck } = state
  if (stuck || at - since < stuckMs) return { state: { ...state, last }, suspicions: [] }
  return { state: { last, since, stuck: true }, suspicions: [{ what: 'stuck', since, at, celsius }] }
}

/** Takes one valid reading; `state` null before the first. Each suspicion is told once, when it arises. */
export const suspect = (
  state: QualityState | null,
  reading: Reading,
  config: QualityConfig = defaultQualityConfig,
): QualityResult => {
  const { at, celsius } = reading
  const fresh: QualityState = { last: { at, celsius }, since: at, stuck: false }
  if (state === null) return { state: fresh, suspicions: [] }
  const before = state.last
  if (at < before.at - config.clockMs) {
    const set = { what: 'clock-set' as const, at, before: before.at }
    // What was told of a sensor that stands still is over when it moves, and not because somebody set the clock.
    const moves = state.stuck && celsius !== before.celsius
    const stuck = state.stuck && !moves
    return {
      state: { ...fresh, stuck },
      suspicions: moves ? [set, { what: 'moving-again', at }] : [set],
    }
  }
  const still = stillness(state, reading, config)
  const jumped = Math.abs(celsius - before.celsius) > config.jumpCelsius && at - before.at <= config.jumpMs
  const jump = jumped ? [{ what: 'jump' as const, at, from: before.celsius, to: celsius }] : []
  return { state: still.state, suspicions: [...jump, ...still.suspicions] }
}
