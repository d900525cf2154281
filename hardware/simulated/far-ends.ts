import type { ServeOptions, Speak } from '#firmware-bridge/emulator/far-end.ts'
import { kerongCu16Boards } from '#firmware-bridge/emulator/kerong-cu16.ts'
import { kerongBoards, type LockBoardWorld } from '#firmware-bridge/emulator/kerong-cu48.ts'
import { locks8aBoards } from '#firmware-bridge/emulator/locks-8a.ts'
import { modbusScales } from '#firmware-bridge/emulator/modbus-scale.ts'
import { mtSicsScale } from '#firmware-bridge/emulator/mt-sics.ts'
import { scanner } from '#firmware-bridge/emulator/scanner.ts'
import { emulatedModem } from '#firmware-bridge/emulator/sms-modem.ts'
import { type BoardFitting, yaoguiBoards } from '#firmware-bridge/emulator/yaogui-board.ts'
import { scaleMaps } from '#firmware-bridge/protocols/modbus-scale/maps.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import { usesOfLines } from '../plan-uses.ts'
import type { CabinetWorld, DrawerWires } from './world.ts'

/** What stands at the end of a line. */
export type FarSide = {
  readonly createFarEnd: ServeOptions['createFarEnd']
  /** Of a scanner: somebody holds this before it. */
  readonly scan?: (code: string) => void
  /** What it has taken in, for a person to look at. */
  readonly seen?: () => unknown
}

/** A line of the plan and the world behind it. */
type At = { readonly plan: CabinetPlan; readonly world: CabinetWorld; readonly line: string }

type Drawer = CabinetPlan['drawers'][number]
type Scale<D> = Extract<Drawer['scale'], { readonly driver: D }>

const wiresOf = ({ world }: At, { id }: Drawer): readonly DrawerWires[] => {
  const wires = world.drawer(id)
  return wires === undefined ? [] : [wires]
}

type Wired = { readonly wires: DrawerWires; readonly closedWhen: Drawer['closedWhen'] }

/** The locks on a line, whatever board they hang on. A switch that is wired the other way round says so. */
const lockBoards = (at: At): LockBoardWorld => {
  const here = at.plan.drawers.flatMap(drawer => {
    const { lock, closedWhen } = drawer
    if (lock.driver === 'gpio' || lock.line !== at.line) return []
    const { board, lock: number } = lock
    return wiresOf(at, drawer).map(wires => ({ board, number, wired: { wires, closedWhen } }))
  })
  const locks = new Map(
    here.map(({ board, number, wired }): [string, Wired] => [`${board}/${number}`, wired]),
  )
  return {
    boards: [...new Set(here.map(({ board }) => board))],
    pulse: (board, lock) => locks.get(`${board}/${lock}`)?.wires.pulse(),
    closed: (board, lock) => {
      const found = locks.get(`${board}/${lock}`)
      return found !== undefined && found.wires.closed() === (found.closedWhen === 'hook-closed')
    },
  }
}

/** The scales on a line that hang on one driver, in the order of the plan. */
const scalesOn = <D extends Drawer['scale']['driver']>(at: At, driver: D) =>
  at.plan.drawers.flatMap(drawer => {
    const { scale } = drawer
    if (scale.driver !== driver || !('line' in scale) || scale.line !== at.line) return []
    return wiresOf(at, drawer).map(wires => ({ scale: scale as Scale<D>, wires }))
  })

const modbusScaleLine = (at: At): FarSide => {
  const scales = new Map(scalesOn(at, 'modbus-scale').map(each => [each.scale.address, each]))
  const world = {
    get addresses() {
      return [...scales].flatMap(([address, { wires }]) => (wires.plugged() ? [address] : []))
    },
    grams: (address: number) => scales.get(address)?.wires.grams() ?? 0,
    stable: (address: number) => scales.get(address)?.wires.stable() ?? false,
  }
  return {
    createFarEnd: modbusScales(world, slave => scaleMaps[scales.get(slave)?.scale.model ?? 'simulated']),
  }
}

const CAPACITY_GRAMS = 6_000

const mtSicsLine = (at: At): FarSide => {
  const [only] = scalesOn(at, 'mt-sics')
  const createScale = mtSicsScale({
    grams: () => only?.wires.grams() ?? 0,
    stable: () => only?.wires.stable() ?? false,
    capacityGrams: CAPACITY_GRAMS,
    serial: `SIM-${at.line}`,
  })
  return {
    createFarEnd: () => {
      const hear = createScale()
      return heard => (only?.wires.plugged() === false ? [] : hear(heard))
    },
  }
}

