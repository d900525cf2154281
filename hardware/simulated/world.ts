import type { LockBoardWorld } from '#firmware-bridge/emulator/kerong-cu48.ts'
import type { ScaleWorld } from '#firmware-bridge/emulator/modbus-scale.ts'
import { createListeners } from '#firmware-bridge/link/line.ts'
import { HardwareError } from '../error.ts'
import type { HardwareClock } from '../ports.ts'
import { type Battery, type BatteryMake, createBattery } from './battery.ts'
import {
  createDrawer,
  type Drawer,
  type DrawerFaults,
  type DrawerHand,
  type DrawerMake,
  type DrawerState,
} from './drawer.ts'
import { createFridge, type Fridge, type FridgeMake, ROOM_CELSIUS, type SavedFridge } from './fridge.ts'
import type { Random } from './random.ts'

export type CabinetWorldOptions = {
  readonly drawers: readonly DrawerMake[]
  readonly fridge?: FridgeMake
  readonly battery?: BatteryMake
  readonly clock: HardwareClock
  readonly random: Random
}

/** All that must outlive a restart, as JSON. */
export type WorldState = {
  readonly version: 1
  readonly drawers: Readonly<Record<string, DrawerState>>
  readonly fridge: SavedFridge
  /** Charge, %; one that was saved before there was a battery finds it full. */
  readonly battery?: number | undefined
}

/** What a person standing at the cabinet sees. `grams` is what truly lies there. */
export type WorldView = {
  readonly drawers: readonly {
    readonly id: string
    readonly drug: string
    readonly units: number
    readonly position: 'open' | 'closed'
    readonly latched: boolean
    readonly grams: number
    /** What is wrong with it, if anything is. */
    readonly faults?: Partial<DrawerFaults>
  }[]
  readonly fridge: { readonly celsius: number; readonly doorOpen: boolean; readonly mains: boolean }
  /** Charge, %. */
  readonly battery: number
}

export type FridgeChange = {
  readonly mains?: boolean
  readonly doorOpen?: boolean
  readonly celsius?: number
}

/** What a person's hands can do. Throw E_HAND_LOCKED, E_HAND_CLOSED, E_HAND_EMPTY, E_HAND_UNITS, E_HAND_DRAWER. */
export interface Hands {
  take(drawer: string, units: number): void
  put(drawer: string, units: number): void
  open(drawer: string): void
  close(drawer: string): void
  fridge(change: FridgeChange): void
  /** Has it at this charge, %, for tests and demonstrations. */
  battery(percent: number): void
  /** Breaks or mends something, for tests and demonstrations; not saved. */
  fail(drawer: string, change: Partial<DrawerFaults>): void
}

/** A drawer's coil, hook switch and load cell, on whatever board they hang. */
export interface DrawerWires {
  pulse(): void
  /** As its hook switch says. */
  closed(): boolean
  grams(): number
  stable(): boolean
  /** False while its scale is unplugged: nothing answers for it. */
  plugged(): boolean
}

export interface CabinetWorld {
  /** The wires' side. Undefined: no such drawer. */
  drawer(id: string): DrawerWires | undefined
  /** All of them on one lock board bus and one scale bus, as their makes say. */
  readonly locks: LockBoardWorld
  readonly scales: ScaleWorld
  readonly hand: Hands
  /** What the thermometer in its bottle says; it lags the air. */
  celsius(): number
  /** Lets heat flow; latches and cells follow the clock by themselves. */
  advance(ms: number): void
  view(): WorldView
  save(): WorldState
  /** Drawers that are new or hold another drug than when saved stay as they were made. */
  restore(state: WorldState): void
  /** Called after every pulse that moved something and every hand's work. Returns the unsubscription. */
  onChange(listener: () => void): () => void
}

/** Where the scales of a refrigerator's drawers are calibrated. */
const COLD_CELSIUS = 5

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

const viewOf = ({ make, state, position, faults }: Drawer): WorldView['drawers'][number] => {
  const { goods, latched } = state()
  const wrong = Object.entries(faults()).filter(([, value]) => value !== false)
  const grams = goods.reduce((total, each) => total + each, 0)
  return {
    id: make.id,
    drug: make.drug,
    units: goods.length,
    position: position(),
    latched,
    grams: round(grams, 2),
    ...(wrong.length === 0 ? {} : { faults: Object.fromEntries(wrong) }),
  }
}

const wiresOf = (drawer: Drawer, changed: () => void): DrawerWires => ({
  pulse: () => {
    if (drawer.pulse()) changed()
  },
  closed: drawer.hookClosed,
  grams: drawer.grams,
  stable: drawer.stable,
  plugged: () => !drawer.faults().unplugged,
})

