import { join, resolve } from 'node:path'
import { goodManners, type Manners, type Served, serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { openPty } from '#firmware-bridge/emulator/pty.ts'
import { HardwareError } from '../error.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import { type FarSide, farSideOf } from './far-ends.ts'
import type { MannersChange } from './manners.ts'
import type { CabinetWorld } from './world.ts'

type LinePlan = CabinetPlan['lines'][number]

export type EmulatedLine = Omit<FarSide, 'createFarEnd'> & {
  readonly driver: string
  /** The line's plan with the address under which it is served. */
  readonly served: LinePlan
  /** Write to the fields at run time. */
  readonly manners: Manners
  readonly isPlugged: () => boolean
  /** Pulls the line out of the machine: the gateway refuses, the serial port is gone. */
  readonly unplug: () => Promise<void>
  readonly plug: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Changes a line's manners; what is not named stays. */
export const changeManners = async (
  line: EmulatedLine,
  { unplugged, ...manners }: MannersChange,
): Promise<void> => {
  Object.assign(line.manners, manners)
  if (unplugged !== undefined) await (unplugged ? line.unplug() : line.plug())
}

type Options = {
  readonly plan: CabinetPlan
  readonly world: CabinetWorld
  readonly linkDir?: string
  readonly host?: string
  readonly anyPort?: boolean
}

type Wire = {
  readonly served: LinePlan
  readonly unplug: () => Promise<void>
  readonly plug: () => Promise<void>
  readonly close: () => Promise<void>
}

export const portTaken = (port: number, cause: unknown): HardwareError =>
  new HardwareError('E_EMULATE_PORT', {
    zh: `端口 ${port} 被占用或不可用`,
    en: `port ${port} is taken or cannot be used`,
    cause,
  })

const tcpWire = async (
  plan: Extract<LinePlan, { readonly type: 'tcp' }>,
  serve: Parameters<typeof serveTcp>[0],
  { host = '127.0.0.1', anyPort = false }: Options,
): Promise<Wire> => {
  const tcp: Served = await serveTcp({ ...serve, host, port: plan.port }).catch((error: unknown) => {
    if (anyPort) return serveTcp({ ...serve, host })
    throw portTaken(plan.port, error)
  })
  const served = { ...plan, host: host === '0.0.0.0' || host === '::' ? plan.host : host, port: tcp.port }
  return { served, unplug: tcp.unplug, plug: tcp.plug, close: tcp.close }
}

const serialWire = async (
  plan: Extract<LinePlan, { readonly type: 'serial' }>,
  serve: Parameters<typeof serveTcp>[0],
  { linkDir }: Options,
): Promise<Wire> => {
  const tcp = await serveTcp(serve)
  const path = linkDir === undefined ? plan.path : resolve(join(linkDir, plan.id))
  try {
    const pty = await openPty(path, tcp.port)
    const close = async (): Promise<void> => {
      await pty.unplug()
      await tcp.close()
    }
    return { served: { ...plan, path }, unplug: pty.unplug, plug: pty.plug, close }
  } catch (error) {
    await tcp.close()
    throw error
  }
}

/** Serves one line of the plan; a text says why it stays silent. */
export const emulateLine = async (id: string, options: Options): Promise<EmulatedLine | string> => {
  const { plan, world } = options
  const linePlan = plan.lines.find(each => each.id === id)
  const far = farSideOf({ plan, world, line: id })
  if (linePlan === undefined || far === undefined)
    return '没有可模拟的设备 / nothing on it that can be emulated'
  const manners: Manners = { ...goodManners(), echo: linePlan.echo ?? false }
  const serve = { createFarEnd: far.createFarEnd, manners }
  const wire =
    linePlan.type === 'tcp'
      ? await tcpWire(linePlan, serve, options)
      : await serialWire(linePlan, serve, options)
  let plugged = true
  return {
    ...far,
    ...wire,
    manners,
    isPlugged: () => plugged,
    unplug: async () => {
      plugged = false
      await wire.unplug()
    },
    plug: async () => {
      await wire.plug()
      plugged = true
    },
  }
}
