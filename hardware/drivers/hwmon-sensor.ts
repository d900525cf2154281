import { readdir, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { HardwareClock, HumidityReading, Hygrometer, TemperatureReading, Thermometer } from '../ports.ts'
import { type Attribute, readAttribute } from './sysfs.ts'

type Fault = 'no-answer' | 'unreadable'
type Value = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly fault: Fault }

const fault = (which: Fault): Value => ({ ok: false, fault: which })

/** The kernel's drivers sht3x and sht4x call themselves so. */
const NAMES = new Set(['sht3x', 'sht4x'])

/** Range of SHT3x and SHT4x. All bits low or high read −45 and 130 °C: a dead bus, not a place. */
const MIN_MILLI_CELSIUS = -40_000
const MAX_MILLI_CELSIUS = 125_000
/**
 * The SHT4x maps its words to −6 … 119 %: just beyond the ends is its own uncertainty and cropped, as its data sheet
 * (4.6) says; the very ends are a dead bus.
 */
const MIN_MILLI_PERCENT = -6_000
const MAX_MILLI_PERCENT = 119_000

const milliOf = (read: Attribute): Value => {
  if (!read.ok) return fault(read.fault)
  return /^-?\d{1,7}$/.test(read.text) ? { ok: true, value: Number(read.text) } : fault('unreadable')
}

/** °C out of `temp1_input`. */
const celsiusOf = (read: Attribute): Value => {
  const milli = milliOf(read)
  if (!milli.ok) return milli
  const inRange = milli.value >= MIN_MILLI_CELSIUS && milli.value <= MAX_MILLI_CELSIUS
  return inRange ? { ok: true, value: milli.value / 1_000 } : fault('unreadable')
}

/** Relative humidity out of `humidity1_input`, 0 … 100 %. */
const percentOf = (read: Attribute): Value => {
  const milli = milliOf(read)
  if (!milli.ok) return milli
  const inRange = milli.value > MIN_MILLI_PERCENT && milli.value < MAX_MILLI_PERCENT
  return inRange ? { ok: true, value: Math.min(100, Math.max(0, milli.value / 1_000)) } : fault('unreadable')
}

/** The folder of the sensor at this I²C address. Its number changes from boot to boot, so it is looked for each time. */
const folderOf = async (root: string, device: string): Promise<string | undefined> => {
  for (const entry of await readdir(root).catch(() => [])) {
    const folder = join(root, entry)
    const name = await readAttribute(join(folder, 'name'))
    if (!name.ok || !NAMES.has(name.text)) continue
    const target = await readlink(join(folder, 'device')).catch(() => '')
    if (basename(target) === device) return folder
  }
  return undefined
}

export type HwmonSensorOptions = {
  /** `/sys/class/hwmon` */
  readonly root: string
  /** I²C bus and address as the kernel writes them, e.g. `1-0044`. */
  readonly device: string
  readonly clock: HardwareClock
}

/** An SHT3x or SHT4x behind the kernel's hwmon drivers. It measures anew for each read, about 10 ms. */
export const hwmonSensor = ({ root, device, clock }: HwmonSensorOptions): Thermometer & Hygrometer => {
  const read = async (attribute: string): Promise<Attribute> => {
    const folder = await folderOf(root, device)
    return folder === undefined ? { ok: false, fault: 'no-answer' } : readAttribute(join(folder, attribute))
  }
  return {
    read: async (): Promise<TemperatureReading> => {
      const got = celsiusOf(await read('temp1_input'))
      const from = { at: clock(), source: 'sensor' } as const
      return got.ok ? { ok: true, celsius: got.value, ...from } : { ...got, ...from }
    },
    humidity: async (): Promise<HumidityReading> => {
      const got = percentOf(await read('humidity1_input'))
      return got.ok ? { ok: true, percent: got.value, at: clock() } : { ...got, at: clock() }
    },
  }
}
