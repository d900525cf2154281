import { serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { kerongBoards } from '#firmware-bridge/emulator/kerong-cu48.ts'
import { modbusScales } from '#firmware-bridge/emulator/modbus-scale.ts'
import type { CabinetPlan } from '#hardware/plan.ts'
import { seededRandom } from '#hardware/simulated/random.ts'
import { type CabinetWorld, createCabinetWorld } from '#hardware/simulated/world.ts'
import { HOST } from './machine/pi.ts'
import type { WiredLock } from './machine/pins.ts'

const PACK_GRAMS = 12.5
const UNITS = 20

/** One drawer on the RS-485 lock board, two on pins. Lengths of pulse that nobody takes for one another or for a limit. */
export const DRAWERS = [
  { id: 'D01', drug: 'metformin-500', scaleAddress: 1, board: 0, lock: 1, pulseMs: 400 },
  { id: 'D02', drug: 'amlodipine-5', scaleAddress: 2, pin: 17, contactPin: 27, pulseMs: 500 },
  { id: 'D03', drug: 'aspirin-ec-100', scaleAddress: 3, pin: 22, contactPin: 23, pulseMs: 900 },
] as const

/** What a new cabinet was filled with, as the agent's `first-fill.json` has it. */
export const LOTS = DRAWERS.map(({ id, drug }, index) => ({
  drug,
  lot: `L${index + 1}`,
  drawer: id,
  expiry: '2099-12-31',
  quantity: UNITS,
  packGrams: PACK_GRAMS,
  packCv: 0.01,
}))

const planOf = (scalePort: number): CabinetPlan => ({
  version: 1,
  lines: [
    { id: 'locks', type: 'serial', path: '/dev/ttyAMA0', baudRate: 19_200 },
    { id: 'scales', type: 'tcp', host: HOST, port: scalePort },
  ],
  drawers: DRAWERS.map(drawer => ({
    id: drawer.id,
    lock:
      'pin' in drawer
        ? { driver: 'gpio', pin: drawer.pin, contactPin: drawer.contactPin, debounceMs: 30 }
        : { driver: 'kerong-cu48', line: 'locks', board: drawer.board, lock: drawer.lock },
    closedWhen: 'hook-closed',
    scale: { driver: 'modbus-scale', line: 'scales', address: drawer.scaleAddress },
    pulseMs: drawer.pulseMs,
  })),
  thermometers: [],
  w1Root: '/sys/bus/w1/devices',
})

const makeWorld = () =>
  createCabinetWorld({
    drawers: DRAWERS.map(({ pulseMs: _, ...make }) => ({
      ...make,
      unitGrams: PACK_GRAMS,
      // Steadier than the agent is told, so that chance never makes a pack an unknown object.
      variation: 0.001,
      units: UNITS,
    })),
    clock: () => new Date(),
    random: seededRandom(7),
  })

const wiresOf = (world: CabinetWorld): readonly WiredLock[] =>
  DRAWERS.flatMap(each => {
    const drawer = world.drawer(each.id)
    return drawer && 'pin' in each ? [{ pin: each.pin, contactPin: each.contactPin, drawer }] : []
  })

/**
 * The cabinet around the emulated Pi: a lock board at the end of its UART, scales behind a serial server in the
 * pharmacy's network, two locks with their hook switches on its pins.
 */
export const serveCabinet = async () => {
  const world = makeWorld()
  const heard: Uint8Array[] = []
  const board = await serveTcp({
    createFarEnd: () => {
      const farEnd = kerongBoards(world.locks)()
      return bytes => {
        heard.push(bytes.slice())
        return farEnd(bytes)
      }
    },
  })
  const scales = await serveTcp({ createFarEnd: modbusScales(world.scales) })
  return {
    uartPort: board.port,
    plan: planOf(scales.port),
    hand: world.hand,
    wires: wiresOf(world),
    /** All bytes that the lock board has heard, as hex. */
    heard: (): string => Buffer.concat(heard).toString('hex'),
    close: async (): Promise<void> => {
      await board.close()
      await scales.close()
    },
  }
}
