import { setTimeout as pause } from 'node:timers/promises'
import type { DrawerWires } from '#hardware/simulated/world.ts'
import type { Registers } from './registers.ts'

/** BCM2837 ARM Peripherals, 6.1: outputs set, outputs cleared, levels of GPIO 0–31, where the Pi 3 has them. */
const GPSET0 = 0x3f20_001c
const GPCLR0 = 0x3f20_0028
const GPLEV0 = 0x3f20_0034

/** Half of the time in which a level can come and go unseen. */
const LOOK_MS = 1

export type WiredLock = { readonly pin: number; readonly contactPin: number; readonly drawer: DrawerWires }

/**
 * One time that a lock line was high. Its length lies between the two figures, as it was looked at from time to time:
 * from the first look that found it high to the last, and from the last look that found it low to the next that did.
 */
export type SeenPulse = {
  readonly pin: number
  readonly atLeastMs: number
  readonly atMostMs: number
  /** When it was found low again, ms of `performance.now()`. */
  readonly lowAt: number
}

/** When a level was asked for and when the answer was here, ms of `performance.now()`; it was read between the two. */
type Look = { readonly asked: number; readonly answered: number }

/** Looks at a line that is high: the last that found it low, the first and the last that found it high. */
type Rise = { readonly low: Look; readonly first: Look; readonly last: Look }

/** Throws, from then on, what made the watch blind. */
export type PinWatch = {
  /** All that have ended, in the order of their ends. */
  pulses(): readonly SeenPulse[]
  /** Lock lines that are high now. */
  high(): readonly number[]
  /** The most that were high at one time. */
  mostHigh(): number
  stop(): Promise<void>
}

/**
 * The locks and hook switches on the Pi's pins. Looks at the machine's own registers, not at what its kernel says, and
 * sets the level of an input as a switch would: in QEMU the set and clear registers reach inputs too.
 */
export const wirePins = (registers: Registers, locks: readonly WiredLock[]): PinWatch => {
  const rises = new Map<number, Rise>()
  const pulses: SeenPulse[] = []
  let most = 0
  let stopped = false
  let failure: unknown
  let before: Look = { asked: performance.now(), answered: performance.now() }

  const follow = ({ pin, drawer }: WiredLock, high: boolean, now: Look): void => {
    const rise = rises.get(pin)
    if (high) {
      if (rise === undefined) drawer.pulse()
      rises.set(pin, { low: before, first: now, ...rise, last: now })
    } else if (rise !== undefined) {
      const { low, first, last } = rise
      rises.delete(pin)
      pulses.push({
        pin,
        atLeastMs: Math.max(0, last.asked - first.answered),
        atMostMs: now.answered - low.asked,
        lowAt: now.answered,
      })
    }
  }
  const look = async (): Promise<void> => {
    const asked = performance.now()
    const level = await registers.read(GPLEV0)
    const now = { asked, answered: performance.now() }
    const isHigh = (pin: number): boolean => ((level >>> pin) & 1) === 1
    for (const lock of locks) follow(lock, isHigh(lock.pin), now)
    most = Math.max(most, rises.size)
    before = now
    for (const { contactPin, drawer } of locks) {
      const open = !drawer.closed()
      if (open !== isHigh(contactPin)) await registers.write(open ? GPSET0 : GPCLR0, 2 ** contactPin)
    }
  }
  const watch = async (): Promise<void> => {
    while (!stopped) {
      await look()
      await pause(LOOK_MS)
    }
  }
  const watching = watch().catch(error => {
    failure = error
  })
  const seeing = <T>(what: T): T => {
    if (failure !== undefined) throw failure
    return what
  }
  return {
    pulses: () => seeing(pulses),
    high: () => seeing([...rises.keys()]),
    mostHigh: () => most,
    stop: () => {
      stopped = true
      return watching
    },
  }
}
