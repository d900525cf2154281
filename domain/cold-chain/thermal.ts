/**
 * Early warning: when will it be out of range? A refrigerator without cooling relaxes towards its surroundings, T' = (Ta − T)/τ;
 * τ is learnt from past mains failures and door openings. Without one, the slope alone. It is an estimate and is told as
 * such; the excursion's own rule does not hear of it.
 */
import { excess, type Limits, type Side, sideOf } from './limits.ts'
import type { Reading } from './rule.ts'
import { type Trend, trendOf } from './trend.ts'
import { learnUsual, type Usual, usualEnd } from './usual.ts'

/** What is known to warm it now: no mains, or an open door. */
export type Cause = 'mains' | 'door'

/** `minutes` until `limit` (°C) is passed, 0 = it is. `by`: the learnt model, or the slope alone. */
export type Forecast = {
  readonly side: Side
  readonly minutes: number
  readonly limit: number
  readonly by: 'model' | 'slope'
}

/** `settled`: the first reading of it that the sensor's own delay does not spoil. */
type Episode = { readonly cause: Cause; readonly since: number; readonly settled: Reading | null }

/** Plain JSON: store it, restore it, go on. `taus`: ms, newest last. */
export type ThermalState = {
  readonly recent: readonly Reading[]
  readonly usual: Usual | null
  readonly taus: Readonly<Record<Cause, readonly number[]>>
  readonly episode: Episode | null
  /** End of the last one, ms. */
  readonly quietSince: number | null
  /** From when on the warning was due, or (while it is out) to be ended. */
  readonly turningSince: number | null
  readonly warned: Side | null
}

export const initialThermalState: ThermalState = {
  recent: [],
  usual: null,
  taus: { mains: [], door: [] },
  episode: null,
  quietSince: null,
  turningSince: null,
  warned: null,
}

export type ThermalResult = {
  readonly state: ThermalState
  readonly forecast: Forecast | null
  /** Changed by this very reading. */
  readonly change: 'warn' | 'over' | null
}

/** `ambient`: of the room, °C, assumed where a time constant is learnt; the forecast then errs little by it. */
export type ThermalConfig = Limits & { readonly ambient: number }

const MINUTE = 60_000
const WINDOW_MS = 10 * MINUTE
/** A longer silence than this starts anew. */
const GAP_MS = 5 * MINUTE
const THIN_MS = 20_000
/** The probe stands in glycol. */
const DELAY_MS = 3 * MINUTE
const LEARN_MS = 5 * MINUTE
const LEARN_CELSIUS = 0.2
const LEARNT = 5
/** It must look so for this long before it is said, and before it is taken back. */
const SURE_MS = 2 * MINUTE
/** After a door was shut the probe still follows. */
const AFTER_MS = 10 * MINUTE
const HORIZON = { known: 45, unknown: 30 } as const
/** Beyond where it turns by itself, °C. */
const BEYOND = 0.3
/** Standard errors: below that a slope is noise. */
const SURE = 3

const median = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** What an episode that is over teaches of its time constant. */
const learn = (state: ThermalState, { celsius, at }: Reading, ambient: number): ThermalState['taus'] => {
  const { episode, taus } = state
  const from = episode?.settled
  if (!episode || !from || at - from.at < LEARN_MS || celsius - from.celsius < LEARN_CELSIUS) return taus
  const slope = (celsius - from.celsius) / (at - from.at)
  const tau = (ambient - (celsius + from.celsius) / 2) / slope
  return tau > 0 ? { ...taus, [episode.cause]: [...taus[episode.cause], tau].slice(-LEARNT) } : taus
}

const withCause = (
  state: ThermalState,
  reading: Reading,
  cause: Cause | null,
  ambient: number,
): ThermalState => {
  const { episode } = state
  if (episode && episode.cause === cause) {
    const settled = episode.settled ?? (reading.at - episode.since >= DELAY_MS ? reading : null)
    return settled === episode.settled ? state : { ...state, episode: { ...episode, settled } }
  }
  if (episode === null && cause === null) return state
  return {
    ...state,
    recent: [],
    taus: learn(state, state.recent.at(-1) ?? reading, ambient),
    episode: cause && { cause, since: reading.at, settled: null },
    quietSince: cause ? null : reading.at,
  }
}

