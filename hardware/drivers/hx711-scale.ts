import { join } from 'node:path'
import { judgeSteady } from '#firmware-bridge/protocols/steady.ts'
import { HardwareError, type HardwareErrorKind } from '../error.ts'
import type { Scale } from '../ports.ts'
import { readAttribute } from './sysfs.ts'

/** Offset binary of 24 bits: the kernel's driver shows the bridge's zero as 8388608. */
const LOWEST = 0
const HIGHEST = 0xff_ff_ff

/** At the usual 10 samples a second the kernel takes half a second for them; a pan that still moves shows in that. */
const READINGS = 5

const refusal = (code: string, kind: HardwareErrorKind, zh: string, en: string): HardwareError =>
  new HardwareError(code, { kind, zh, en })

const noAnswer = (device: string): HardwareError =>
  refusal(
    'E_SCALE_NO_ANSWER',
    'transient',
    `称重芯片 ${device} 无应答`,
    `the HX711 at ${device} does not answer`,
  )

/** The value of `in_voltage0_raw`. Both ends mean that the bridge is beyond the chip's range, or a wire is off. */
export const countOf = (text: string, device: string): number => {
  const count = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN
  if (count > LOWEST && count < HIGHEST) return count
  throw count === LOWEST || count === HIGHEST
    ? refusal(
        'E_SCALE_RANGE',
        'transient',
        `称重芯片 ${device} 超出范围或断线`,
        `the HX711 at ${device} is out of range or a wire is off`,
      )
    : refusal(
        'E_SCALE_GARBLED',
        'transient',
        `称重芯片 ${device} 读数无意义`,
        `the HX711 at ${device} gave no number`,
      )
}

export type Hx711ScaleOptions = {
  /** `/sys/bus/iio/devices` */
  readonly root: string
  /** e.g. `iio:device0`; its number follows the order in which the kernel finds devices. */
  readonly device: string
  /** What an empty pan reads. */
  readonly zero: number
  readonly countsPerGram: number
}

/**
 * A load cell on an HX711 behind the kernel's IIO driver, channel A. Grams = (median of five − zero) / countsPerGram,
 * by the rule of `judgeSteady`; one reading at a time. Rejects with E_SCALE_NO_ANSWER, E_SCALE_RANGE, E_SCALE_GARBLED
 * (transient) or E_SCALE_DEVICE (permanent: another device has taken its number).
 */
export const hx711Scale = ({ root, device, zero, countsPerGram }: Hx711ScaleOptions): Scale => {
  const folder = join(root, device)
  const count = async (): Promise<number> => {
    const raw = await readAttribute(join(folder, 'in_voltage0_raw'))
    if (raw.ok) return countOf(raw.text, device)
    // No edge on its clock or data line within the driver's patience is EIO.
    throw noAnswer(device)
  }
  const weigh: Scale['read'] = async () => {
    const name = await readAttribute(join(folder, 'name'))
    if (!name.ok) throw noAnswer(device)
    if (name.text !== 'hx711') {
      throw refusal(
        'E_SCALE_DEVICE',
        'permanent',
        `${device} 是 ${name.text}，不是 hx711`,
        `${device} is ${name.text}, not an hx711`,
      )
    }
    const grams: number[] = []
    while (grams.length < READINGS) grams.push(((await count()) - zero) / countsPerGram)
    return judgeSteady(grams)
  }
  // Two callers at once would each get every other sample, and half the samples are half a judgement.
  let last: Promise<unknown> = Promise.resolve()
  return {
    read: () => {
      const next = last.then(weigh, weigh)
      last = next
      return next
    },
  }
}
