import type { LineClock } from '#firmware-bridge/link/clock.ts'
import { HardwareError, type HardwareErrorKind } from '../error.ts'
import { MAX_PULSE_MS } from '../ports.ts'
import type { OutputLine } from './lines.ts'
import { STALLED_MS } from './messages.ts'

/** A coil cools for this long after each pulse. */
export const REST_MS = 5_000
/** An order that took longer than this to arrive is not carried out: nobody may be standing there any more. */
const LATE_MS = 1_000

const refusal = (code: string, zh: string, en: string): HardwareError =>
  new HardwareError(code, { zh, en, kind: 'transient' })

const stuck = (pin: number, kind: HardwareErrorKind, cause?: unknown): HardwareError =>
  new HardwareError('E_GPIO_STUCK', {
    zh: `引脚 ${pin} 无法置低，请立即断开锁的电源并检查接线`,
    en: `pin ${pin} cannot be lowered: cut the power of the locks at once and check the wiring`,
    kind,
    cause,
  })

export type PulseOrder = {
  readonly pin: number
  readonly ms: number
  /** When it was given, by the same clock, ms. */
  readonly at: number
  /** Called once, after the line is low again; with E_GPIO_STUCK (ambiguous) if it is not. */
  readonly onEnd: (error?: HardwareError) => void
}

export interface Pulser {
  /**
   * Raises the line for `ms`, but never beyond MAX_PULSE_MS whatever is asked. Throws, with nothing energised:
   * E_AGENT_STALLED, E_ORDER_LATE, E_LOCK_BUSY, E_LOCK_RESTING, E_GPIO_STUCK (another line is high; all transient),
   * E_GPIO_PIN, E_PULSE (permanent). E_GPIO_STUCK of kind `ambiguous`: the line could not be written.
   */
  pulse(order: PulseOrder): void
  /** Drops all when the agent has stalled; tries again to lower what did not fall. */
  check(): void
  /** All lines low now. Never throws. */
  drop(): void
}

export type PulserOptions = {
  readonly lines: ReadonlyMap<number, OutputLine>
  readonly clock: LineClock
  /** For how long the agent has not been seen, ms. */
  readonly agentSilentMs: () => number
  readonly resting?: readonly { readonly pin: number; readonly until: number }[]
}

/**
 * The lock lines. Invariants: at most one is high at any time; none longer than MAX_PULSE_MS; each is low for REST_MS
 * between two pulses; none is raised while the agent is not seen, or while one has not fallen.
 */
export const createPulser = ({ lines, clock, agentSilentMs, resting = [] }: PulserOptions): Pulser => {
  const restUntil = new Map(resting.map(({ pin, until }) => [pin, until]))
  let running: { readonly pin: number; readonly end: () => void } | undefined
  /** Pins that did not fall when they should have. */
  const up = new Set<number>()

  /** Gives why it is still high. */
  const fell = (pin: number, line: OutputLine): { readonly cause: unknown } | undefined => {
    restUntil.set(pin, clock.now() + REST_MS)
    try {
      line.drop()
      up.delete(pin)
    } catch (cause) {
      up.add(pin)
      return { cause }
    }
  }

  const raise = ({ pin, ms, onEnd }: PulseOrder, line: OutputLine): void => {
    // The timer stands before the line rises: nothing between the two may leave a coil without its end.
    const cancel = clock.after(Math.min(ms, MAX_PULSE_MS), () => running?.end())
    const lower = (): HardwareError | undefined => {
      cancel()
      running = undefined
      const failed = fell(pin, line)
      return failed && stuck(pin, 'ambiguous', failed.cause)
    }
    running = { pin, end: () => onEnd(lower()) }
    try {
      line.set(true)
    } catch (cause) {
      lower()
      throw stuck(pin, 'ambiguous', cause)
    }
  }
  const refuse = ({ pin, ms, at }: PulseOrder): void => {
    const now = clock.now()
    if (!(ms > 0))
      throw new HardwareError('E_PULSE', { zh: `脉冲长度无效：${ms}`, en: `no length of a pulse: ${ms}` })
    if (agentSilentMs() > STALLED_MS)
      throw refusal('E_AGENT_STALLED', '边缘终端停顿，暂不开锁', 'the agent was stalled: no unlock for now')
    if (now - at > LATE_MS)
      throw refusal('E_ORDER_LATE', '开锁指令到达太晚，未执行', 'the order came too late and was dropped')
    if (running !== undefined)
      throw refusal('E_LOCK_BUSY', '另一把锁正在通电', 'another lock is being energised')
    for (const [other, line] of lines) if (up.has(other) || line.isHigh()) throw stuck(other, 'transient')
    if (now < (restUntil.get(pin) ?? 0))
      throw refusal(
        'E_LOCK_RESTING',
        `两次开锁须间隔 ${REST_MS / 1_000} 秒`,
        'the lock rests between two pulses',
      )
  }
  const drop = (): void => {
    running?.end()
    for (const line of lines.values()) {
      try {
        line.drop()
      } catch {
        // One line that fails must not keep the others high; the next order meets it as E_GPIO_STUCK.
      }
    }
  }
  return {
    pulse: order => {
      const line = lines.get(order.pin)
      if (line === undefined) {
        const en = `pin ${order.pin} is no lock of the plan`
        throw new HardwareError('E_GPIO_PIN', { zh: `引脚 ${order.pin} 不是配置中的锁`, en })
      }
      refuse(order)
      raise(order, line)
    },
    check: () => {
      if (running !== undefined && agentSilentMs() > STALLED_MS) drop()
      for (const pin of up) {
        const line = lines.get(pin)
        if (line) fell(pin, line)
      }
    },
    drop,
  }
}
