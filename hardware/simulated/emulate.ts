import { mkdir } from 'node:fs/promises'
import type { CabinetPlan } from '../plan-schema.ts'
import { usesOfPins } from '../plan-uses.ts'
import { type EmulatedLine, emulateLine, portTaken } from './emulate-line.ts'
import { serveHand } from './hand-api.ts'
import { keepWorld } from './keep-world.ts'
import { lineRoutes } from './line-routes.ts'
import { createPinFiles } from './pin-files.ts'
import { createSensorFiles } from './sensor-files.ts'
import type { CabinetWorld } from './world.ts'

export type EmulateOptions = {
  /** Any plan. Port 0 of a `tcp` line takes a free one. */
  readonly plan: CabinetPlan
  readonly world: CabinetWorld
  /** Holds `world.json` and the sensors' files. */
  readonly dataDir: string
  /** Where the serial ports are made, each named after its line; at the plan's own paths when absent. */
  readonly linkDir?: string
  /** Where `tcp` lines listen; on this machine alone unless told. */
  readonly host?: string
  /** Take a free port where the plan's is taken. */
  readonly anyPort?: boolean
  readonly handPort?: number
  readonly handOrigins?: readonly string[] | '*'
}

export type EmulatedCabinet = {
  /** The plan with the ports, paths and folders under which it is served: what an agent must be given. */
  readonly plan: CabinetPlan
  readonly lines: ReadonlyMap<string, EmulatedLine>
  /** Lines that nobody serves, with the reason. */
  readonly silent: ReadonlyMap<string, string>
  readonly handPort: number
  readonly close: () => Promise<void>
}

type Opened = { readonly lines: Map<string, EmulatedLine>; readonly silent: Map<string, string> }

const closeAll = async (lines: Opened['lines']): Promise<void> => {
  await Promise.all([...lines.values()].map(line => line.close()))
}

const openLines = async (options: EmulateOptions): Promise<Opened> => {
  const { plan, linkDir } = options
  const opened: Opened = { lines: new Map(), silent: new Map() }
  if (linkDir !== undefined) await mkdir(linkDir, { recursive: true })
  try {
    for (const { id } of plan.lines) {
      const line = await emulateLine(id, options)
      if (typeof line === 'string') opened.silent.set(id, line)
      else opened.lines.set(id, line)
    }
    return opened
  } catch (error) {
    await closeAll(opened.lines)
    throw error
  }
}

/**
 * A whole cabinet for any plan: every line with the boards that hang on it, the sensors' files, and the hand over HTTP.
 * Goods, latches and heat are on disk after every change, before a hand's request is answered. Pins are plain files, not
 * the kernel's GPIO. Rejects with E_WORLD_STATE, E_SOCAT, E_PTY, E_EMULATE_PORT.
 */
export const emulateCabinet = async (options: EmulateOptions): Promise<EmulatedCabinet> => {
  const { plan, world, dataDir, handPort = 0, handOrigins = [] } = options
  await mkdir(dataDir, { recursive: true })
  const files = await createSensorFiles({ plan, world, dir: dataDir })
  const kept = await keepWorld(world, files, dataDir)
  const { lines, silent } = await openLines(options).catch(async error => {
    await kept.close()
    throw error
  })
  const more = lineRoutes(lines)
  const saved = kept.saved
  const hand = await serveHand({ world, port: handPort, origins: handOrigins, saved, more }).catch(
    async (error: unknown) => {
      await closeAll(lines)
      await kept.close()
      throw portTaken(handPort, error)
    },
  )
  const pins = usesOfPins(plan).length > 0 ? createPinFiles({ plan, world, dir: dataDir }) : undefined
  const pinRoot = pins && { gpioRoot: pins.gpioRoot }
  return {
    plan: {
      ...plan,
      ...files.roots,
      ...pinRoot,
      lines: plan.lines.map(each => lines.get(each.id)?.served ?? each),
    },
    lines,
    silent,
    handPort: hand.port,
    close: async () => {
      pins?.close()
      await Promise.all([closeAll(lines), hand.close()])
      await kept.close()
    },
  }
}
