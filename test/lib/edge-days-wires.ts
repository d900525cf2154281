import type { EdgeHardware } from '#edge/hardware.ts'
import { HardwareError } from '#hardware/error.ts'
import { pulseMs } from '#hardware/ports.ts'
import type { CabinetWorld } from '#hardware/simulated/world.ts'
import type { Power } from './edge-days-power.ts'
import { DRAWERS } from './edge-days-template.ts'

/** What is wrong with the wires of one drawer. */
export type Faults = {
  /** The board answers nobody after the pulse: it may have gone out (and did). */
  ambiguous: boolean
  /** The line is down: nothing goes out. */
  lineDown: boolean
  deafSwitch: boolean
  /** The switch is lost with the next pulse: nobody sees what came of it. */
  lostWithPulse: boolean
  /** The switch reads open for ever. */
  stuckOpen: boolean
  /** So from the next pulse on. */
  stuckWithPulse: boolean
  deafScale: boolean
  restless: boolean
  /** Grams of something that is no pack. */
  foreign: number
}

export const NO_FAULT: Faults = {
  ambiguous: false,
  lineDown: false,
  deafSwitch: false,
  lostWithPulse: false,
  stuckOpen: false,
  stuckWithPulse: false,
  deafScale: false,
  restless: false,
  foreign: 0,
}

const broken = (kind: 'transient' | 'ambiguous'): HardwareError =>
  new HardwareError('E_LINE_LOST', { zh: '线路中断', en: 'the line is lost', kind })

/** Nobody answers any more: the process that asked is gone. */
const never = <T>(): Promise<T> => new Promise(() => {})

type Options = {
  readonly world: CabinetWorld
  readonly faults: ReadonlyMap<string, Faults>
  readonly power: Power
  /** A coil is about to be energised. */
  readonly onPulse: (drawer: string) => void
}

/** The cabinet's wires as ports, without lines: the same world that the emulators stand on. */
export const wiredDrawers = ({ world, faults, power, onPulse }: Options): EdgeHardware['drawers'] => {
  /** What is asked at an instant at which the power goes is never answered. */
  const at = async <T>(what: string, work: () => T): Promise<T> => {
    try {
      power.instant(what)
    } catch {
      return never()
    }
    const answer = work()
    return answer
  }
  const wires = (id: string) => {
    const found = world.drawer(id)
    const wrong = faults.get(id)
    if (!found || !wrong) throw new Error(`no drawer ${id}`)
    return { found, wrong }
  }
  return new Map(
    DRAWERS.map(({ id, role }) => [
      id,
      {
        role,
        pulse: pulseMs(400),
        lock: {
          pulse: async () => {
            await at('before a pulse', () => {})
            const { found, wrong } = wires(id)
            if (wrong.lineDown) throw broken('transient')
            onPulse(id)
            found.pulse()
            if (wrong.lostWithPulse) wrong.deafSwitch = true
            if (wrong.stuckWithPulse) wrong.stuckOpen = true
            await at('after a pulse', () => {})
            if (wrong.ambiguous) throw broken('ambiguous')
          },
          state: () =>
            at('asking a switch', () => {
              const { found, wrong } = wires(id)
              if (wrong.deafSwitch || wrong.lineDown) throw broken('transient')
              return found.closed() && !wrong.stuckOpen ? 'closed' : 'open'
            }),
        },
        scale: {
          read: () =>
            at('asking a scale', () => {
              const { found, wrong } = wires(id)
              if (wrong.deafScale) throw broken('transient')
              return { grams: found.grams() + wrong.foreign, stable: found.stable() && !wrong.restless }
            }),
        },
      },
    ]),
  )
}
