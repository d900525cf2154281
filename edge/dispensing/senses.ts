import { codeOf } from '#domain/error.ts'
import { type EdgeClock, pause } from '../clock.ts'
import type { EdgeHardware } from '../hardware.ts'
import type { DoorEvent } from './door.ts'

const POLL_MS = 100
const WEIGH_DEADLINE_MS = 8_000
/** A latch that has not let go after this will not; the sensor says so, the lock board does not answer. */
const OPEN_DEADLINE_MS = 3_000

export type Live = { readonly grams: number; readonly stable: boolean }

type Options = {
  readonly hardware: Pick<EdgeHardware, 'drawers'>
  readonly clock: EdgeClock
  /** How often a person took this drawer out of service; unsaid = never. */
  readonly retirements?: (drawer: string) => number
}

/** The executor's eyes and hands: performs one physical effect and says which event came of it. Never rejects. */
export const createSenses = ({ hardware, clock, retirements = () => 0 }: Options) => {
  let stopping = false
  let gaveUp: string | undefined
  const stopped = (): boolean => stopping
  const at = (drawer: string) => {
    const found = hardware.drawers.get(drawer)
    if (!found) throw new Error(`no drawer ${drawer} in the cabinet plan`)
    return found
  }
  const position = (drawer: string): Promise<'open' | 'closed' | 'unknown'> =>
    Promise.resolve()
      .then(() => at(drawer).lock.state())
      .catch(() => 'unknown' as const)

  return {
    position,
    stopped,
    /** The drawer that was last waited for in vain, and not seen closed since. */
    gaveUp: (): string | undefined => gaveUp,
    sawClosed: (drawer: string): void => {
      if (gaveUp === drawer) gaveUp = undefined
    },
    /** The agent ends: whatever waits for a drawer or a scale gives up. */
    stop: (): void => {
      stopping = true
    },
    /** One reading, or undefined when the scale cannot be asked. */
    glance: (drawer: string): Promise<Live | undefined> =>
      Promise.resolve()
        .then(() => at(drawer).scale.read())
        .catch(() => undefined),

    /** Weighs with the drawer at rest: only a stable reading counts. */
    weigh: async (drawer: string): Promise<DoorEvent> => {
      const until = clock.monotonic() + WEIGH_DEADLINE_MS
      let code = 'E_SCALE_UNSTABLE'
      while (clock.monotonic() < until && !stopped()) {
        try {
          const { grams, stable } = await at(drawer).scale.read()
          if (stable) return { type: 'weighed', grams }
        } catch (error) {
          code = codeOf(error)
        }
        await pause(clock, POLL_MS)
      }
      return { type: 'weigh-failed', code }
    },

    pulse: async (drawer: string): Promise<DoorEvent> => {
      try {
        const { lock, pulse } = at(drawer)
        await lock.pulse(pulse)
        return { type: 'pulsed' }
      } catch (error) {
        const transient = error instanceof Error && 'kind' in error && error.kind === 'transient'
        return { type: 'pulse-failed', code: codeOf(error), sent: !transient }
      }
    },

    awaitOpen: async (drawer: string): Promise<DoorEvent> => {
      const until = clock.monotonic() + OPEN_DEADLINE_MS
      while (clock.monotonic() < until && !stopped()) {
        if ((await position(drawer)) === 'open') return { type: 'opened' }
        await pause(clock, POLL_MS)
      }
      return { type: 'not-opened', code: 'E_UNLOCK_UNCONFIRMED' }
    },

    /**
     * Waits as long as the person needs, or until one takes the drawer out of service since it never reads closed;
     * undefined when the agent stops.
     */
    awaitClose: async (drawer: string, onLive: (live: Live) => void): Promise<DoorEvent | undefined> => {
      const before = retirements(drawer)
      while (!stopped()) {
        if ((await position(drawer)) === 'closed') return { type: 'closed' }
        if (retirements(drawer) !== before) {
          gaveUp = drawer
          return { type: 'given-up' }
        }
        const live = await at(drawer)
          .scale.read()
          .catch(() => undefined)
        if (live) onLive(live)
        await pause(clock, 2 * POLL_MS)
      }
      return undefined
    },
  }
}

export type Senses = ReturnType<typeof createSenses>
