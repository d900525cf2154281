import { readFile } from 'node:fs/promises'
import Type from 'typebox'
import Value from 'typebox/value'
import { HardwareError } from '../error.ts'
import type { WorldState } from './world.ts'

const DrawerSchema = Type.Object({
  drug: Type.String(),
  goods: Type.Array(Type.Number()),
  latched: Type.Boolean(),
  releasedAt: Type.Number(),
})

const WorldSchema = Type.Object({
  version: Type.Literal(1),
  drawers: Type.Record(Type.String(), DrawerSchema),
  fridge: Type.Object({
    celsius: Type.Number(),
    sensor: Type.Optional(Type.Number()),
    compressor: Type.Boolean(),
    doorOpen: Type.Boolean(),
    mains: Type.Boolean(),
  }),
  battery: Type.Optional(Type.Number()),
})

/** The saved world, or undefined when there is none yet. Unreadable or misshapen: E_WORLD_STATE, never "empty". */
export const readWorldState = async (path: string): Promise<WorldState | undefined> => {
  try {
    return Value.Parse(WorldSchema, JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new HardwareError('E_WORLD_STATE', {
      zh: `模拟药柜状态读不出：${path}`,
      en: `unreadable state of the simulated cabinet: ${path}`,
      cause,
    })
  }
}

/**
 * Writes strictly one after the other. The promise is that of a write begun after the call, so what was there at the
 * call is on disk when it resolves; calls that come before that write begins share it.
 */
export const createSaver = (write: () => Promise<void>): (() => Promise<void>) => {
  let tail: Promise<void> = Promise.resolve()
  let queued: Promise<void> | undefined
  return () => {
    if (queued !== undefined) return queued
    const begin = (): Promise<void> => {
      queued = undefined
      return write()
    }
    queued = tail.then(begin, begin)
    tail = queued
    return queued
  }
}
