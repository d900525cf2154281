/**
 * The agent's side of the guard: starts it, notices when it is gone or silent, and starts the next one.
 *
 * Invariants: an order goes to one guard once; one whose guard ended before it answered is ambiguous and never sent
 * again; nothing is queued while there is no guard.
 */
import { HardwareError } from '../error.ts'
import type { GpioStatus, PulseMs } from '../ports.ts'
import { SILENT } from './alarm-outputs.ts'
import { forkGuard, type GuardProcess, guardDown } from './guard-process.ts'
import { type AlarmOutputs, type GuardPlan, sharedClock } from './messages.ts'
import { REST_MS } from './pulser.ts'

const FIRST_DELAY_MS = 100
const MAX_DELAY_MS = 10_000
/** A guard that ran this long was not broken from the start: the next one comes soon again. */
const PROVEN_MS = 30_000

export interface GpioGuard {
  /** Resolves when the first guard is ready or has failed for now; rejects when it fails for good (E_GPIO_…). */
  readonly firstAttempt: Promise<void>
  /** Resolves when the line has been high and is low again. As `Lock.pulse`; E_GUARD_DOWN, and what the guard refuses with. */
  pulse(pin: number, ms: PulseMs): Promise<void>
  /** The settled level of an input. Throws E_GUARD_DOWN, E_INPUT_UNSETTLED (transient). */
  isHigh(pin: number): boolean
  onLevel(pin: number, listener: (high: boolean) => void): () => void
  /** Rejects (transient) while there is no guard; it is shown all the same when there is one again. */
  alarm(change: Partial<AlarmOutputs>): Promise<void>
  status(): GpioStatus
  close(): Promise<void>
}

export type GpioGuardOptions = {
  readonly plan: Omit<GuardPlan, 'resting'>
  readonly onStatus?: (status: GpioStatus) => void
}

/** Settled levels: what the present guard told, and what was told last at all, which makes a change of it. */
const createLevels = () => {
  const listeners = new Set<(pin: number, high: boolean) => void>()
  const known = new Map<number, boolean>()
  let fresh = new Map<number, boolean>()
  return {
    take: (pin: number, high: boolean): void => {
      const before = known.get(pin)
      known.set(pin, high)
      fresh.set(pin, high)
      if (before !== undefined && before !== high) for (const listener of [...listeners]) listener(pin, high)
    },
    forget: (): void => {
      fresh = new Map()
    },
    of: (pin: number): boolean => {
      const high = fresh.get(pin)
      if (high !== undefined) return high
      throw new HardwareError('E_INPUT_UNSETTLED', {
        zh: `引脚 ${pin} 的状态尚未稳定`,
        en: `the input ${pin} has not settled yet`,
        kind: 'transient',
      })
    },
    on: (pin: number, listener: (high: boolean) => void): (() => void) => {
      const own = (told: number, high: boolean): void => {
        if (told === pin) listener(high)
      }
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}

type Keeper = {
  readonly firstAttempt: Promise<void>
  /** The guard that is ready. Throws E_GUARD_DOWN. */
  readonly current: () => GuardProcess
  readonly status: () => GpioStatus
  readonly close: () => Promise<void>
}

type KeeperEvents = {
  readonly plan: () => GuardPlan
  readonly onReady: (guard: GuardProcess) => void
  readonly onLevel: (pin: number, high: boolean) => void
  readonly onEnd: () => void
  readonly onStatus: (status: GpioStatus) => void
}

/** Holds one guard at a time and starts the next when it ends. */
const keepGuard = (events: KeeperEvents): Keeper => {
  let status: GpioStatus = { state: 'starting', losses: 0 }
  /** The one that runs, ready or not. */
  let guard: GuardProcess | undefined
  let failures = 0
  let retry: NodeJS.Timeout | undefined
  const first = Promise.withResolvers<void>()

  const become = (change: Partial<GpioStatus>): void => {
    status = { ...status, ...change }
    events.onStatus(status)
  }
  const ended = (lastError: HardwareError, startedAt: number): void => {
    guard = undefined
    if (status.state === 'closed') return
    events.onEnd()
    failures = sharedClock.now() - startedAt > PROVEN_MS ? 0 : failures + 1
    become({ state: 'down', losses: status.losses + (status.state === 'ready' ? 1 : 0), lastError })
    if (lastError.kind === 'permanent') first.reject(lastError)
    else first.resolve()
    retry = setTimeout(start, Math.min(FIRST_DELAY_MS * 2 ** failures, MAX_DELAY_MS))
  }
  const start = (): void => {
    const startedAt = sharedClock.now()
    const forked = forkGuard(events.plan(), {
      onReady: () => {
        if (status.state === 'closed') return
        become({ state: 'ready' })
        events.onReady(forked)
        first.resolve()
      },
      onLevel: events.onLevel,
      onEnd: why => ended(why, startedAt),
    })
    guard = forked
  }
  start()
  return {
    firstAttempt: first.promise,
    current: () => {
      if (status.state !== 'ready' || guard === undefined) throw guardDown()
      return guard
    },
    status: () => status,
    close: async () => {
      if (status.state === 'closed') return
      clearTimeout(retry)
      become({ state: 'closed' })
      first.resolve()
      await guard?.close()
    },
  }
}

/** Starts the guard for these pins. Nothing in here throws at once: see `firstAttempt`. */
export const startGpioGuard = ({ plan, onStatus = () => {} }: GpioGuardOptions): GpioGuard => {
  const levels = createLevels()
  const restUntil = new Map<number, number>()
  let outputs = SILENT
  const keeper = keepGuard({
    plan: () => ({ ...plan, resting: [...restUntil].map(([pin, until]) => ({ pin, until })) }),
    // What could not be said to the one before.
    onReady: guard => void guard.order({ type: 'alarm', outputs }).catch(() => {}),
    onLevel: levels.take,
    onEnd: levels.forget,
    onStatus,
  })
  return {
    firstAttempt: keeper.firstAttempt,
    pulse: async (pin, ms) => {
      // Outlives the guard: the next one must not heat a coil that this one has just energised.
      const rest = (): void => void restUntil.set(pin, sharedClock.now() + REST_MS)
      try {
        await keeper.current().order({ type: 'pulse', pin, ms })
        rest()
      } catch (error) {
        if (error instanceof HardwareError && error.kind === 'ambiguous') rest()
        throw error
      }
    },
    isHigh: pin => {
      keeper.current()
      return levels.of(pin)
    },
    onLevel: levels.on,
    alarm: async change => {
      outputs = { ...outputs, ...change }
      await keeper.current().order({ type: 'alarm', outputs })
    },
    status: keeper.status,
    close: keeper.close,
  }
}