const locks8aLine = (at: At): FarSide => {
  const kinds = (at.plan.lockBoards ?? []).filter(({ line }) => line === at.line)
  const locks = lockBoards(at)
  // Each board has its own kind of sensor; on the wire they are one bus.
  const boards = kinds.map(({ board, channels, sensor }) =>
    locks8aBoards({ ...locks, boards: [board], channels, sensor, hold: locks.pulse }),
  )
  return {
    createFarEnd: () => {
      const hear = boards.map(createBoard => createBoard())
      return heard => hear.flatMap(each => each(heard))
    },
  }
}

/** What a plan says of one of our boards: as many of each as the highest number in use. */
const fittingsOn = ({ plan, line }: At): readonly BoardFitting[] => {
  const locks = plan.drawers.flatMap(({ lock }) => (lock.driver === 'yaogui-board' ? [lock] : []))
  const scales = plan.drawers.flatMap(({ scale }) => (scale.driver === 'yaogui-board' ? [scale] : []))
  const probes = plan.thermometers.flatMap(each => (each.driver === 'yaogui-board' ? [each] : []))
  const here = [...locks, ...scales, ...probes].filter(each => each.line === line)
  const boards = [...new Set(here.map(({ board }) => board))]
  return boards.map(board => {
    const own = <T extends { line: string; board: number }>(all: readonly T[]): readonly T[] =>
      all.filter(each => each.line === line && each.board === board)
    return {
      board,
      locks: Math.max(0, ...own(locks).map(({ lock }) => lock)),
      scales: Math.max(0, ...own(scales).map(({ channel }) => channel)),
      thermometers: Math.max(0, ...own(probes).map(({ channel }) => channel)),
      ownLine: boards.length === 1,
    }
  })
}

const yaoguiBoardLine = (at: At): FarSide => {
  const scales = scalesOn(at, 'yaogui-board')
  const scaleAt = (board: number, channel: number): DrawerWires | undefined =>
    scales.find(({ scale }) => scale.board === board && scale.channel === channel)?.wires
  const { createFarEnd } = yaoguiBoards({
    world: {
      ...lockBoards(at),
      boards: fittingsOn(at),
      grams: (board, channel) => {
        const wires = scaleAt(board, channel)
        return wires?.plugged() ? wires.grams() : undefined
      },
      stable: (board, channel) => scaleAt(board, channel)?.stable() ?? false,
      celsius: () => at.world.celsius(),
    },
  })
  return { createFarEnd }
}

/** A code read goes to everyone who listens, as two programs on one port would both see it. */
const scannerLine = (): FarSide => {
  const listeners = new Set<Speak>()
  const createScanner = scanner({ see: () => undefined, end: '\r\n' })
  return {
    createFarEnd: speak => {
      listeners.add(speak)
      return createScanner()
    },
    scan: code => {
      for (const speak of listeners) speak(Uint8Array.from(Buffer.from(`${code}\r\n`, 'latin1')))
    },
  }
}

/** With the card that the plan knows; the network is in a good mood. */
const smsModemLine = ({ plan }: At): FarSide => {
  const pin = plan.smsModem?.pin
  const modem = emulatedModem(pin === undefined ? {} : { state: { sim: 'pin', pin } })
  return { createFarEnd: modem.createFarEnd, seen: modem.messages }
}

/** By the protocol that a line speaks, what stands at its end. */
const farSides: Readonly<Record<string, (at: At) => FarSide>> = {
  'kerong-cu48': at => ({ createFarEnd: kerongBoards(lockBoards(at)) }),
  'kerong-cu16': at => ({ createFarEnd: kerongCu16Boards(lockBoards(at)) }),
  'locks-8a': locks8aLine,
  'modbus-scale': modbusScaleLine,
  'mt-sics': mtSicsLine,
  'yaogui-board': yaoguiBoardLine,
  scanner: scannerLine,
  'sms-modem': smsModemLine,
}

/** The far side of a line of the plan; undefined where nothing hangs on it, or nothing that can be emulated. */
export const farSideOf = (at: At): (FarSide & { readonly driver: string }) | undefined => {
  const driver = usesOfLines(at.plan).find(({ line }) => line === at.line)?.driver
  const make = driver === undefined ? undefined : farSides[driver]
  return driver === undefined || make === undefined ? undefined : { driver, ...make(at) }
}
