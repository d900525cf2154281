import type { Conversation } from '#firmware-bridge/link/conversation.ts'
import { createKerongCu16Bus } from '#firmware-bridge/protocols/kerong-cu16/board.ts'
import * as cu16 from '#firmware-bridge/protocols/kerong-cu16/codec.ts'
import { createKerongBus } from '#firmware-bridge/protocols/kerong-cu48/board.ts'
import * as cu48 from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import { createLocks8aBus, TURNAROUND_MS } from '#firmware-bridge/protocols/locks-8a/board.ts'
import * as locks8a from '#firmware-bridge/protocols/locks-8a/codec.ts'
import { createScaleBus } from '#firmware-bridge/protocols/modbus-scale/board.ts'
import * as modbus from '#firmware-bridge/protocols/modbus-scale/codec.ts'
import { scaleMaps } from '#firmware-bridge/protocols/modbus-scale/maps.ts'
import { createMtSicsScale } from '#firmware-bridge/protocols/mt-sics/board.ts'
import * as mtSics from '#firmware-bridge/protocols/mt-sics/codec.ts'
import { createYaoguiBus } from '#firmware-bridge/protocols/yaogui-board/board.ts'
import { HardwareError } from '../error.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import type { HardwareClock, Lock, Scale, Thermometer } from '../ports.ts'
import { askedTogether, boardLock, type LockBus, sharingStatus } from './board-lock.ts'
import type { Buses } from './buses.ts'
import { type Gpio, gpioLock } from './gpio-ports.ts'
import { hx711Scale } from './hx711-scale.ts'
import { yaoguiLock, yaoguiScale, yaoguiThermometer } from './yaogui-board.ts'

type Drawer = CabinetPlan['drawers'][number]
type LockDriver = Drawer['lock']['driver']
type ScaleDriver = Drawer['scale']['driver']
type ScalePlan<D extends ScaleDriver> = Extract<Drawer['scale'], { readonly driver: D }>
type LockPlan<D extends LockDriver> = Extract<Drawer['lock'], { readonly driver: D }>
type ClosedWhen = Drawer['closedWhen']
type OnBoard = Extract<CabinetPlan['thermometers'][number], { readonly driver: 'yaogui-board' }>

/** How a drawer of the plan comes to its lock and its scale, by the name of the driver. */
export type Drivers = {
  readonly lock: { readonly [D in LockDriver]: (plan: LockPlan<D>, closedWhen: ClosedWhen) => Lock }
  readonly scale: { readonly [D in ScaleDriver]: (plan: ScalePlan<D>) => Scale }
  readonly thermometerOnBoard: (plan: OnBoard, clock: HardwareClock) => Thermometer
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
  const made = new Map<string, LockBus<locks8a.LockAddress>>()
  return (line: string, board: number): LockBus<locks8a.LockAddress> => {
    const own = lockBoards.find(each => each.line === line && each.board === board)
    if (own === undefined) {
      throw new HardwareError('E_PLAN_INVALID', {
        zh: `锁控板 ${line}/${board} 未登记`,
        en: `lock board ${line}/${board} is not listed`,
      })
    }
    const name = `${line}/${board}`
    const bus = made.get(name) ?? sharingStatus(createLocks8aBus(talk(line), own))
    made.set(name, bus)
    return bus
  }
}

/** A line is opened when the first device on it is made, not when it is first used. Throw E_PLAN_INVALID for a line or board not in the plan. */
export const createDrivers = (plan: CabinetPlan, buses: Buses, gpio?: Gpio): Drivers => {
  const { converse } = buses
  const cu48Bus = once(line =>
    sharingStatus(createKerongBus(converse(line, { framer: cu48.createReplyFramer() }))),
  )
  const cu16Bus = once(line =>
    sharingStatus(createKerongCu16Bus(converse(line, { framer: cu16.createReplyFramer() }))),
  )
  const bus8a = locks8aOf(plan, buses)
  const modbusTalk = once(line => converse(line, { framer: modbus.createResponseFramer() }))
  const yaoguiBus = once(line => {
    const bus = createYaoguiBus({ converse: framer => converse(line, { framer }), clock: buses.clock })
    return { ...bus, state: askedTogether(bus.state) }
  })
  const mtSicsScale = once(line => createMtSicsScale(converse(line, { framer: mtSics.createReplyFramer() })))
  return {
    lock: {
      'kerong-cu48': (lock, closedWhen) =>
        boardLock({ bus: cu48Bus(lock.line), address: cu48.lockAddress(lock), closedWhen }),
      'kerong-cu16': (lock, closedWhen) =>
        boardLock({ bus: cu16Bus(lock.line), address: cu16.lockAddress(lock), closedWhen }),
      'locks-8a': (lock, closedWhen) =>
        boardLock({ bus: bus8a(lock.line, lock.board), address: locks8a.lockAddress(lock), closedWhen }),
      'yaogui-board': (lock, closedWhen) => yaoguiLock(yaoguiBus(lock.line), lock, closedWhen),
      gpio: (lock, closedWhen) => gpioLock(gpio?.guard, lock, closedWhen),
    },
    scale: {
      'modbus-scale': ({ line, address, model = 'simulated' }) => {
        const bus = createScaleBus(modbusTalk(line), scaleMaps[model], buses.clock)
        return { read: () => bus.read(address) }
      },
      'mt-sics': ({ line }) => mtSicsScale(line),
      'yaogui-board': scale => yaoguiScale(yaoguiBus(scale.line), scale),
      hx711: scale => hx711Scale({ ...scale, root: plan.iioRoot ?? '/sys/bus/iio/devices' }),
    },
    thermometerOnBoard: (plan, clock) => yaoguiThermometer(yaoguiBus(plan.line), plan, clock),
  }
}

/** The lock of a drawer of the plan. The name of the driver and the plan's fields belong together by the schema. */
export const openLock = ({ lock }: Drivers, { lock: plan, closedWhen }: Drawer): Lock =>
  (lock[plan.driver] as (plan: Drawer['lock'], closedWhen: ClosedWhen) => Lock)(plan, closedWhen)

/** The scale of a drawer of the plan. */
export const openScale = ({ scale }: Drivers, plan: Drawer['scale']): Scale =>
  (scale[plan.driver] as (plan: Drawer['scale']) => Scale)(plan)
