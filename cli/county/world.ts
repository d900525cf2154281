import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { shanghaiDay } from '#domain/time.ts'
import { type CabinetPlan, savePlan } from '#hardware/plan.ts'
import { type EmulatedCabinet, emulateCabinet } from '#hardware/simulated/emulate.ts'
import { seededRandom } from '#hardware/simulated/random.ts'
import { createCabinetWorld } from '#hardware/simulated/world.ts'
import { RETURN_DRAWER, type SampleDrawer, sampleDrawers, THERMOMETER } from './sample.ts'

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
  /** Lines as serial ports in place of TCP. */
  readonly serial?: boolean
  readonly clock?: () => Date
}

const BAUD = 19_200

type LinePlan = CabinetPlan['lines'][number]

/** The emulator says which port, and where the serial port is. */
const linePlan = (id: string, serial: boolean): LinePlan =>
  serial ? { id, type: 'serial', path: id, baudRate: BAUD } : { id, type: 'tcp', host: '127.0.0.1', port: 0 }

const drawerPlan = (id: string, lock: number): CabinetPlan['drawers'][number] => ({
  id,
  lock: { driver: 'kerong-cu48', line: 'locks', board: 0, lock },
  closedWhen: 'hook-closed',
  scale: { driver: 'modbus-scale', line: 'scales', address: lock },
  pulseMs: PULSE_MS,
})

const planOf = (today: string, { serial = false, replay }: Options): CabinetPlan => ({
  version: 1,
  lines: [linePlan('locks', serial), linePlan('scales', serial), linePlan('gsm', serial)],
  drawers: [
    ...sampleDrawers(today).map(({ id, lock, item }) => ({
      ...drawerPlan(id, lock),
      ...(item.storage === 'cold' ? { cold: THERMOMETER } : {}),
    })),
    { ...drawerPlan(RETURN_DRAWER.id, RETURN_DRAWER.lock), role: 'return' },
  ],
  thermometers: [
    {
      ...{ id: THERMOMETER, name: '1号冰箱', driver: 'w1', device: W1_DEVICE, low: 2, high: 8 },
      door: { driver: 'gpio', pin: 17, openWhen: 'high', debounceMs: 30 },
    },
    ...(replay
      ? [{ id: 'R1', name: '记录仪回放', driver: 'replay' as const, file: replay.file, low: 2, high: 8 }]
      : []),
  ],
  smsModem: { line: 'gsm' },
  mains: { driver: 'power-supply', device: 'ups' },
  battery: { driver: 'power-supply', device: 'ups', lowPercent: 20 },
  w1Root: '/sys/bus/w1/devices',
})

/** What the demo's hand puts into the return place are packs of the first drawer. */
const goodsOf = (today: string): readonly SampleDrawer[] => {
  const drawers = sampleDrawers(today)
  const back = drawers
    .slice(0, 1)
    .map(({ item, lot }) => ({ ...RETURN_DRAWER, item, lot: { ...lot, quantity: 0 } }))
  return [...drawers, ...back]
}

const worldOf = (today: string, seed: number, clock: () => Date) =>
  createCabinetWorld({
    drawers: goodsOf(today).map(({ id, item, lot }) => ({
      id,
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

/**
 * A sample cabinet of 16 drawers, a return place and a refrigerator, at the far end of real lines, outside the agent's process: it
 * goes on when the agent dies. Writes the agent's cabinet plan with the lines' addresses of this start.
 */
export const startWorld = async (options: Options): Promise<EmulatedCabinet> => {
  const { worldDir, planPath, seed, handPort, origins, clock = () => new Date() } = options
  const today = shanghaiDay(clock())
  const served = await emulateCabinet({
    plan: planOf(today, options),
    world: worldOf(today, seed, clock),
    dataDir: worldDir,
    linkDir: join(worldDir, 'tty'),
    handPort,
    handOrigins: origins,
  })
  try {
    mkdirSync(dirname(planPath), { recursive: true, mode: 0o700 })
    await savePlan(planPath, served.plan)
    return served
  } catch (error) {
    await served.close()
    throw error
  }
}
