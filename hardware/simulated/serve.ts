import { goodManners, type Manners, serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { kerongBoards } from '#firmware-bridge/emulator/kerong-cu48.ts'
import { modbusScales } from '#firmware-bridge/emulator/modbus-scale.ts'
import { serveHand } from './hand-api.ts'
import { keepWorld } from './keep-world.ts'
import { createSensorFiles } from './sensor-files.ts'
import type { CabinetWorld } from './world.ts'

export type ServeCabinetOptions = {
  readonly world: CabinetWorld
  /** Holds `world.json` and `w1/`. */
  readonly dataDir: string
  readonly lockPort?: number
  readonly scalePort?: number
  readonly handPort?: number
  readonly handOrigins?: readonly string[] | '*'
  readonly w1Device?: string
}

export type ServedCabinet = {
  readonly lockPort: number
  readonly scalePort: number
  readonly handPort: number
  readonly w1Root: string
  /** Bad manners of the boards; write to them at run time. */
  readonly manners: { readonly locks: Manners; readonly scales: Manners }
  readonly close: () => Promise<void>
}

const serveWires = async ({ world, lockPort = 0, scalePort = 0 }: ServeCabinetOptions) => {
  const manners = { locks: goodManners(), scales: goodManners() }
  const locks = await serveTcp({
    createFarEnd: kerongBoards(world.locks),
    manners: manners.locks,
    port: lockPort,
  })
  const scales = await serveTcp({
    createFarEnd: modbusScales(world.scales),
    manners: manners.scales,
    port: scalePort,
  })
  return { manners, locks, scales }
}

/**
 * The smallest of the emulated cabinets, without a plan: one KerOng bus and one scale bus as TCP serial gateways, one
 * thermometer, the hand. `emulateCabinet` serves any other.
 */
export const serveCabinet = async (options: ServeCabinetOptions): Promise<ServedCabinet> => {
  const { world, dataDir, handPort = 0, handOrigins = [], w1Device = '28-000000000001' } = options
  const thermometer = { id: 'F1', name: 'F1', driver: 'w1', device: w1Device, low: 2, high: 8 } as const
  const plan = { drawers: [], thermometers: [thermometer] }
  const files = await createSensorFiles({ plan, world, dir: dataDir })
  const kept = await keepWorld(world, files, dataDir)
  const wires = await serveWires(options)
  const hand = await serveHand({ world, port: handPort, origins: handOrigins, saved: kept.saved })
  return {
    lockPort: wires.locks.port,
    scalePort: wires.scales.port,
    handPort: hand.port,
    w1Root: files.roots.w1Root,
    manners: wires.manners,
    close: async () => {
      await Promise.all([wires.locks.close(), wires.scales.close(), hand.close()])
      await kept.close()
    },
  }
}
