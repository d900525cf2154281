import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { shanghaiDay } from '#domain/time.ts'
import { type CabinetPlan, savePlan } from '#hardware/plan.ts'
import { seededRandom } from '#hardware/simulated/random.ts'
import { type ServedCabinet, serveCabinet } from '#hardware/simulated/serve.ts'
import { createCabinetWorld } from '#hardware/simulated/world.ts'
import { sampleDrawers, THERMOMETER } from './sample.ts'

const W1_DEVICE = '28-000000000001'
const PULSE_MS = 400

export type Replay = { readonly file: string }

type Options = {
  /** Holds the goods' and the refrigerator's state. */
  readonly worldDir: string
  /** Where the agent's plan goes. */
  readonly planPath: string
  readonly seed: number
  readonly handPort: number
  /** Pages that may use the hand. */
  readonly origins: readonly string[]
  readonly replay?: Replay | undefined
  readonly clock?: () => Date
}

const planOf = (
  { lockPort, scalePort, w1Root }: ServedCabinet,
  today: string,
  replay?: Replay,
): CabinetPlan => ({
  version: 1,
  lines: [
    { id: 'locks', type: 'tcp', host: '127.0.0.1', port: lockPort },
    { id: 'scales', type: 'tcp', host: '127.0.0.1', port: scalePort },
  ],
  drawers: sampleDrawers(today).map(({ id, lock, item }) => ({
    id,
    lock: { driver: 'kerong-cu48', line: 'locks', board: 0, lock },
    closedWhen: 'hook-closed',
    scale: { driver: 'modbus-scale', line: 'scales', address: lock },
    pulseMs: PULSE_MS,
    ...(item.storage === 'cold' ? { cold: THERMOMETER } : {}),
  })),
  thermometers: [
    { id: THERMOMETER, name: '1号冰箱', driver: 'w1', device: W1_DEVICE, low: 2, high: 8 },
    ...(replay
      ? [{ id: 'R1', name: '记录仪回放', driver: 'replay' as const, file: replay.file, low: 2, high: 8 }]
      : []),
  ],
  w1Root,
})

/**
 * A sample cabinet of 16 drawers and a refrigerator, at the far end of real lines, outside the agent's process: it
 * goes on when the agent dies. Writes the agent's cabinet plan with the lines' addresses of this start.
 */
export const startWorld = async (options: Options): Promise<ServedCabinet> => {
  const { worldDir, planPath, seed, handPort, origins, replay, clock = () => new Date() } = options
  const today = shanghaiDay(clock())
  const world = createCabinetWorld({
    drawers: sampleDrawers(today).map(({ id, lock, item, lot }) => ({
      id,
      board: 0,
      lock,
      scaleAddress: lock,
      drug: item.id,
      unitGrams: lot.packGrams,
      variation: lot.packCv,
      units: lot.quantity,
      ...(item.storage === 'cold' ? { cold: THERMOMETER } : {}),
    })),
    fridge: {},
    clock,
    random: seededRandom(seed),
  })
  const served = await serveCabinet({
    world,
    dataDir: worldDir,
    handPort,
    handOrigins: origins,
    w1Device: W1_DEVICE,
  })
  try {
    mkdirSync(dirname(planPath), { recursive: true, mode: 0o700 })
    await savePlan(planPath, planOf(served, today, replay))
    return served
  } catch (error) {
    await served.close()
    throw error
  }
}
