import {
  type Cause,
  type Forecast,
  foresee,
  initialThermalState,
  type ThermalState,
} from '#domain/cold-chain/thermal.ts'
import { createFridge, type FridgeMake, ROOM_CELSIUS } from '#hardware/simulated/fridge.ts'
import { seededRandom } from '#hardware/simulated/random.ts'

const MINUTE = 60_000
/** A DS18B20's step. */
const STEP = 1 / 16

export const LIMITS = { low: 2, high: 8, ambient: 25 }

type Options = {
  readonly make?: FridgeMake
  readonly noise?: number
  readonly seed?: number
  readonly knows?: boolean
}

/** A simulated refrigerator with a noisy sensor, and the early warning that watches it once a minute. `knows`: door and relay are wired. */
export const watchedFridge = ({ make, noise = 0.05, seed = 7, knows = true }: Options = {}) => {
  const fridge = createFridge({ ambient: ROOM_CELSIUS, ...make })
  const random = seededRandom(seed)
  let at = Date.parse('2026-06-01T00:00:00Z')
  let state: ThermalState = initialThermalState
  const said: {
    readonly at: number
    readonly change: 'warn' | 'over'
    readonly forecast: Forecast | null
  }[] = []
  let outAt: number | null = null
  let forecast: Forecast | null = null

  const causeOf = (): Cause | null => {
    const { mains, doorOpen } = fridge.state()
    if (!knows) return null
    return mains ? (doorOpen ? 'door' : null) : 'mains'
  }
  const minute = (): void => {
    fridge.advance(MINUTE)
    at += MINUTE
    const true_ = fridge.state().sensor
    if (true_ > LIMITS.high) outAt ??= at
    else outAt = null
    const celsius = Math.round((true_ + (random() * 2 - 1) * noise) / STEP) * STEP
    const result = foresee(state, { at, celsius }, causeOf(), LIMITS)
    // As over a restart: the state is plain JSON.
    state = JSON.parse(JSON.stringify(result.state)) as ThermalState
    forecast = result.forecast
    if (result.change) said.push({ at, change: result.change, forecast })
  }
  return {
    said,
    set: fridge.set,
    state: () => state,
    forecast: () => forecast,
    now: () => at,
    sensor: () => fridge.state().sensor,
    /** When the sensor last passed the upper limit, ms; null = it is in range. */
    outAt: () => outAt,
    run: (minutes: number): void => {
      for (let passed = 0; passed < minutes; passed++) minute()
    },
    /** Until the sensor is out; the minutes it took. */
    runUntilOut: (most = 600): number => {
      const from = at
      while (outAt === null && at - from < most * MINUTE) minute()
      return (at - from) / MINUTE
    },
  }
}
