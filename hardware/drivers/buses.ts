import { type LineClock, systemLineClock } from '#firmware-bridge/link/clock.ts'
import {
  type Conversation,
  type ConversationStats,
  createConversation,
} from '#firmware-bridge/link/conversation.ts'
import type { Framer } from '#firmware-bridge/link/framing.ts'
import { type ReopeningLine, reopeningLine } from '#firmware-bridge/link/reopen.ts'
import { openSerialLine } from '#firmware-bridge/link/serial.ts'
import { openTcpLine } from '#firmware-bridge/link/tcp.ts'
import { HardwareError } from '../error.ts'
import type { CabinetPlan } from '../plan-schema.ts'

/** What is asked of a log; pino fits. */
export type HardwareLog = {
  readonly info: (facts: object, text: string) => void
  readonly warn: (facts: object, text: string) => void
}

export type LineStats = ConversationStats & {
  readonly line: string
  readonly up: boolean
  readonly reopenings: number
}

type OpenBus = {
  readonly line: ReopeningLine
  readonly stats: () => LineStats
  readonly close: () => Promise<void>
}

type Speech<F> = {
  readonly framer: Framer<F>
  /** Silence between two exchanges, unless it is the usual one. */
  readonly turnaroundMs?: number
}

export interface Buses {
  /** Opens a line and the one conversation on it; once for each line. Throws E_PLAN_INVALID for no such line. */
  converse<F>(line: string, speech: Speech<F>): Conversation<F>
  /** All lines opened so far. */
  opened(): readonly OpenBus[]
}

export type BusOptions = { readonly log: HardwareLog; readonly lineClock?: LineClock }

type LinePlan = CabinetPlan['lines'][number]

/** 3.5 characters at 9600 baud are 4 ms (Modbus over Serial Line 2.5.1.1); other boards and scales want no more. */
const TURNAROUND_MS = 5

const openLine = (plan: LinePlan, { log, lineClock = systemLineClock }: BusOptions): ReopeningLine => {
  let wasUp: boolean | undefined
  return reopeningLine({
    name: plan.id,
    clock: lineClock,
    open: () => (plan.type === 'tcp' ? openTcpLine(plan) : openSerialLine(plan)),
    onChange: ({ up, error }) => {
      // A line that is away for a night is one entry, not a thousand.
      if (up === wasUp) return
      wasUp = up
      if (up) log.info({ line: plan.id }, 'line up')
      else log.warn({ line: plan.id, err: error }, 'line down')
    },
  })
}

/** One line and one conversation for each line of the plan that a device hangs on. */
export const createBuses = (plan: CabinetPlan, options: BusOptions): Buses => {
  const opened: OpenBus[] = []
  const converse: Buses['converse'] = (id, { framer, turnaroundMs = TURNAROUND_MS }) => {
    const linePlan = plan.lines.find(each => each.id === id)
    if (linePlan === undefined) {
      throw new HardwareError('E_PLAN_INVALID', { zh: `没有线路 ${id}`, en: `no such line ${id}` })
    }
    const line = openLine(linePlan, options)
    const conversation = createConversation(line, {
      framer,
      clock: options.lineClock ?? systemLineClock,
      turnaroundMs,
      echo: linePlan.echo ?? false,
    })
    opened.push({
      line,
      stats: () => ({ line: id, up: line.isUp(), reopenings: line.reopenings(), ...conversation.stats() }),
      close: async () => {
        conversation.close()
        await line.close()
      },
    })
    return conversation
  }
  return { converse, opened: () => opened }
}
