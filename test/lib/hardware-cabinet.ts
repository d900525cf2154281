import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPlan } from '#hardware/plan-check.ts'
import type { CabinetPlan } from '#hardware/plan-schema.ts'
import { seededRandom } from '#hardware/simulated/random.ts'
import { type ServedCabinet, serveCabinet } from '#hardware/simulated/serve.ts'
import { type CabinetWorld, createCabinetWorld } from '#hardware/simulated/world.ts'

export const temporaryFolder = async (): Promise<{
  readonly path: string
  readonly remove: () => Promise<void>
}> => {
  const path = await mkdtemp(join(tmpdir(), 'yaogui-hardware-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Two drawers on one lock board and one scale bus, and a refrigerator. */
export const twoDrawerWorld = (clock = () => new Date()): CabinetWorld =>
  createCabinetWorld({
    drawers: [
      {
        id: 'D01',
        board: 0,
        lock: 1,
        scaleAddress: 1,
        drug: '二甲双胍',
        unitGrams: 12.5,
        variation: 0.01,
        units: 20,
      },
      {
        id: 'D02',
        board: 0,
        lock: 48,
        scaleAddress: 2,
        drug: '氨氯地平',
        unitGrams: 8,
        variation: 0.01,
        units: 10,
      },
    ],
    clock,
    random: seededRandom(7),
  })

export const planFor = ({
  lockPort,
  scalePort,
  w1Root,
}: Pick<ServedCabinet, 'lockPort' | 'scalePort' | 'w1Root'>): CabinetPlan => {
  const drawer = (id: string, lock: number, address: number): object => ({
    id,
    lock: { driver: 'kerong-cu48', line: 'locks', board: 0, lock },
    scale: { driver: 'modbus-scale', line: 'scales', address },
    cold: 'F1',
  })
  const checked = checkPlan({
    version: 1,
    lines: [
      { id: 'locks', type: 'tcp', host: '127.0.0.1', port: lockPort },
      { id: 'scales', type: 'tcp', host: '127.0.0.1', port: scalePort },
    ],
    drawers: [drawer('D01', 1, 1), drawer('D02', 48, 2)],
    thermometers: [{ id: 'F1', name: '1号冰箱', driver: 'w1', device: '28-000000000001', low: 2, high: 8 }],
    w1Root,
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  return checked.plan
}

export type Cabinet = ServedCabinet & {
  readonly world: CabinetWorld
  readonly hand: (path: string, body?: object) => Promise<Response>
}

export const serveTwoDrawers = async (dataDir: string): Promise<Cabinet> => {
  const world = twoDrawerWorld()
  const served = await serveCabinet({ world, dataDir })
  const hand = (path: string, body?: object): Promise<Response> =>
    fetch(
      `http://127.0.0.1:${served.handPort}${path}`,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    )
  return { ...served, world, hand }
}
