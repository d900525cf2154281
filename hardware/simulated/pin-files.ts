import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { CabinetPlan } from '../plan-schema.ts'
import type { CabinetWorld } from './world.ts'

export type PinFiles = {
  /** Where a plan finds them: the guard takes plain files there for lines (`gpio/tree-lines.ts`). */
  readonly gpioRoot: string
  readonly close: () => void
}

type Options = { readonly plan: CabinetPlan; readonly world: CabinetWorld; readonly dir: string }

/** As a Pi 3 on a present kernel has it. */
const CHIP = { label: 'pinctrl-bcm2835', base: '512', ngpio: '54' }
const BASE = Number(CHIP.base)
/** Well below the shortest pulse, so that none is missed. */
const POLL_MS = 10

const writeChip = (root: string): void => {
  const folder = join(root, `gpiochip${CHIP.base}`)
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(CHIP)) writeFileSync(join(folder, name), `${text}\n`)
}

/** A pin that the world drives. Written in place: a file made anew would be seen empty for a moment. */
const inputPin = (root: string, pin: number, isHigh: () => boolean) => {
  const folder = join(root, `gpio${BASE + pin}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'active_low'), '0')
  writeFileSync(join(folder, 'value'), isHigh() ? '1' : '0')
  const file = openSync(join(folder, 'value'), 'r+')
  let shown = isHigh()
  return {
    poll: (): void => {
      const high = isHigh()
      if (high === shown) return
      writeSync(file, high ? '1' : '0', 0)
      shown = high
    },
    close: (): void => closeSync(file),
  }
}

/** A pin that the agent drives; it makes the file itself. `onRise` is told once a pulse. */
const outputPin = (root: string, pin: number, onRise: () => void) => {
  const path = join(root, `gpio${BASE + pin}`, 'value')
  let high = false
  const read = (): boolean => {
    try {
      return readFileSync(path, 'utf8').trim() === '1'
    } catch {
      return false
    }
  }
  return {
    poll: (): void => {
      const before = high
      high = read()
      if (high && !before) onRise()
    },
    close: (): void => {},
  }
}

/** A UPS closes its contact when this much is left, %. */
const CONTACT_PERCENT = 20

const powerPins = ({ plan, world }: Pick<Options, 'plan' | 'world'>, root: string) => {
  const { mains, battery } = plan
  const present = (): boolean => world.view().fridge.mains
  const low = (): boolean => world.view().battery <= CONTACT_PERCENT
  return [
    ...(mains?.driver === 'gpio'
      ? [inputPin(root, mains.pin, () => present() === (mains.presentWhen === 'high'))]
      : []),
    ...(battery?.driver === 'gpio'
      ? [inputPin(root, battery.pin, () => low() === (battery.lowWhen === 'high'))]
      : []),
  ]
}

/** The world has one refrigerator, so that all doors of a plan are its door. */
const doorPins = ({ plan, world }: Pick<Options, 'plan' | 'world'>, root: string) =>
  plan.thermometers.flatMap(each => {
    if (each.driver === 'replay' || each.door === undefined) return []
    const { pin, openWhen } = each.door
    return [inputPin(root, pin, () => world.view().fridge.doorOpen === (openWhen === 'high'))]
  })

const pinsOf = ({ plan, world }: Options, root: string) => {
  const locks = plan.drawers.flatMap(({ id, lock }) => {
    const wires = world.drawer(id)
    if (lock.driver !== 'gpio' || wires === undefined) return []
    return [
      outputPin(root, lock.pin, () => wires.pulse()),
      inputPin(root, lock.contactPin, () => !wires.closed()),
    ]
  })
  return [...locks, ...powerPins({ plan, world }, root), ...doorPins({ plan, world }, root)]
}

/**
 * The pins of a plan as plain files laid out as the kernel's: coils move drawers; hook switches, doors, the mains relay
 * and the contact of the UPS are shown. What only a kernel can do (claim a line, refuse a direction) is not there; `npm run test:pi` has it.
 */
export const createPinFiles = (options: Options): PinFiles => {
  const gpioRoot = join(options.dir, 'gpio')
  // What an earlier run left high would be taken for a pulse.
  rmSync(gpioRoot, { recursive: true, force: true })
  writeChip(gpioRoot)
  const pins = pinsOf(options, gpioRoot)
  const timer = setInterval(() => {
    for (const pin of pins) pin.poll()
  }, POLL_MS)
  return {
    gpioRoot,
    close: () => {
      clearInterval(timer)
      for (const pin of pins) pin.close()
    },
  }
}
