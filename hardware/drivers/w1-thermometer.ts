import { join } from 'node:path'
import type { HardwareClock, TemperatureFault, Thermometer } from '../ports.ts'
import { readAttribute } from './sysfs.ts'

type W1Value =
  | { readonly ok: true; readonly celsius: number }
  | { readonly ok: false; readonly fault: TemperatureFault }

const fault = (which: TemperatureFault): W1Value => ({ ok: false, fault: which })

/** The register's value before the first conversion (DS18B20 data sheet, table 1). */
const POWER_ON_MILLI = 85_000
/** What several drivers and bridges put for "the device did not answer". */
const NO_ANSWER_MILLI = -127_000
/** The range of the DS18B20. */
const MIN_MILLI = -55_000
const MAX_MILLI = 125_000

/**
 * The text of the kernel's `w1_slave`. With a bad CRC the kernel still shows old bytes and a plausible `t=`: dropped.
 * 85.000 °C is dropped whatever the other bytes are, as clones differ in those; no store of drugs is at 85 °C.
 * An all-zero scratchpad has a valid CRC and reads 0 °C: it is a data line pulled to ground.
 */
export const parseW1Slave = (text: string): W1Value => {
  const match = /^((?:[0-9a-f]{2} ){9}): crc=[0-9a-f]{2} (YES|NO)\s+(?:[0-9a-f]{2} ){9}t=(-?\d+)\s*$/i.exec(
    text,
  )
  const [, scratchpad, verdict, milliText] = match ?? []
  if (scratchpad === undefined || milliText === undefined) return fault('unreadable')
  if (verdict !== 'YES') return fault('bad-crc')
  const milli = Number(milliText)
  if (/^[0 ]+$/.test(scratchpad)) return fault('unreadable')
  if (milli === POWER_ON_MILLI) return fault('power-on-value')
  if (milli === NO_ANSWER_MILLI) return fault('no-answer')
  return milli < MIN_MILLI || milli > MAX_MILLI ? fault('unreadable') : { ok: true, celsius: milli / 1_000 }
}

const readValue = async (path: string): Promise<W1Value> => {
  const read = await readAttribute(path)
  if (!read.ok) return fault(read.fault)
  // The kernel gives an empty file when the device has left the bus in the middle of a conversion.
  return read.text === '' ? fault('no-answer') : parseW1Slave(read.text)
}

export type W1ThermometerOptions = {
  readonly root: string
  readonly device: string
  readonly clock: HardwareClock
}

/** A DS18B20 behind the kernel's w1-therm driver. One read takes the sensor up to 750 ms. */
export const w1Thermometer = ({ root, device, clock }: W1ThermometerOptions): Thermometer => ({
  read: async () => {
    const value = await readValue(join(root, device, 'w1_slave'))
    return { ...value, at: clock(), source: 'sensor' }
  },
})
