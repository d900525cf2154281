import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { goodManners, type Manners, serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { kerongBoards } from '#firmware-bridge/emulator/kerong-cu48.ts'
import { modbusScales } from '#firmware-bridge/emulator/modbus-scale.ts'
import { atomicWrite } from '../atomic-write.ts'
import { serveHand } from './hand-api.ts'
import { createSaver, readWorldState } from './state-file.ts'
import { w1SlaveText } from './w1-slave.ts'
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

const TICK_MS = 1_000

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
 * The simulated cabinet on the wire: lock boards and scales as TCP serial gateways, the thermometer as the kernel's
 * file, the hand over HTTP; all on 127.0.0.1. Goods, latches and heat are on disk after every change, before a hand's
 * request is answered.
 */
export const serveCabinet = async (options: ServeCabinetOptions): Promise<ServedCabinet> => {
  const { world, dataDir, handOrigins = [], w1Device = '28-000000000001' } = options
  const statePath = join(dataDir, 'world.json')
  const w1Root = join(dataDir, 'w1')
  const sensor = join(w1Root, w1Device, 'w1_slave')
  await mkdir(join(w1Root, w1Device), { recursive: true })
  const before = await readWorldState(statePath)
  if (before !== undefined) world.restore(before)

  const saveState = createSaver(() => atomicWrite(statePath, JSON.stringify(world.save())))
  const saveSensor = createSaver(() => atomicWrite(sensor, w1SlaveText(world.celsius()), { durable: false }))
  const saveAll = async (): Promise<void> => {
    await Promise.all([saveState(), saveSensor()])
  }
  await saveAll()

  const wires = await serveWires(options)
  const hand = await serveHand({ world, port: options.handPort ?? 0, origins: handOrigins, saved: saveAll })
  // A full disk must not end the simulated cabinet; the hand's own request reports it.
  const stopListening = world.onChange(() => void saveAll().catch(() => {}))
  const ticking = setInterval(() => {
    world.advance(TICK_MS)
    saveSensor().catch(() => {})
  }, TICK_MS)

  return {
    lockPort: wires.locks.port,
    scalePort: wires.scales.port,
    handPort: hand.port,
    w1Root,
    manners: wires.manners,
    close: async () => {
      clearInterval(ticking)
      stopListening()
      await Promise.all([wires.locks.close(), wires.scales.close(), hand.close()])
      await saveAll()
    },
  }
}
