import { HardwareError } from '../error.ts'
import { SYSFS_GPIO } from '../gpio/chip.ts'
import { type GpioGuard, startGpioGuard } from '../gpio/client.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import type { Beacon, Contact, GpioStatus, Lock, MainsPower, Siren } from '../ports.ts'
import type { HardwareLog } from './buses.ts'

type Drawer = CabinetPlan['drawers'][number]
export type GpioLockPlan = Extract<Drawer['lock'], { readonly driver: 'gpio' }>
type MainsPlan = NonNullable<CabinetPlan['mains']>
type Pins = Omit<Parameters<typeof startGpioGuard>[0]['plan'], 'root'>

/** Every pin of the plan. */
export const pinsOf = ({ drawers, beacon, siren, mains }: CabinetPlan): Pins => {
  const locks = drawers.map(({ lock }) => lock).filter(lock => lock.driver === 'gpio')
  const contacts = locks.map(({ contactPin: pin, debounceMs }) => ({ pin, debounceMs }))
  return {
    locks: locks.map(({ pin }) => pin),
    inputs: mains ? [...contacts, { pin: mains.pin, debounceMs: mains.debounceMs }] : contacts,
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

export type Gpio = {
  readonly guard: GpioGuard
  readonly ports: {
    readonly beacon?: Beacon
    readonly siren?: Siren
    readonly mains?: MainsPower
    readonly gpioStatus: () => GpioStatus
  }
  readonly close: () => Promise<void>
}

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
  const { beacon, siren, mains } = plan
  if (pins.locks.length === 0 && !beacon && !siren && !mains) return undefined
  const root = plan.gpioRoot ?? SYSFS_GPIO
  const guard = startGpioGuard({ plan: { root, ...pins }, onStatus: watchStatus(log) })
  try {
    await guard.firstAttempt
  } catch (error) {
    await guard.close()
    throw error
  }
  return {
    guard,
    ports: {
      ...(beacon ? { beacon: { show: pattern => guard.alarm({ beacon: pattern }) } } : {}),
      ...(siren ? { siren: { sound: on => guard.alarm({ siren: on }) } } : {}),
      ...(mains ? { mains: gpioMains(guard, mains) } : {}),
      gpioStatus: guard.status,
    },
    close: guard.close,
  }
}
