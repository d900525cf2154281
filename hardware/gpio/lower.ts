/**
 * The service's stop step: lowers every lock line (and the siren) of a site's cabinet plan, after agent and guard are
 * gone however they went. Plain files only: no addon, no schema, nothing that could refuse to start.
 *
 *   node hardware/gpio/lower.ts --data /var/lib/yaogui/heping
 *
 * Exit code 1 when a line may be high.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { HardwareError } from '../error.ts'
import { SYSFS_GPIO } from './chip.ts'
import { lowerPins } from './sysfs.ts'

/** As much of a plan as is needed here; it may be a damaged one. */
type Sketch = {
  readonly gpioRoot?: unknown
  readonly drawers?: readonly { readonly lock?: { readonly driver?: unknown; readonly pin?: unknown } }[]
  readonly siren?: { readonly pin?: unknown }
}

const readSketch = (path: string): Sketch | undefined => {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof read === 'object' && read !== null ? read : undefined
  } catch {
    return undefined
  }
}

const pinsOf = ({ drawers, siren }: Sketch): readonly number[] => {
  const locks = Array.isArray(drawers) ? drawers.map(drawer => drawer?.lock) : []
  const pins = [...locks.filter(lock => lock?.driver === 'gpio').map(lock => lock?.pin), siren?.pin]
  return pins.filter(pin => typeof pin === 'number')
}

const { data } = parseArgs({ options: { data: { type: 'string' } } }).values
if (data === undefined) throw new Error('usage: lower.ts --data DIR')

// Both: the last good plan is what the agent ran on if the other had been damaged.
const plans = ['cabinet.json', 'cabinet.json.last-good']
  .map(name => readSketch(join(data, name)))
  .filter(plan => plan !== undefined)
if (plans.length === 0) {
  console.error(`E_PLAN_ABSENT ${data}：没有可读的柜体配置 / no readable cabinet plan`)
  process.exitCode = 1
}
const pins = [...new Set(plans.flatMap(pinsOf))]
const root = plans.map(({ gpioRoot }) => gpioRoot).find(value => typeof value === 'string') ?? SYSFS_GPIO

try {
  for (const { pin, outcome } of pins.length > 0 ? lowerPins(root, pins) : []) {
    console.log(`GPIO ${pin}: ${outcome}`)
    if (outcome === 'failed') process.exitCode = 1
  }
} catch (error) {
  console.error(
    error instanceof HardwareError ? `${error.code} ${error.wording.zh}\n  ${error.wording.en}` : error,
  )
  process.exitCode = 1
}
