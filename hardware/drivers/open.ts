import type { CabinetPlan } from '../plan-schema.ts'
import {
  type HardwareClock,
  type Lock,
  type PulseMs,
  pulseMs,
  type Scale,
  type Thermometer,
} from '../ports.ts'
import { type BusOptions, createBuses, type LineStats } from './buses.ts'
import { createDrivers, type Drivers, openScale } from './drivers.ts'
import { w1Thermometer } from './w1-thermometer.ts'

export type { LineStats } from './buses.ts'

export type DrawerHardware = {
  readonly lock: Lock
  readonly scale: Scale
  readonly pulse: PulseMs
  /** The thermometer over this drawer's goods. */
  readonly cold?: string
}

/** Limits in °C. */
export type ColdPoint = Thermometer & { readonly name: string; readonly low: number; readonly high: number }

export interface Hardware {
  readonly drawers: ReadonlyMap<string, DrawerHardware>
  /** The live ones; `replay` thermometers of the plan are not here. */
  readonly thermometers: ReadonlyMap<string, ColdPoint>
  lineStats(): readonly LineStats[]
  close(): Promise<void>
}

export type OpenHardwareOptions = BusOptions & { readonly clock: HardwareClock }

const drawerHardware = (drawer: CabinetPlan['drawers'][number], drivers: Drivers): DrawerHardware => {
  const { lock, scale, cold } = drawer
  return {
    lock: drivers.lock[lock.driver](drawer),
    scale: openScale(drivers, scale),
    pulse: pulseMs(drawer.pulseMs),
    ...(cold === undefined ? {} : { cold }),
  }
}

/**
 * Opens what the plan names. A board or line that is away does not make it fail: each line is tried once before this
 * resolves and then again with backoff, and until it is there calls on its devices reject with a transient E_… code.
 */
export const openHardware = async (plan: CabinetPlan, options: OpenHardwareOptions): Promise<Hardware> => {
  const buses = createBuses(plan, options)
  const drivers = createDrivers(plan, buses)
  const drawers = new Map(plan.drawers.map(drawer => [drawer.id, drawerHardware(drawer, drivers)]))
  const thermometers = new Map<string, ColdPoint>()
  for (const each of plan.thermometers) {
    if (each.driver !== 'w1') continue
    const { id, name, low, high, device } = each
    const thermometer = w1Thermometer({ root: plan.w1Root, device, clock: options.clock })
    thermometers.set(id, { ...thermometer, name, low, high })
  }
  await Promise.all(buses.opened().map(({ line }) => line.firstAttempt))
  return {
    drawers,
    thermometers,
    lineStats: () => buses.opened().map(({ stats }) => stats()),
    close: async () => {
      await Promise.all(buses.opened().map(bus => bus.close()))
    },
  }
}
