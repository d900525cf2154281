import type { LineClock } from '#firmware-bridge/link/clock.ts'
import { systemLineClock } from '#firmware-bridge/link/clock.ts'
import type { HardwareErrorKind } from '../error.ts'

/** What the guard holds; pins are BCM numbers. Its one argument, as JSON. */
export type GuardPlan = {
  readonly root: string
  readonly locks: readonly number[]
  readonly inputs: readonly { readonly pin: number; readonly debounceMs: number }[]
  readonly beacon?: number
  readonly siren?: number
  /** Until when a lock must rest from what an earlier guard was told to do, by the shared clock, ms. */
  readonly resting: readonly { readonly pin: number; readonly until: number }[]
}

export type BeaconPattern = 'off' | 'steady' | 'flashing'

/** What the alarm outputs shall do. */
export type AlarmOutputs = { readonly beacon: BeaconPattern; readonly siren: boolean }

/** Agent → guard. `at`: when it was sent, by the shared clock, ms. */
export type ToGuard =
  | { readonly type: 'beat'; readonly at: number }
  | {
      readonly type: 'pulse'
      readonly id: number
      readonly pin: number
      readonly ms: number
      readonly at: number
    }
  | { readonly type: 'alarm'; readonly id: number; readonly at: number; readonly outputs: AlarmOutputs }
  /** An orderly end: the alarm outputs go off too. */
  | { readonly type: 'close' }

/** An error as it crosses between processes. */
export type Told = {
  readonly code: string
  readonly kind: HardwareErrorKind
  readonly zh: string
  readonly en: string
}

/** Guard → agent. */
export type FromGuard =
  | { readonly type: 'ready' }
  /** It could not start, and ends. */
  | { readonly type: 'failed'; readonly error: Told }
  | { readonly type: 'alive' }
  /** The order with this id was carried out; a pulse is over. */
  | { readonly type: 'done'; readonly id: number }
  | { readonly type: 'refused'; readonly id: number; readonly error: Told }
  | { readonly type: 'level'; readonly pin: number; readonly high: boolean }

/** How often each side tells the other that its event loop turns. */
export const BEAT_MS = 500
/** A side that has not been heard for this long is taken for stalled. */
export const STALLED_MS = 2_000

/** Monotonic time that agent and guard share: CLOCK_MONOTONIC, which is the machine's and not the process's. */
export const sharedClock: LineClock = {
  now: () => Number(process.hrtime.bigint()) / 1e6,
  after: systemLineClock.after,
}
