import { createWireLog } from '#firmware-bridge/link/wire-log.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import {
  type Battery,
  type Beacon,
  type Contact,
  type GpioStatus,
  type HardwareClock,
  type LineStats,
  type Lock,
  type MainsPower,
  type PulseMs,
  pulseMs,
  type Scale,
  type Scanner,
  type Siren,
  type SmsModem,
} from '../ports.ts'
import { type Buses, type BusOptions, createBuses } from './buses.ts'
import { createDrivers, type Drivers, openLock, openScale } from './drivers.ts'
import { type Gpio, openGpio } from './gpio-ports.ts'
import { openPowerSupplies } from './power-supply.ts'
import { openScanner } from './scanner.ts'
import { openSmsModem } from './sms-modem.ts'
import { type ColdPoint, type HumidityPoint, openThermometers } from './thermometers.ts'

export type DrawerHardware = {
  readonly lock: Lock
  readonly scale: Scale
  readonly pulse: PulseMs
  /** The thermometer over this drawer's goods. */
  readonly cold?: string
  /** `return`: the locked place for what patients brought back. */
  readonly role: 'stock' | 'return'
}

export interface Hardware {
  readonly drawers: ReadonlyMap<string, DrawerHardware>
  /** The live ones; `replay` thermometers of the plan are not here. */
  readonly thermometers: ReadonlyMap<string, ColdPoint>
  /** Those of the thermometers that measure humidity too. */
  readonly hygrometers: ReadonlyMap<string, HumidityPoint>
  readonly scanners: ReadonlyMap<string, Scanner>
  readonly sms?: SmsModem
  readonly beacon?: Beacon
  readonly siren?: Siren
  readonly mains?: MainsPower
  readonly battery?: Battery
  /** The refrigerators' own doors, by their thermometer. */
  readonly doors: ReadonlyMap<string, Contact & { readonly name: string }>
  /** How long a door may stand open, and the mains be away, minutes; where the plan says so. */
  readonly patience: { readonly doorMinutes?: number; readonly powerMinutes?: number }
  /** How the guard of the pins is, if the plan names any pin. */
  gpioStatus?(): GpioStatus
  lineStats(): readonly LineStats[]
  /** Switches the wire log of a line; false when there is no such line, or no place for a log was given. */
  logWire(line: string, on: boolean): boolean
  close(): Promise<void>
}

export type OpenHardwareOptions = Omit<BusOptions, 'wireLog'> & {
  readonly clock: HardwareClock
  /** Where bytes are logged, and of which lines from the start. */
  readonly wireLog?: { readonly path: string; readonly lines?: readonly string[] | 'all' }
}

const drawerHardware = (drawer: CabinetPlan['drawers'][number], drivers: Drivers): DrawerHardware => {
  const { scale, cold, role = 'stock' } = drawer
  return {
    lock: openLock(drivers, drawer),
    scale: openScale(drivers, scale),
    pulse: pulseMs(drawer.pulseMs),
    role,
    ...(cold === undefined ? {} : { cold }),
  }
}

/**
 * Opens what the plan names. A board or line that is away does not make it fail: each line is tried once before this
 * resolves and then again with backoff, and until it is there calls on its devices reject with a transient E_… code.
 * Pins that can never work make it fail (E_GPIO_CHIP, E_GPIO_ADDON, E_GPIO_LINE).
 */
export const openHardware = async (plan: CabinetPlan, options: OpenHardwareOptions): Promise<Hardware> => {
  const gpio = await openGpio(plan, options)
  const wireLog = options.wireLog && createWireLog({ ...options.wireLog, clock: options.clock })
  const buses = createBuses(plan, { ...options, wireLog })
  const close = async (): Promise<void> => {
    await gpio?.close()
    await Promise.all(buses.opened().map(bus => bus.close()))
    await wireLog?.close()
  }
  try {
    return { ...(await openPorts(plan, { clock: options.clock, buses, gpio })), close }
  } catch (error) {
    await close()
    throw error
  }
}

type Opened = { readonly clock: HardwareClock; readonly buses: Buses; readonly gpio: Gpio | undefined }

const openPorts = async (
  plan: CabinetPlan,
  { clock, buses, gpio }: Opened,
): Promise<Omit<Hardware, 'close'>> => {
  const drivers = createDrivers(plan, buses, gpio)
  const drawers = new Map(plan.drawers.map(drawer => [drawer.id, drawerHardware(drawer, drivers)]))
  const { thermometers, hygrometers } = openThermometers(plan, {
    clock,
    onBoard: each => drivers.thermometerOnBoard(each, clock),
  })
  const nameOf = (id: string): string => thermometers.get(id)?.name ?? id
  const doors = new Map([...(gpio?.doors ?? [])].map(([id, door]) => [id, { ...door, name: nameOf(id) }]))
  const { doorMinutes, powerMinutes } = plan
  const talk = { buses, clock }
  const scanners = new Map(plan.scanners?.map(each => [each.id, openScanner(each, talk)]))
  const sms = plan.smsModem && openSmsModem(plan.smsModem, talk)
  await Promise.all(buses.opened().map(({ line }) => line.firstAttempt))
  return {
    ...gpio?.ports,
    ...openPowerSupplies(plan),
    doors,
    patience: {
      ...(doorMinutes === undefined ? {} : { doorMinutes }),
      ...(powerMinutes === undefined ? {} : { powerMinutes }),
    },
    drawers,
    thermometers,
    hygrometers,
    scanners,
    ...(sms ? { sms } : {}),
    lineStats: () => buses.opened().map(({ stats }) => stats()),
    logWire: (line, on) => {
      const tap = buses.opened().find(({ stats }) => stats().line === line)?.tap
      if (tap !== undefined) tap.on = on
      return tap !== undefined
    },
  }
}
