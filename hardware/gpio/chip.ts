import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HardwareError } from '../error.ts'

/** Where the kernel shows its GPIO chips; onoff knows no other place. */
export const SYSFS_GPIO = '/sys/class/gpio'

export type GpioChip = {
  /** Its folder, e.g. `gpiochip512`. */
  readonly name: string
  readonly label: string
  /** Line number of its pin 0. */
  readonly base: number
  readonly ngpio: number
}

/** The chips behind the 40-pin header: Pi 5, Pi 4, and all before. */
const HEADER_CHIPS = ['pinctrl-rp1', 'pinctrl-bcm2711', 'pinctrl-bcm2835']
/** Pins 0 … 27 are on the header. */
const HEADER_PINS = 28

const readChip = (root: string, name: string): GpioChip => {
  const read = (file: string): string => readFileSync(join(root, name, file), 'utf8').trim()
  return { name, label: read('label'), base: Number(read('base')), ngpio: Number(read('ngpio')) }
}

/** None when there is no such folder. */
const listGpioChips = (root: string): readonly GpioChip[] => {
  try {
    return readdirSync(root)
      .filter(name => /^gpiochip\d+$/.test(name))
      .sort()
      .map(name => readChip(root, name))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

const chipError = (zh: string, en: string, cause?: unknown): HardwareError =>
  new HardwareError('E_GPIO_CHIP', { zh, en, cause })

/** All chips below `root`. Throws E_GPIO_CHIP. */
const chipsBelow = (root: string): readonly GpioChip[] => {
  try {
    return listGpioChips(root)
  } catch (error) {
    throw chipError(`读不出 ${root} 中的 GPIO 芯片`, `the GPIO chips in ${root} cannot be read`, error)
  }
}

/** Whether there is any chip of a Pi's header at all. Throws E_GPIO_CHIP. */
export const hasHeader = (root: string): boolean =>
  chipsBelow(root).some(({ label }) => HEADER_CHIPS.includes(label))

/**
 * The one chip that the header's pins hang on, found by its label: the base of the numbering is no constant (0, 399,
 * 458, 512, 569 and 571 have all been seen), and a wrong base drives another device's line without any error.
 * Throws E_GPIO_CHIP (permanent) for none, two or an impossible one, with what was found.
 */
export const findGpioChip = (root: string): GpioChip => {
  const chips = chipsBelow(root)
  const [chip, ...more] = chips.filter(({ label }) => HEADER_CHIPS.includes(label))
  const seen = chips.map(({ name, label }) => `${name}=${label}`).join(', ')
  if (chip === undefined) {
    throw chipError(
      `${root} 中没有树莓派的 GPIO 芯片（找到：${seen || '无'}）：请确认本机是树莓派、内核启用了 GPIO sysfs`,
      `no Raspberry Pi GPIO chip in ${root} (found: ${seen || 'none'}): is this a Pi, and has its kernel GPIO sysfs?`,
    )
  }
  if (more.length > 0) {
    throw chipError(
      `${root} 中有多个树莓派 GPIO 芯片（${seen}），无法确定引脚属于哪一个`,
      `several Raspberry Pi GPIO chips in ${root} (${seen}): which one the pins belong to is not certain`,
    )
  }
  if (!Number.isInteger(chip.base) || chip.base < 0 || !(chip.ngpio >= HEADER_PINS)) {
    throw chipError(
      `${chip.name} 的起始编号 ${chip.base} 或引脚数 ${chip.ngpio} 不对`,
      `${chip.name} has an impossible base ${chip.base} or number of lines ${chip.ngpio}`,
    )
  }
  return chip
}

/** The line number of a header pin (BCM number). Throws E_GPIO_CHIP. */
export const lineOf = (chip: GpioChip, pin: number): number => {
  if (!Number.isInteger(pin) || pin < 0 || pin >= HEADER_PINS)
    throw chipError(`引脚 ${pin} 不在排针上`, `pin ${pin} is not on the header`)
  return chip.base + pin
}
