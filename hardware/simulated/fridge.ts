/** What a refrigerator is made of. Defaults: a 130 l medical one, half full, in a warm room. */
export type FridgeMake = {
  /** Room, °C. */
  readonly ambient?: number
  /** Air and goods, °C. */
  readonly celsius?: number
  /** J/K. */
  readonly heatCapacity?: number
  /** Through the walls, W/K. */
  readonly leakage?: number
  /** Through the open door, W/K. */
  readonly doorLeakage?: number
  /** Heat taken out while the compressor runs, W. */
  readonly cooling?: number
  /** The thermometer stands in a bottle of glycol and follows the air with this time constant. */
  readonly sensorSeconds?: number
}

/** The room about a cabinet, unless its make says otherwise. */
export const ROOM_CELSIUS = 24

export type FridgeState = {
  /** Air and goods. */
  readonly celsius: number
  /** What the thermometer in its bottle has come to. */
  readonly sensor: number
  readonly compressor: boolean
  readonly doorOpen: boolean
  readonly mains: boolean
}

export type SavedFridge = Omit<FridgeState, 'sensor'> & { readonly sensor?: number | undefined }

export interface Fridge {
  state(): FridgeState
  /** One that was saved before there was a bottle has the bottle at the air's temperature. */
  restore(state: SavedFridge): void
  /** Lets time pass. */
  advance(ms: number): void
  /** A hand on the door, on the plug, or (for a demonstration) on the heat itself. */
  set(change: { readonly mains?: boolean; readonly doorOpen?: boolean; readonly celsius?: number }): void
}

/** The thermostat's two points; with the overshoot of one step the air stays within 3.5–6 °C. */
const ON_AT = 5.6
const OFF_AT = 3.8
/** Small against the time constants (minutes), so that the sum is good enough. */
const STEP_SECONDS = 5

const thermostat = ({ celsius, compressor, mains }: FridgeState): boolean => {
  if (!mains) return false
  if (celsius >= ON_AT) return true
  return celsius <= OFF_AT ? false : compressor
}

/** One lump of heat: C·dT/dt = leakage·(ambient − T) − cooling while the compressor runs. */
export const createFridge = (make: FridgeMake = {}): Fridge => {
  const {
    ambient = ROOM_CELSIUS,
    celsius = 4.6,
    heatCapacity = 60_000,
    leakage = 2,
    doorLeakage = 25,
    cooling = 120,
    sensorSeconds = 240,
  } = make
  let state: FridgeState = { celsius, sensor: celsius, compressor: false, doorOpen: false, mains: true }

  const step = (seconds: number): void => {
    const compressor = thermostat(state)
    const inflow = (leakage + (state.doorOpen ? doorLeakage : 0)) * (ambient - state.celsius)
    const watts = inflow - (compressor ? cooling : 0)
    const next = state.celsius + (watts * seconds) / heatCapacity
    const sensor = next + (state.sensor - next) * Math.exp(-seconds / sensorSeconds)
    state = { ...state, compressor, celsius: next, sensor }
  }

  return {
    state: () => state,
    restore: saved => {
      state = { ...saved, sensor: saved.sensor ?? saved.celsius }
    },
    advance: ms => {
      for (let left = ms / 1_000; left > 0; left -= STEP_SECONDS) step(Math.min(left, STEP_SECONDS))
    },
    set: change => {
      // A hand that sets the heat sets the bottle too.
      state = { ...state, ...change, ...(change.celsius === undefined ? {} : { sensor: change.celsius }) }
    },
  }
}
