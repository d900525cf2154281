import pino from 'pino'
import type { History } from '#cloud-sync/history/port.ts'
import { createAgent } from '#edge/agent.ts'
import { wrapDatabase } from '#edge/journal/database.ts'
import { openDatabase } from '#edge/journal/schema.ts'
import type { CabinetWorld } from '#hardware/simulated/world.ts'
import type { edgeClock } from './edge-clock.ts'
import { createPower, type Fuse, guarded } from './edge-days-power.ts'
import { CONFIG } from './edge-days-template.ts'
import { type Faults, wiredDrawers } from './edge-days-wires.ts'

/** The dispensing parts ask a scale or a latch this often. */
export const POLL_MS = 100

export type Surroundings = {
  /** The journal file. */
  readonly path: string
  readonly time: ReturnType<typeof edgeClock>
  readonly world: CabinetWorld
  readonly faults: ReadonlyMap<string, Faults>
  readonly fuse: Fuse
  readonly history: History
  /** A coil is about to be energised. */
  readonly onPulse: (drawer: string) => void
}

/** One life of the agent: from here to its power cut. */
export const startAgent = ({ path, time, world, faults, fuse, history, onPulse }: Surroundings) => {
  const power = createPower(fuse)
  const born = time.monotonic()
  let polls = 0
  let room = true
  const clock = {
    now: time.now,
    monotonic: () => time.monotonic() - born,
    after: (ms: number, task: () => void) => {
      const short = ms <= POLL_MS
      if (short) polls += 1
      return time.after(ms, () => {
        if (short) polls -= 1
        if (power.on()) task()
      })
    },
  }
  const db = wrapDatabase(openDatabase(path))
  const agent = createAgent({
    config: CONFIG,
    db: guarded(db, power),
    hardware: {
      drawers: wiredDrawers({ world, faults, power, onPulse }),
      thermometers: new Map(),
      lineStats: () => [],
      logWire: () => false,
      close: async () => {},
    },
    history,
    clock,
    log: pino({ level: 'silent' }),
    hasRoom: () => room,
  })
  return {
    agent,
    power,
    db,
    /** Timers that stand for an act under way: a scale or a latch is waited for. */
    polls: () => polls,
    setRoom: (is: boolean): void => {
      room = is
    },
  }
}
