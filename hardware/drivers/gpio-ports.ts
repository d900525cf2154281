import { HardwareError } from '../error.ts'
import { SYSFS_GPIO } from '../gpio/chip.ts'
import { type GpioGuard, startGpioGuard } from '../gpio/client.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import type { Battery, Beacon, Contact, GpioStatus, Lock, MainsPower, Siren } from '../ports.ts'
import type { HardwareLog } from './buses.ts'

type Drawer = CabinetPlan['drawers'][number]
export type GpioLockPlan = Extract<Drawer['lock'], { readonly driver: 'gpio' }>
type MainsPlan = Extract<CabinetPlan['mains'], { readonly driver: 'gpio' }>
type BatteryPlan = Extract<CabinetPlan['battery'], { readonly driver: 'gpio' }>
type DoorPlan = NonNullable<Extract<CabinetPlan['thermometers'][number], { readonly driver: 'w1' }>['door']>
type Pins = Omit<Parameters<typeof startGpioGuard>[0]['plan'], 'root'>

/** The refrigerators' own doors, by their thermometer. */
const doorsOf = ({
  thermometers,
}: CabinetPlan): readonly (readonly [thermometer: string, door: DoorPlan])[] =>
  thermometers.flatMap(each => (each.driver !== 'replay' && each.door ? [[each.id, each.door] as const] : []))

/** Every pin of the plan. */
export const pinsOf = (plan: CabinetPlan): Pins => {
  const { drawers, beacon, siren, mains, battery } = plan
  const locks = drawers.map(({ lock }) => lock).filter(lock => lock.driver === 'gpio')
  const contacts = locks.map(({ contactPin: pin, debounceMs }) => ({ pin, debounceMs }))
  const others = [mains, battery, ...doorsOf(plan).map(([, door]) => door)]
  const watched = others.flatMap(each =>
    each?.driver === 'gpio' ? [{ pin: each.pin, debounceMs: each.debounceMs }] : [],
  )
  return {
    locks: locks.map(({ pin }) => pin),
    inputs: [...contacts, ...watched],
    ...(beacon ? { beacon: beacon.pin } : {}),
    ...(siren ? { siren: siren.pin } : {}),
  }
}

/** The contact's pin is high while the hook switch is open. */
const positionOf = (high: boolean, closedWhen: Drawer['closedWhen']): 'open' | 'closed' =>
  !high === (closedWhen === 'hook-closed') ? 'closed' : 'open'

export const gpioContact = (
  guard: GpioGuard,
  { contactPin, closedWhen }: Pick<GpioLockPlan, 'contactPin'> & Pick<Drawer, 'closedWhen'>,
): Contact => ({
  state: async () => positionOf(guard.isHigh(contactPin), closedWhen),
  onChange: listener => guard.onLevel(contactPin, high => listener(positionOf(high, closedWhen))),
})

/** A coil on a pin of this machine; the guard times its pulse. Throws E_DRIVER_ABSENT (permanent) for a lock without a guard. */
export const gpioLock = (
  guard: GpioGuard | undefined,
  { pin, contactPin }: GpioLockPlan,
  closedWhen: Drawer['closedWhen'],
): Lock => {
  if (guard === undefined)
    throw new HardwareError('E_DRIVER_ABSENT', {
      zh: 'GPIO 锁没有守护进程',
      en: 'a GPIO lock without its guard',
    })
  return {
    pulse: ms => guard.pulse(pin, ms),
    state: gpioContact(guard, { contactPin, closedWhen }).state,
  }
}

const gpioMains = (guard: GpioGuard, { pin, presentWhen }: MainsPlan): MainsPower => {
  const present = (high: boolean) => (high === (presentWhen === 'high') ? 'present' : 'absent')
  return {
    state: async () => present(guard.isHigh(pin)),
    onChange: listener => guard.onLevel(pin, high => listener(present(high))),
  }
}

const gpioBattery = (guard: GpioGuard, { pin, lowWhen }: BatteryPlan): Battery => ({
  state: async () => ({ low: guard.isHigh(pin) === (lowWhen === 'high') }),
})

export const gpioDoor = (
  guard: GpioGuard,
  { pin, openWhen }: Pick<DoorPlan, 'pin' | 'openWhen'>,
): Contact => {
  const position = (high: boolean) => (high === (openWhen === 'high') ? 'open' : 'closed')
  return {
    state: async () => position(guard.isHigh(pin)),
    onChange: listener => guard.onLevel(pin, high => listener(position(high))),
  }
}

export type Gpio = {
  readonly guard: GpioGuard
  readonly ports: {
    readonly beacon?: Beacon
    readonly siren?: Siren
    readonly mains?: MainsPower
    readonly battery?: Battery
    readonly gpioStatus: () => GpioStatus
  }
  /** By their thermometer. */
  readonly doors: ReadonlyMap<string, Contact>
  readonly close: () => Promise<void>
}

const portsOf = ({ beacon, siren, mains, battery }: CabinetPlan, guard: GpioGuard): Gpio['ports'] => ({
  ...(beacon ? { beacon: { show: pattern => guard.alarm({ beacon: pattern }) } } : {}),
  ...(siren ? { siren: { sound: on => guard.alarm({ siren: on }) } } : {}),
  ...(mains?.driver === 'gpio' ? { mains: gpioMains(guard, mains) } : {}),
  ...(battery?.driver === 'gpio' ? { battery: gpioBattery(guard, battery) } : {}),
  gpioStatus: guard.status,
})

const contactsOf = (plan: CabinetPlan, guard: GpioGuard): Gpio['doors'] =>
  new Map(doorsOf(plan).map(([thermometer, door]) => [thermometer, gpioDoor(guard, door)]))

const watchStatus = (log: HardwareLog) => {
  let wasReady: boolean | undefined
  return ({ state, losses, lastError }: GpioStatus): void => {
    const ready = state === 'ready'
    if (state === 'closed' || state === 'starting' || ready === wasReady) return
    wasReady = ready
    if (ready) log.info({ losses }, 'gpio guard ready')
    else log.warn({ losses, code: lastError?.code, err: lastError }, 'gpio guard down')
  }
}

/**
 * Starts the guard when the plan names any pin, and waits for its first attempt. Rejects with E_GPIO_CHIP, E_GPIO_ADDON or
 * E_GPIO_LINE (permanent); a guard that fails for a passing reason is started again behind the ports, which reject
 * (E_GUARD_DOWN, transient) until then.
 */
export const openGpio = async (
  plan: CabinetPlan,
  { log }: { readonly log: HardwareLog },
): Promise<Gpio | undefined> => {
  const pins = pinsOf(plan)
  if (pins.locks.length + pins.inputs.length === 0 && !plan.beacon && !plan.siren) return undefined
  const root = plan.gpioRoot ?? SYSFS_GPIO
  const guard = startGpioGuard({ plan: { root, ...pins }, onStatus: watchStatus(log) })
  try {
    await guard.firstAttempt
  } catch (error) {
    await guard.close()
    throw error
  }
  return { guard, ports: portsOf(plan, guard), doors: contactsOf(plan, guard), close: guard.close }
}
