import { readFile } from 'node:fs/promises'
import Type from 'typebox'
import Value from 'typebox/value'
import { HardwareError } from '../error.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import type { HardwareClock } from '../ports.ts'
import { seededRandom } from './random.ts'
import { type CabinetWorld, createCabinetWorld } from './world.ts'

const strict = { additionalProperties: false } as const

const Goods = Type.Object(
  {
    drug: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    /** Mean weight of one pack, grams, and its standard deviation as a part of it. */
    unitGrams: Type.Optional(Type.Number({ minimum: 0.1, maximum: 5_000 })),
    variation: Type.Optional(Type.Number({ minimum: 0, maximum: 0.2 })),
    units: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000 })),
  },
  strict,
)

const WorldFile = Type.Object(
  {
    drawers: Type.Optional(Type.Record(Type.String(), Goods)),
    fridge: Type.Optional(
      Type.Object({ celsius: Type.Optional(Type.Number()), ambient: Type.Optional(Type.Number()) }, strict),
    ),
    battery: Type.Optional(
      Type.Object({ percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })) }, strict),
    ),
    seed: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  strict,
)

export type WorldFile = Type.Static<typeof WorldFile>

const invalid = (path: string, what: string, cause?: unknown): HardwareError =>
  new HardwareError('E_WORLD_FILE', {
    zh: `药柜内容文件 ${path} 有误：${what}`,
    en: `${path} does not say what lies in the cabinet: ${what}`,
    cause,
  })

/** What lies in the drawers, by a person's hand. Rejects with E_WORLD_FILE, all problems at once. */
export const readWorldFile = async (path: string): Promise<WorldFile> => {
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause), cause)
  }
  if (Value.Check(WorldFile, value)) return value
  throw invalid(
    path,
    Value.Errors(WorldFile, value)
      .map(each => `${each.instancePath} ${each.message}`)
      .join('; '),
  )
}

const SAMPLE = { unitGrams: 25, variation: 0.004, units: 20 } as const

/** A world for a plan: what the file says, and sample packs where it says nothing. */
export const worldFor = (
  { drawers }: CabinetPlan,
  { drawers: goods = {}, fridge = {}, battery = {}, seed = 1 }: WorldFile,
  clock: HardwareClock,
): CabinetWorld =>
  createCabinetWorld({
    drawers: drawers.map(({ id, cold }) => ({
      ...SAMPLE,
      drug: `样品 ${id}`,
      ...goods[id],
      id,
      ...(cold === undefined ? {} : { cold }),
    })),
    fridge,
    battery,
    clock,
    random: seededRandom(seed),
  })
