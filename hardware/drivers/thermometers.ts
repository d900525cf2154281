import { type ColdPlace, placeOf } from '#domain/cold-chain/place.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import type { HardwareClock, Hygrometer, Thermometer } from '../ports.ts'
import { hwmonSensor } from './hwmon-sensor.ts'
import { w1Thermometer } from './w1-thermometer.ts'

type ThermometerPlan = CabinetPlan['thermometers'][number]

export type ColdPoint = Thermometer & ColdPlace & { readonly name: string }

/** Limits in %RH, where the plan gives any. */
export type HumidityPoint = Hygrometer & {
  readonly name: string
  readonly limits?: { readonly low: number; readonly high: number }
}

/** Who opens a thermometer of a board on a line. */
export type OpenOnBoard = (plan: Extract<ThermometerPlan, { readonly driver: 'yaogui-board' }>) => Thermometer

/**
 * The certificate's correction, applied here once for every driver: all that see a `celsius` see the corrected one;
 * what the sensor itself said is that minus `offset` of the plan.
 */
const corrected = ({ read }: Thermometer, offset: number): Thermometer => ({
  read: async () => {
    const reading = await read()
    // A sensor's step is 1/16 or 1/100 °C; the sum of two decimals leaves binary dust behind.
    return reading.ok ? { ...reading, celsius: Math.round((reading.celsius + offset) * 1e4) / 1e4 } : reading
  },
})

/** The live thermometers and hygrometers of a plan; `replay` ones are not here. */
export const openThermometers = (
  plan: CabinetPlan,
  { clock, onBoard }: { readonly clock: HardwareClock; readonly onBoard: OpenOnBoard },
): {
  readonly thermometers: ReadonlyMap<string, ColdPoint>
  readonly hygrometers: ReadonlyMap<string, HumidityPoint>
} => {
  const thermometers = new Map<string, ColdPoint>()
  const hygrometers = new Map<string, HumidityPoint>()
  const add = (plan: ThermometerPlan, thermometer: Thermometer): void => {
    const { id, name, offset = 0 } = plan
    thermometers.set(id, { ...corrected(thermometer, offset), name, ...placeOf(plan) })
  }
  for (const each of plan.thermometers) {
    if (each.driver === 'w1') {
      add(each, w1Thermometer({ root: plan.w1Root, device: each.device, clock }))
    } else if (each.driver === 'hwmon') {
      const sensor = hwmonSensor({ root: plan.hwmonRoot ?? '/sys/class/hwmon', device: each.device, clock })
      add(each, sensor)
      const { name, humidity: limits } = each
      hygrometers.set(each.id, { humidity: sensor.humidity, name, ...(limits ? { limits } : {}) })
    } else if (each.driver === 'yaogui-board') add(each, onBoard(each))
  }
  return { thermometers, hygrometers }
}
