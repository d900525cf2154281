import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hardware, openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import type { CabinetPlan } from '#hardware/plan-schema.ts'
import { type EmulatedCabinet, type EmulateOptions, emulateCabinet } from '#hardware/simulated/emulate.ts'
import { worldFor } from '#hardware/simulated/world-file.ts'
import { until } from './hardware-wait.ts'

type LineKind = 'tcp' | 'serial'

const lineOf = (kind: LineKind, id: string, at: number) =>
  kind === 'tcp'
    ? { id, type: 'tcp', host: '127.0.0.1', port: at + 1 }
    : { id, type: 'serial', path: `/nowhere/by-id/${id}`, baudRate: 19_200 }

/** Of every driver that stands on a line or in the kernel's files, one drawer each; the ports are the emulator's to choose. */
export const planOfAll = (kind: LineKind): CabinetPlan => {
  const lines = ['cu48', 'cu16', 'a8', 'own', 'bus', 'pan', 'counter', 'sms']
  const checked = checkPlan({
    version: 1,
    lines: lines.map((id, at) => lineOf(kind, id, at)),
    lockBoards: [{ line: 'a8', board: 2, channels: 16, sensor: 'shorts-when-open' }],
    drawers: [
      {
        id: 'D1',
        lock: { driver: 'kerong-cu48', line: 'cu48', board: 9, lock: 48 },
        scale: { driver: 'modbus-scale', line: 'bus', address: 1 },
      },
      {
        id: 'D2',
        lock: { driver: 'kerong-cu16', line: 'cu16', board: 15, lock: 16 },
        closedWhen: 'hook-open',
        scale: { driver: 'modbus-scale', line: 'bus', address: 247 },
      },
      {
        id: 'D3',
        lock: { driver: 'locks-8a', line: 'a8', board: 2, lock: 16 },
        scale: { driver: 'mt-sics', line: 'pan' },
      },
      {
        id: 'D4',
        lock: { driver: 'yaogui-board', line: 'own', board: 1, lock: 1 },
        scale: { driver: 'hx711', device: 'iio:device0', zero: 8_388_608, countsPerGram: 400 },
      },
    ],
    thermometers: [
      { id: 'F1', name: '1号冰箱', driver: 'w1', device: '28-000000000001', low: 2, high: 8 },
      { id: 'F2', name: '2号冰箱', driver: 'hwmon', device: '1-0044', low: 2, high: 8 },
    ],
    scanners: [{ id: 'S1', line: 'counter' }],
    smsModem: { line: 'sms', pin: '2580' },
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  return {
    ...checked.plan,
    lines: checked.plan.lines.map(each => (each.type === 'tcp' ? { ...each, port: 0 } : each)),
  }
}

export type OpenedCabinet = {
  readonly cabinet: EmulatedCabinet
  readonly hardware: Hardware
  /** Asks the emulator over HTTP. */
  readonly api: (path: string, body?: object) => Promise<Response>
  readonly close: () => Promise<void>
}

/** The plan's cabinet on the wire, and the real drivers at it. */
export const openEmulated = async (
  plan: CabinetPlan,
  options: Partial<EmulateOptions> = {},
): Promise<OpenedCabinet> => {
  const dir = await mkdtemp(join(tmpdir(), 'yaogui-emulated-'))
  const clock = () => new Date()
  const world = worldFor(plan, {}, clock)
  const cabinet = await emulateCabinet({ plan, world, dataDir: dir, linkDir: join(dir, 'tty'), ...options })
  const log = { info: () => {}, warn: () => {} }
  const hardware = await openHardware(cabinet.plan, { clock, log })
  return {
    cabinet,
    hardware,
    api: (path, body) =>
      fetch(
        `http://127.0.0.1:${cabinet.handPort}${path}`,
        body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
      ),
    close: async () => {
      await hardware.close()
      await cabinet.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

const drawerOf = ({ hardware }: OpenedCabinet, id: string) => {
  const found = hardware.drawers.get(id)
  if (found === undefined) throw new Error(`no drawer ${id}`)
  return found
}

/** Grams of a drawer at rest. */
const weigh = async (opened: OpenedCabinet, id: string): Promise<number> => {
  const { scale } = drawerOf(opened, id)
  let grams = Number.NaN
  await until(`${id} to be at rest`, async () => {
    const reading = await scale.read().catch(() => undefined)
    grams = reading?.grams ?? Number.NaN
    return reading?.stable === true
  })
  return grams
}

/** What a pharmacist does at a drawer: it opens, two packs go, it is shut. Gives the grams that left it. */
export const takeTwo = async (opened: OpenedCabinet, id: string): Promise<number> => {
  const { lock, pulse } = drawerOf(opened, id)
  const before = await weigh(opened, id)
  await lock.pulse(pulse)
  await until(`${id} to open`, async () => (await lock.state()) === 'open')
  await opened.api(`/hand/drawers/${id}/take`, { units: 2 })
  await opened.api(`/hand/drawers/${id}/close`, {})
  await until(`${id} to shut`, async () => (await lock.state()) === 'closed')
  return before - (await weigh(opened, id))
}
