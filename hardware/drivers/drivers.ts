import type { Conversation } from '#firmware-bridge/link/conversation.ts'
import { createKerongCu16Bus } from '#firmware-bridge/protocols/kerong-cu16/board.ts'
import * as cu16 from '#firmware-bridge/protocols/kerong-cu16/codec.ts'
import { createKerongBus } from '#firmware-bridge/protocols/kerong-cu48/board.ts'
import * as cu48 from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import {
  createLocks8aBus,
  type Locks8aBus,
  TURNAROUND_MS,
} from '#firmware-bridge/protocols/locks-8a/board.ts'
import * as locks8a from '#firmware-bridge/protocols/locks-8a/codec.ts'
import { createScaleBus } from '#firmware-bridge/protocols/modbus-scale/board.ts'
import * as modbus from '#firmware-bridge/protocols/modbus-scale/codec.ts'
import { createMtSicsScale } from '#firmware-bridge/protocols/mt-sics/board.ts'
import * as mtSics from '#firmware-bridge/protocols/mt-sics/codec.ts'
import { HardwareError } from '../error.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import type { Lock, Scale } from '../ports.ts'
import { boardLock } from './board-lock.ts'
import type { Buses } from './buses.ts'

type Drawer = CabinetPlan['drawers'][number]
type LockDriver = Drawer['lock']['driver']
type ScaleDriver = Drawer['scale']['driver']
type ScalePlan<D extends ScaleDriver> = Extract<Drawer['scale'], { readonly driver: D }>

/** How a drawer of the plan comes to its lock and its scale, by the name of the driver. */
export type Drivers = {
  readonly lock: Readonly<Record<LockDriver, (drawer: Drawer) => Lock>>
  readonly scale: { readonly [D in ScaleDriver]: (plan: ScalePlan<D>) => Scale }
}

/** All devices of one line share one conversation. */
const once = <B>(make: (line: string) => B): ((line: string) => B) => {
  const made = new Map<string, B>()
  return line => {
    const bus = made.get(line) ?? make(line)
    made.set(line, bus)
    return bus
  }
}

/** The locks of one 8A board. Its line's parser is told the channels, in which all boards of a line agree. */
const locks8aOf = ({ lockBoards = [] }: CabinetPlan, { converse }: Buses) => {
  const talk = once((line): Conversation<locks8a.Reply> => {
    const channels = lockBoards.find(each => each.line === line)?.channels ?? 16
    const framer = locks8a.createReplyFramer({ all: channels })
    return converse(line, { framer, turnaroundMs: TURNAROUND_MS })
  })
  return (line: string, board: number): Locks8aBus => {
    const own = lockBoards.find(each => each.line === line && each.board === board)
    if (own === undefined) {
      throw new HardwareError('E_PLAN_INVALID', {
        zh: `锁控板 ${line}/${board} 未登记`,
        en: `lock board ${line}/${board} is not listed`,
      })
    }
    return createLocks8aBus(talk(line), own)
  }
}

/** A line is opened when the first device on it is made, not when it is first used. Throw E_PLAN_INVALID for a line or board not in the plan. */
export const createDrivers = (plan: CabinetPlan, buses: Buses): Drivers => {
  const { converse } = buses
  const cu48Bus = once(line => createKerongBus(converse(line, { framer: cu48.createReplyFramer() })))
  const cu16Bus = once(line => createKerongCu16Bus(converse(line, { framer: cu16.createReplyFramer() })))
  const bus8a = locks8aOf(plan, buses)
  const modbusBus = once(line => createScaleBus(converse(line, { framer: modbus.createResponseFramer() })))
  const mtSicsScale = once(line => createMtSicsScale(converse(line, { framer: mtSics.createReplyFramer() })))
  return {
    lock: {
      'kerong-cu48': ({ lock, closedWhen }) =>
        boardLock({ bus: cu48Bus(lock.line), address: cu48.lockAddress(lock), closedWhen }),
      'kerong-cu16': ({ lock, closedWhen }) =>
        boardLock({ bus: cu16Bus(lock.line), address: cu16.lockAddress(lock), closedWhen }),
      'locks-8a': ({ lock, closedWhen }) =>
        boardLock({ bus: bus8a(lock.line, lock.board), address: locks8a.lockAddress(lock), closedWhen }),
    },
    scale: {
      'modbus-scale': ({ line, address }) => {
        const bus = modbusBus(line)
        return { read: () => bus.read(address) }
      },
      'mt-sics': ({ line }) => mtSicsScale(line),
    },
  }
}

/** The scale of a drawer of the plan. The two calls look alike, yet the compiler takes only one driver at a time. */
export const openScale = ({ scale }: Drivers, plan: Drawer['scale']): Scale =>
  plan.driver === 'mt-sics' ? scale[plan.driver](plan) : scale[plan.driver](plan)