const lockWorld = (drawers: readonly Drawer[], changed: () => void): LockBoardWorld => {
  const at = (board: number, lock: number): Drawer | undefined =>
    drawers.find(({ make }) => make.board === board && make.lock === lock)
  return {
    boards: [...new Set(drawers.flatMap(({ make }) => make.board ?? []))],
    pulse: (board, lock) => {
      if (at(board, lock)?.pulse()) changed()
    },
    closed: (board, lock) => at(board, lock)?.hookClosed() ?? false,
  }
}

const scaleWorld = (drawers: readonly Drawer[]): ScaleWorld => {
  const at = (address: number): Drawer | undefined =>
    drawers.find(({ make }) => make.scaleAddress === address)
  return {
    get addresses() {
      return drawers.flatMap(({ make, faults }) => (faults().unplugged ? [] : (make.scaleAddress ?? [])))
    },
    grams: address => at(address)?.grams() ?? 0,
    stable: address => at(address)?.stable() ?? false,
  }
}

type Things = {
  readonly drawers: readonly Drawer[]
  readonly fridge: Fridge
  readonly battery: Battery
  readonly changed: () => void
}

const handsOn = ({ drawers, fridge, battery, changed }: Things): Hands => {
  const handle = (id: string, work: (hand: DrawerHand, drawer: Drawer) => void): void => {
    const drawer = drawers.find(each => each.make.id === id)
    if (drawer === undefined) {
      throw new HardwareError('E_HAND_DRAWER', { zh: `没有抽屉 ${id}`, en: `there is no drawer ${id}` })
    }
    work(drawer.hand, drawer)
    changed()
  }
  return {
    take: (id, units) => handle(id, hand => hand.take(units)),
    put: (id, units) => handle(id, hand => hand.put(units)),
    open: id => handle(id, hand => hand.open()),
    close: id => handle(id, hand => hand.close()),
    fridge: change => {
      fridge.set(change)
      changed()
    },
    battery: percent => {
      battery.set(percent)
      changed()
    },
    fail: (id, change) => handle(id, (_, drawer) => drawer.fail(change)),
  }
}

const saveThings = ({ drawers, fridge, battery }: Things): WorldState => ({
  version: 1,
  drawers: Object.fromEntries(drawers.map(drawer => [drawer.make.id, drawer.state()])),
  fridge: fridge.state(),
  battery: battery.percent(),
})

const restoreThings = ({ drawers, fridge, battery }: Things, saved: WorldState): void => {
  fridge.restore(saved.fridge)
  if (saved.battery !== undefined) battery.set(saved.battery)
  for (const drawer of drawers) {
    const before = saved.drawers[drawer.make.id]
    if (before?.drug === drawer.make.drug) drawer.restore(before)
  }
}

/** A cabinet with goods in it and a refrigerator beside it; physics only, bytes are the emulators' matter. */
export const createCabinetWorld = ({
  drawers: makes,
  fridge: make,
  battery: batteryMake,
  clock,
  random,
}: CabinetWorldOptions): CabinetWorld => {
  const now = (): number => clock().getTime()
  const fridge = createFridge(make)
  const battery = createBattery(batteryMake)
  const room = make?.ambient ?? ROOM_CELSIUS
  const cold = { celsius: () => fridge.state().celsius, calibratedAt: COLD_CELSIUS }
  const warm = { celsius: () => room, calibratedAt: room }
  const drawers = makes.map(each =>
    createDrawer({ make: each, now, random, air: each.cold === undefined ? warm : cold }),
  )
  const changes = createListeners<void>()
  const things = { drawers, fridge, battery, changed: () => changes.tell() }
  const wires = new Map(drawers.map(each => [each.make.id, wiresOf(each, things.changed)]))
  return {
    drawer: id => wires.get(id),
    locks: lockWorld(drawers, things.changed),
    scales: scaleWorld(drawers),
    hand: handsOn(things),
    celsius: () => fridge.state().sensor,
    advance: ms => {
      fridge.advance(ms)
      battery.advance(ms, fridge.state().mains)
    },
    view: () => {
      const { celsius, doorOpen, mains } = fridge.state()
      return {
        drawers: drawers.map(viewOf),
        fridge: { celsius: round(celsius, 2), doorOpen, mains },
        battery: round(battery.percent(), 1),
      }
    },
    save: () => saveThings(things),
    restore: saved => restoreThings(things, saved),
    onChange: changes.add,
  }
}
