import { type LineClock, systemLineClock } from '#firmware-bridge/link/clock.ts'
import {
  type Conversation,
  type ConversationStats,
  createConversation,
} from '#firmware-bridge/link/conversation.ts'
import type { Framer } from '#firmware-bridge/link/framing.ts'
import { createListeners, type Line } from '#firmware-bridge/link/line.ts'
import { type ReopeningLine, reopeningLine } from '#firmware-bridge/link/reopen.ts'
import { openSerialLine } from '#firmware-bridge/link/serial.ts'
import { openTcpLine } from '#firmware-bridge/link/tcp.ts'
import type { WireLog, WireTap } from '#firmware-bridge/link/wire-log.ts'
import { HardwareError } from '../error.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import type { LineStats } from '../ports.ts'

/** What is asked of a log; pino fits. */
export type HardwareLog = {
  readonly info: (facts: object, text: string) => void
  readonly warn: (facts: object, text: string) => void
}

type OpenBus = {
  readonly line: ReopeningLine
  readonly tap: WireTap | undefined
  readonly stats: () => LineStats
  readonly close: () => Promise<void>
}

type Speech<F> = {
  readonly framer: Framer<F>
  /** Silence between two exchanges, unless it is the usual one. */
  readonly turnaroundMs?: number
}

/** A device that has its line to itself. */
type Attached = { readonly stats: () => ConversationStats; readonly close: () => void }
type Wire = {
  readonly line: Line
  readonly clock: LineClock
  /** The adapter repeats what we send. */
  readonly echo: boolean
  /** Tells when the line comes up or goes down; also the first time. */
  readonly onLineChange: (listener: (up: boolean) => void) => () => void
}

export interface Buses {
  readonly clock: LineClock
  /** Opens a line and the one conversation on it; once for each line. Throws E_PLAN_INVALID for no such line. */
  converse<F>(line: string, speech: Speech<F>): Conversation<F>
  /** Opens a line for what is no conversation of questions and answers. Throws E_PLAN_INVALID for no such line. */
  attach<D extends Attached>(line: string, make: (wire: Wire) => D): D
  /** All lines opened so far. */
  opened(): readonly OpenBus[]
}

export type BusOptions = {
  readonly log: HardwareLog
  readonly lineClock?: LineClock
  readonly wireLog?: WireLog | undefined
}

type LinePlan = CabinetPlan['lines'][number]

/** 3.5 characters at 9600 baud are 4 ms (Modbus over Serial Line 2.5.1.1); other boards and scales want no more. */
const TURNAROUND_MS = 5

const openLine = (
  plan: LinePlan,
  { log, lineClock = systemLineClock, wireLog }: BusOptions,
  tellUp: (up: boolean) => void,
): ReopeningLine => {
  let wasUp: boolean | undefined
  return reopeningLine({
    name: plan.id,
    clock: lineClock,
    open: () => (plan.type === 'tcp' ? openTcpLine(plan) : openSerialLine(plan)),
    tap: wireLog?.tap(plan.id),
    onChange: ({ up, where, error }) => {
      // A line that is away for a night is one entry, not a thousand.
      if (up === wasUp) return
      wasUp = up
      tellUp(up)
      if (up) log.info({ line: plan.id, where }, 'line up')
      else log.warn({ line: plan.id, err: error }, 'line down')
    },
  })
}

/** One line and one conversation or device for each line of the plan that something hangs on. */
export const createBuses = (plan: CabinetPlan, options: BusOptions): Buses => {
  const { lineClock: clock = systemLineClock } = options
  const opened: OpenBus[] = []
  const attach: Buses['attach'] = (id, make) => {
    const linePlan = plan.lines.find(each => each.id === id)
    if (linePlan === undefined) {
      throw new HardwareError('E_PLAN_INVALID', { zh: `没有线路 ${id}`, en: `no such line ${id}` })
    }
    const changes = createListeners<boolean>()
    const line = openLine(linePlan, options, changes.tell)
    const tap = options.wireLog?.tap(id)
    const device = make({ line, clock, echo: linePlan.echo ?? false, onLineChange: changes.add })
    opened.push({
      line,
      tap,
      stats: () => ({
        line: id,
        up: line.isUp(),
        reopenings: line.reopenings(),
        logged: tap?.on ?? false,
        ...device.stats(),
      }),
      close: async () => {
        device.close()
        await line.close()
      },
    })
    return device
  }
  const converse: Buses['converse'] = (id, { framer, turnaroundMs = TURNAROUND_MS }) =>
    attach(id, ({ line, echo }) => createConversation(line, { framer, clock, turnaroundMs, echo }))
  return { clock, converse, attach, opened: () => opened }
}
