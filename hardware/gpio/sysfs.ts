import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findGpioChip, lineOf } from './chip.ts'
import { lineError } from './lines.ts'

const fileOf = (root: string, line: number, file: string): string => join(root, `gpio${line}`, file)
const read = (root: string, line: number, file: string): string =>
  readFileSync(fileOf(root, line, file), 'utf8').trim()

/**
 * Makes an exported line an output that is low, whatever it was; one that is not exported is driven by nobody and left
 * alone. `direction` and not `value`: the kernel takes `low` as the level of the pin itself, while `0` written to the
 * `value` of an inverted line raises it. Throws E_GPIO_LINE when it is still high, and what the file system throws.
 */
export const lowerLine = (root: string, line: number): 'lowered' | 'not-exported' => {
  if (!existsSync(fileOf(root, line, 'value'))) return 'not-exported'
  writeFileSync(fileOf(root, line, 'direction'), 'low')
  if (read(root, line, 'active_low') === '1') return 'lowered'
  // In the kernel the level has followed already; in a plain tree of files nothing follows by itself.
  if (read(root, line, 'value') === '1') writeFileSync(fileOf(root, line, 'value'), '0')
  if (read(root, line, 'value') === '1') throw lineError(line, '无法置低', 'it cannot be lowered')
  return 'lowered'
}

export type Lowered = { readonly pin: number; readonly outcome: 'lowered' | 'not-exported' | 'failed' }

/** Lowers each pin; one that fails does not keep the rest high. Throws E_GPIO_CHIP. */
export const lowerPins = (root: string, pins: readonly number[]): readonly Lowered[] => {
  const chip = findGpioChip(root)
  return pins.map(pin => {
    try {
      return { pin, outcome: lowerLine(root, lineOf(chip, pin)) }
    } catch {
      return { pin, outcome: 'failed' }
    }
  })
}