const withReading = (state: ThermalState, reading: Reading): ThermalState => {
  const last = state.recent.at(-1)
  const disturbed =
    state.episode !== null || (state.quietSince !== null && reading.at - state.quietSince < 6 * AFTER_MS)
  const usual = learnUsual(state.usual, reading, disturbed)
  if (!last || reading.at <= last.at || reading.at - last.at > GAP_MS)
    return { ...state, usual, recent: [reading] }
  if (reading.at - last.at < THIN_MS) return { ...state, usual }
  const recent = [...state.recent.filter(({ at }) => reading.at - at <= WINDOW_MS), reading]
  return { ...state, usual, recent }
}

const limitOf = (side: Side, { low, high }: Limits): number => (side === 'hot' ? high : low)

/** Minutes to the limit on the way of this trend, bent by the time constant (ms) where one is known; null = never. */
const minutesTo = (trend: Trend, limit: number, tau: number | undefined): number | null => {
  const way = limit - trend.celsius
  if (tau === undefined) return way / trend.slope
  const bend = way / (trend.slope * (tau / MINUTE))
  return bend < 1 ? -(tau / MINUTE) * Math.log(1 - bend) : null
}

/** Before there is a slope, what was learnt says when it would be out. */
const byModel = (state: ThermalState, config: ThermalConfig): Forecast | null => {
  const tau = state.episode ? median(state.taus[state.episode.cause]) : undefined
  const last = state.recent.at(-1)
  const { high, ambient } = config
  if (tau === undefined || !last || ambient <= high || sideOf(last.celsius, config)) return null
  const minutes = (tau / MINUTE) * Math.log((ambient - last.celsius) / (ambient - high))
  return { side: 'hot', minutes, limit: high, by: 'model' }
}

const forecastOf = (state: ThermalState, trend: Trend | null, config: ThermalConfig): Forecast | null => {
  if (trend === null) return byModel(state, config)
  if (Math.abs(trend.slope) < SURE * trend.error) return null
  const side = trend.slope > 0 ? 'hot' : 'cold'
  const limit = limitOf(side, config)
  if (excess(side, trend.celsius, config) > 0) return { side, minutes: 0, limit, by: 'slope' }
  const tau = side === 'hot' && state.episode ? median(state.taus[state.episode.cause]) : undefined
  const minutes = minutesTo(trend, limit, tau)
  return minutes === null ? null : { side, minutes, limit, by: tau === undefined ? 'slope' : 'model' }
}

const isDue = (state: ThermalState, trend: Trend | null, forecast: Forecast | null, now: number): boolean => {
  if (!forecast || !trend) return false
  const { side, minutes } = forecast
  if (state.episode) return minutes <= HORIZON.known
  const settling = state.quietSince !== null && now - state.quietSince < AFTER_MS
  const end = usualEnd(state.usual, side)
  if (settling || end === null || minutes > HORIZON.unknown) return false
  return side === 'hot' ? trend.celsius > end + BEYOND : trend.celsius < end - BEYOND
}

/** Back in range and on its way back. */
const hasTurned = (warned: Side, trend: Trend | null, limits: Limits): boolean =>
  trend !== null &&
  excess(warned, trend.celsius, limits) <= 0 &&
  (warned === 'hot' ? trend.slope <= 0 : trend.slope >= 0)

/** Takes one valid reading and what is known to warm the place at this moment. */
export const foresee = (
  before: ThermalState,
  { at, celsius }: Reading,
  cause: Cause | null,
  config: ThermalConfig,
): ThermalResult => {
  const reading = { at, celsius }
  const state = withReading(withCause(before, reading, cause, config.ambient), reading)
  const trend = trendOf(state.recent)
  const forecast = forecastOf(state, trend, config)
  const { warned } = state
  const turning = warned ? hasTurned(warned, trend, config) : isDue(state, trend, forecast, at)
  if (!turning) return { state: { ...state, turningSince: null }, forecast, change: null }
  const since = state.turningSince === null || state.turningSince > at ? at : state.turningSince
  if (at - since < SURE_MS) return { state: { ...state, turningSince: since }, forecast, change: null }
  const next = { ...state, turningSince: null, warned: warned ? null : (forecast?.side ?? null) }
  return { state: next, forecast, change: warned ? 'over' : 'warn' }
}
