import type { MessageOf } from '../../protocols/yaogui-board/codec.ts'
import { MAX_PULSE_MS, MIN_PULSE_MS, OUTCOMES } from '../../protocols/yaogui-board/layouts.ts'

/** The rest of a lock after a pulse, counted from its end. */
const REST_MS = 5_000
/** A coil is let go when the master says nothing for so long. */
const HOST_SILENCE_MS = 500
/** Outcomes kept. */
const KEPT = 16

type Order = Pick<MessageOf<'unlock'>, 'boot' | 'id' | 'until' | 'lock' | 'pulseMs'>
type Outcome = Pick<MessageOf<'unlocked'>, 'boot' | 'id' | 'lock' | 'outcome' | 'ms'>
type Kept = Outcome & { readonly pulseMs: number }

export type CoilsOptions = {
  readonly boot: number
  readonly locks: number
  /** Milliseconds since the board's start. */
  readonly uptime: () => number
  readonly energise: (lock: number) => void
  readonly lowSupply: () => boolean
  /** Bit 0 is lock 1. */
  readonly coilFaults: () => number
}

export type Coils = {
  readonly unlock: (order: Order) => Outcome
  readonly settle: (asked: { readonly boot: number; readonly id: number }) => Outcome
  /** A frame for this board came: the master lives. */
  readonly heard: () => void
  /** The lock under power now, 0 for none. */
  readonly on: () => number
  readonly lastId: () => number
}

/** `until` has passed, on a counter that wraps. */
const isPast = (uptime: number, until: number): boolean => ((uptime - until) | 0) > 0

/**
 * The coils of one board as docs/firmware-protocol.md has them: one at a time, each id once, a rest between. It has no
 * timer of its own; whatever is asked of it, first the past is settled.
 */
export const createCoils = ({
  boot,
  locks,
  uptime,
  energise,
  lowSupply,
  coilFaults,
}: CoilsOptions): Coils => {
  const kept: Kept[] = []
  const restsUntil = new Map<number, number>()
  let lastId = 0
  let pulse: (Kept & { readonly at: number }) | undefined
  let heardAt = 0

  const keep = (outcome: Kept): Outcome => {
    kept.push(outcome)
    if (kept.length > KEPT) kept.shift()
    return outcome
  }
  const settlePast = (): void => {
    if (pulse === undefined) return
    const end = Math.min(pulse.at + pulse.pulseMs, heardAt + HOST_SILENCE_MS)
    if (uptime() < end) return
    const ms = Math.round(end - pulse.at)
    keep({ ...pulse, outcome: ms < pulse.pulseMs ? OUTCOMES.cut : OUTCOMES.done, ms })
    restsUntil.set(pulse.lock, end + REST_MS)
    pulse = undefined
  }
  const refusal = ({ lock, until, pulseMs }: Order): readonly [outcome: number, ms?: number] | undefined => {
    if (isPast(uptime(), until)) return [OUTCOMES.late]
    if (lock < 1 || lock > locks) return [OUTCOMES.noLock]
    if (pulseMs < MIN_PULSE_MS || pulseMs > MAX_PULSE_MS) return [OUTCOMES.badPulse]
    if ((coilFaults() >> (lock - 1)) & 1) return [OUTCOMES.coilFault]
    if (lowSupply()) return [OUTCOMES.lowSupply]
    if (pulse !== undefined) return [OUTCOMES.busy]
    const rest = (restsUntil.get(lock) ?? 0) - uptime()
    return rest > 0 ? [OUTCOMES.resting, Math.ceil(rest)] : undefined
  }
  const known = (id: number): Kept | undefined =>
    pulse?.id === id
      ? { ...pulse, outcome: OUTCOMES.pulsing, ms: pulse.pulseMs }
      : kept.find(each => each.id === id)

  return {
    unlock: order => {
      settlePast()
      const { id, lock, pulseMs } = order
      const answer = (outcome: number, ms = 0): Kept => ({ boot, id, lock, outcome, ms, pulseMs })
      if (order.boot !== boot) return answer(OUTCOMES.wrongBoot)
      const before = known(id)
      if (before) {
        const same = before.lock === lock && before.pulseMs === pulseMs
        return same || before.outcome === OUTCOMES.never ? before : answer(OUTCOMES.staleId)
      }
      if (id <= lastId) return answer(OUTCOMES.staleId)
      lastId = id
      const refused = refusal(order)
      if (refused) return keep(answer(...refused))
      pulse = { ...answer(OUTCOMES.pulsing, pulseMs), at: uptime() }
      energise(lock)
      return pulse
    },
    settle: asked => {
      settlePast()
      const { id } = asked
      const answer = (outcome: number): Kept => ({ boot, id, lock: 0, outcome, ms: 0, pulseMs: 0 })
      if (asked.boot !== boot) return answer(OUTCOMES.wrongBoot)
      const before = known(id)
      if (before) return before
      if (id <= lastId) return answer(OUTCOMES.forgotten)
      lastId = id
      return keep(answer(OUTCOMES.never))
    },
    heard: () => {
      settlePast()
      heardAt = uptime()
    },
    on: () => {
      settlePast()
      return pulse?.lock ?? 0
    },
    lastId: () => lastId,
  }
}
