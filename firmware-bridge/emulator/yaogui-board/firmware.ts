import type { LineClock } from '../../link/clock.ts'
import {
  type Answer,
  type MessageOf,
  type Odd,
  type Request,
  VERSION,
} from '../../protocols/yaogui-board/codec.ts'
import { FAULTS, KINDS, LAYOUTS, OWN_LINE, REASONS } from '../../protocols/yaogui-board/layouts.ts'
import type { Speak } from '../far-end.ts'
import { type Coils, createCoils } from './coils.ts'
import { createPusher, type Pusher } from './pusher.ts'
import { type Contacts, createContacts, createSensors, type ScaleMemory, type Sensors } from './sensors.ts'
import type { BoardFitting, YaoguiBoardWorld } from './world.ts'

/** What a restart does not mend. */
export type Body = {
  /** Zero and span by channel, as on a real board's flash. */
  readonly memory: Map<number, ScaleMemory>
  lowSupply: boolean
  /** Bit 0 is lock 1. */
  coilFaults: number
}

export type FirmwareOptions = {
  readonly world: YaoguiBoardWorld
  readonly fitting: BoardFitting
  readonly body: Body
  readonly clock: LineClock
  readonly boot: number
}

/** One board from one start to the next. */
export type Firmware = {
  readonly hear: (request: Request | Odd, speak: Speak) => Answer
  /** The lock under power now, 0 for none. */
  readonly coil: () => number
  readonly stop: () => void
}

type Parts = {
  readonly options: FirmwareOptions
  readonly coils: Coils
  readonly sensors: Sensors
  readonly contacts: Contacts
  readonly pusher: Pusher
  readonly uptime: () => number
}

type To = { readonly board: number; readonly seq: number }

const MIN_PUSH_MS = 20

const greeting = ({ fitting, boot }: FirmwareOptions, to: To): Answer => {
  const { board, locks, scales, thermometers, versions = [VERSION, VERSION] } = fitting
  return {
    is: 'greeting',
    ...to,
    min: versions[0],
    max: versions[1],
    boot,
    cause: 1,
    flags: fitting.ownLine ? OWN_LINE : 0,
    locks,
    scales,
    thermometers,
    major: 1,
    minor: 0,
    patch: 0,
    serial: [0, 0, 0, 0, 0, 0, 0, board],
  }
}

const faultsOf = ({ lowSupply, coilFaults }: Body) => ({
  faults: (lowSupply ? FAULTS.lowSupply : 0) | (coilFaults === 0 ? 0 : FAULTS.coil),
  coilFaults,
})

const refusal = (request: Request | Odd, reason: number): Answer => {
  const { board, seq } = request
  return {
    is: 'refused',
    board,
    seq,
    type: request.is === 'odd' ? request.type : LAYOUTS[request.is].type,
    reason,
  }
}

const subscribed = (parts: Parts, request: MessageOf<'subscribe'>, speak: Speak): Answer => {
  const { fitting, boot } = parts.options
  const { board, seq, periodMs } = request
  if (!fitting.ownLine) return refusal(request, REASONS.sharedLine)
  if (periodMs !== 0 && periodMs < MIN_PUSH_MS) return refusal(request, REASONS.value)
  parts.pusher.start(periodMs, speak)
  return { is: 'subscribed', board, seq, boot, periodMs }
}

const calibrated = ({ options, sensors }: Parts, request: MessageOf<'calibrate'>): Answer => {
  const { board, seq, channel } = request
  const reason = sensors.calibrate(request)
  const sample = sensors.measure(KINDS.weight, channel)
  if (reason !== undefined || sample === undefined) return refusal(request, reason ?? REASONS.channel)
  return { is: 'calibrated', board, seq, boot: options.boot, ...sample }
}

const answer = (parts: Parts, request: Request, speak: Speak): Answer => {
  const { options, coils, sensors, contacts, uptime } = parts
  const { boot, body } = options
  const to = { board: request.board, seq: request.seq }
  switch (request.is) {
    case 'hello':
      return greeting(options, to)
    case 'state': {
      const orders = { lastId: coils.lastId(), coil: coils.on() }
      return {
        is: 'status',
        ...to,
        boot,
        uptime: uptime() >>> 0,
        ...orders,
        ...faultsOf(body),
        ...contacts(),
      }
    }
    case 'unlock':
      return { is: 'unlocked', ...to, ...coils.unlock(request) }
    case 'settle':
      return { is: 'settled', ...to, ...coils.settle(request) }
    case 'read': {
      const sample = sensors.measure(request.kind, request.channel)
      return sample ? { is: 'sample', ...to, boot, ...sample } : refusal(request, REASONS.channel)
    }
    case 'subscribe':
      return subscribed(parts, request, speak)
    case 'calibrate':
      return calibrated(parts, request)
    case 'test':
      return coils.on() === 0
        ? { is: 'tested', ...to, boot, ...faultsOf(body) }
        : refusal(request, REASONS.busy)
  }
}

/** Every whole frame for this board keeps it awake, and every one is answered. */
export const createFirmware = (options: FirmwareOptions): Firmware => {
  const { world, fitting, body, clock, boot } = options
  const startedAt = clock.now()
  const uptime = (): number => Math.floor(clock.now() - startedAt)
  const sensors = createSensors({ world, fitting, uptime, memory: body.memory })
  const coils = createCoils({
    boot,
    locks: fitting.locks,
    uptime,
    energise: lock => world.pulse(fitting.board, lock),
    lowSupply: () => body.lowSupply,
    coilFaults: () => body.coilFaults,
  })
  const pusher = createPusher({ fitting, boot, clock, measure: sensors.measure })
  const contacts = createContacts({ world, fitting, uptime })
  const parts = { options, coils, sensors, contacts, pusher, uptime }
  return {
    hear: (request, speak) => {
      coils.heard()
      pusher.heard()
      if (request.is !== 'odd') return answer(parts, request, speak)
      return refusal(request, REASONS[request.why])
    },
    coil: coils.on,
    stop: () => pusher.start(0, () => {}),
  }
}
