import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { atomicWrite } from '../atomic-write.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import { w1SlaveText } from './w1-slave.ts'
import type { CabinetWorld } from './world.ts'

export type SensorFiles = {
  /** Where a plan finds them. */
  readonly roots: {
    readonly w1Root: string
    readonly hwmonRoot?: string
    readonly iioRoot?: string
    readonly powerSupplyRoot?: string
  }
  /** Writes what the sensors say now. */
  readonly refresh: () => Promise<void>
  /** How often they are worth writing. */
  readonly everyMs: number
}

/** A thermometer is slow, a swinging load cell is not. */
const SLOW_MS = 1_000
const FAST_MS = 200

export type SensorFilesOptions = {
  readonly plan: Pick<CabinetPlan, 'thermometers' | 'drawers' | 'mains' | 'battery'>
  readonly world: CabinetWorld
  readonly dir: string
}

/** Of the room or the refrigerator; the world has no water in its air. */
const PERCENT = 45

/** Lost with the power like the kernel's own files, so it is not flushed. */
const put = (path: string, text: string): Promise<void> => atomicWrite(path, text, { durable: false })

const putAll = (values: Readonly<Record<string, string>>, folder: string): Promise<unknown> =>
  Promise.all(Object.entries(values).map(([name, text]) => put(join(folder, name), `${text}\n`)))

type Writer = () => Promise<unknown>

const w1Sensor = async (folder: string, world: CabinetWorld): Promise<Writer> => {
  await mkdir(folder, { recursive: true })
  return () => put(join(folder, 'w1_slave'), w1SlaveText(world.celsius()))
}

const hwmonSensor = async (folder: string, device: string, world: CabinetWorld): Promise<Writer> => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'name'), 'sht4x\n')
  await rm(join(folder, 'device'), { force: true })
  // As in the kernel's tree it points to the chip on its bus; only the name of it matters.
  await symlink(`../../../${device}`, join(folder, 'device'))
  const milli = (value: number): string => String(Math.round(value * 1_000))
  return () => putAll({ temp1_input: milli(world.celsius()), humidity1_input: milli(PERCENT) }, folder)
}

type Hx711 = Extract<CabinetPlan['drawers'][number]['scale'], { readonly driver: 'hx711' }>

const hx711Sensor = async (
  folder: string,
  { zero, countsPerGram }: Hx711,
  wires: ReturnType<CabinetWorld['drawer']>,
): Promise<Writer> => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'name'), 'hx711\n')
  const raw = join(folder, 'in_voltage0_raw')
  return async () => {
    // A file shows one value to all five readings and would pass for steady: while the cell swings there is none.
    if (wires === undefined || !wires.plugged() || !wires.stable()) return rm(raw, { force: true })
    const count = Math.round(zero + wires.grams() * countsPerGram)
    return put(raw, `${Math.min(0xff_ff_ff, Math.max(0, count))}\n`)
  }
}

/** What the kernel says of a charger and of a battery; one device may be both, as a UPS is. */
const powerSupplies = (
  { mains, battery }: SensorFilesOptions['plan'],
  root: string,
  world: CabinetWorld,
): readonly { readonly folder: string; readonly write: Writer }[] => {
  const status = (): string => {
    const { battery: percent, fridge } = world.view()
    if (!fridge.mains) return 'Discharging'
    return percent < 100 ? 'Charging' : 'Full'
  }
  const online = () => ({ online: world.view().fridge.mains ? '1' : '0' })
  const capacity = () => ({ capacity: String(Math.round(world.view().battery)), status: status() })
  const device = (name: string, attributes: () => Readonly<Record<string, string>>) => {
    const folder = join(root, name)
    return { folder, write: () => putAll(attributes(), folder) }
  }
  return [
    ...(mains?.driver === 'power-supply' ? [device(mains.device, online)] : []),
    ...(battery?.driver === 'power-supply' ? [device(battery.device, capacity)] : []),
  ]
}

type Roots = [w1: string, hwmon: string, iio: string, supply: string]

/** The kernel's files of a plan's sensors in a folder of our own: 1-Wire, hwmon (SHT4x), IIO (HX711) and power supplies. */
export const createSensorFiles = async ({ plan, world, dir }: SensorFilesOptions): Promise<SensorFiles> => {
  const names = ['w1', 'hwmon', 'iio', 'power_supply']
  const [w1Root, hwmonRoot, iioRoot, powerSupplyRoot] = names.map(name => join(dir, name)) as Roots
  const scales = plan.drawers.flatMap(({ id, scale }) =>
    scale.driver === 'hx711' ? [{ scale, wires: world.drawer(id) }] : [],
  )
  const writers: Writer[] = []
  for (const [at, each] of plan.thermometers.entries()) {
    if (each.driver === 'w1') writers.push(await w1Sensor(join(w1Root, each.device), world))
    if (each.driver === 'hwmon')
      writers.push(await hwmonSensor(join(hwmonRoot, `hwmon${at}`), each.device, world))
  }
  for (const { scale, wires } of scales)
    writers.push(await hx711Sensor(join(iioRoot, scale.device), scale, wires))
  const supplies = powerSupplies(plan, powerSupplyRoot, world)
  for (const { folder, write } of supplies) {
    await mkdir(folder, { recursive: true })
    writers.push(write)
  }
  const roots = {
    w1Root,
    ...(plan.thermometers.some(({ driver }) => driver === 'hwmon') ? { hwmonRoot } : {}),
    ...(scales.length > 0 ? { iioRoot } : {}),
    ...(supplies.length > 0 ? { powerSupplyRoot } : {}),
  }
  return {
    roots,
    refresh: async () => {
      await Promise.all(writers.map(write => write()))
    },
    everyMs: scales.length > 0 ? FAST_MS : SLOW_MS,
  }
}
