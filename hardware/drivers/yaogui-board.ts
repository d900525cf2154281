import { LineError } from '#firmware-bridge/error.ts'
import type { YaoguiBus } from '#firmware-bridge/protocols/yaogui-board/board.ts'
import { lockAddress } from '#firmware-bridge/protocols/yaogui-board/codec.ts'
import { boardRefused } from '#firmware-bridge/protocols/yaogui-board/errors.ts'
import { REASONS } from '#firmware-bridge/protocols/yaogui-board/layouts.ts'
import type { Quality } from '#firmware-bridge/protocols/yaogui-board/samples.ts'
import type { HardwareClock, Lock, Scale, TemperatureFault, Thermometer } from '../ports.ts'

type LockPlace = { readonly board: number; readonly lock: number }
type Place = { readonly board: number; readonly channel: number }

/** The board times the pulse by its own hardware; `closedWhen` says how this lock's hook switch is wired. */
export const yaoguiLock = (
  bus: YaoguiBus,
  place: LockPlace,
  closedWhen: 'hook-closed' | 'hook-open',
): Lock => {
  const address = lockAddress(place)
  return {
    pulse: async ms => {
      await bus.unlock(address, ms)
    },
    state: async () => {
      const { contacts, locks } = await bus.state(address.board)
      if (address.lock > locks) throw boardRefused(REASONS.channel)
      const hookClosed = ((contacts >> (address.lock - 1)) & 1) === 1
      return hookClosed === (closedWhen === 'hook-closed') ? 'closed' : 'open'
    },
  }
}

/** Ten measurements a second; one older than this says that the amplifier stands still. */
const MAX_WEIGHT_AGE_MS = 1_000
/** A probe needs up to 750 ms for one. */
const MAX_TEMPERATURE_AGE_MS = 10_000

type Fault = readonly [code: string, zh: string, en: string]

const SILENT: Fault = ['E_SCALE_SENSOR', '称重传感器无应答', 'the load cell does not answer']
const STALE: Fault = ['E_SCALE_STALE', '称重数据太旧', 'the newest weight is too old']

const SCALE_FAULTS: Readonly<Partial<Record<Quality, Fault>>> = {
  over: ['E_SCALE_OVERLOAD', '秤超载', 'the scale is overloaded'],
  under: ['E_SCALE_UNDERLOAD', '秤低于量程（托盘未放好？）', 'the scale is below its range'],
  uncalibrated: ['E_SCALE_UNCALIBRATED', '秤未校准', 'the scale is not calibrated'],
}

const scaleFault = (quality: Quality): LineError => {
  const [code, zh, en] = SCALE_FAULTS[quality] ?? SILENT
  return new LineError(code, { zh, en, kind: quality === 'uncalibrated' ? 'permanent' : 'transient' })
}

/** Rejects with E_SCALE_SENSOR, E_SCALE_STALE, E_SCALE_OVERLOAD, E_SCALE_UNDERLOAD (transient) or E_SCALE_UNCALIBRATED (permanent). */
export const yaoguiScale = (bus: YaoguiBus, { board, channel }: Place): Scale => ({
  read: async () => {
    const { quality, value, ageMs } = await bus.read({ kind: 'weight', board, channel })
    if (quality !== 'good' && quality !== 'moving') throw scaleFault(quality)
    const [code, zh, en] = STALE
    if (ageMs > MAX_WEIGHT_AGE_MS) throw new LineError(code, { zh, en, kind: 'transient' })
    return { grams: value / 100, stable: quality === 'good' }
  },
  zero: async () => {
    await bus.calibrate(board, channel, 'zero')
  },
  span: async grams => {
    await bus.calibrate(board, channel, { grams })
  },
})

const FAULTS: Readonly<Partial<Record<Quality, TemperatureFault>>> = {
  noAnswer: 'no-answer',
  badCrc: 'bad-crc',
  powerOn: 'power-on-value',
}

/** Thousandths of a °C: what a probe between dry ice and a sterilizer could say. */
const MIN_MILLI = -100_000
const MAX_MILLI = 150_000

const celsiusOf = async (bus: YaoguiBus, { board, channel }: Place) => {
  const { quality, value, ageMs } = await bus.read({ kind: 'temperature', board, channel })
  if (quality !== 'good') return { ok: false, fault: FAULTS[quality] ?? 'unreadable' } as const
  if (ageMs > MAX_TEMPERATURE_AGE_MS) return { ok: false, fault: 'no-answer' } as const
  // Wider than any probe for drugs; a board that lies further is not believed.
  if (value < MIN_MILLI || value > MAX_MILLI) return { ok: false, fault: 'unreadable' } as const
  return { ok: true, celsius: value / 1_000 } as const
}

/** A probe on the board. A board that is away, or of another version, is a fault of the reading like any other. */
export const yaoguiThermometer = (bus: YaoguiBus, place: Place, clock: HardwareClock): Thermometer => ({
  read: async () => {
    const value = await celsiusOf(bus, place).catch(() => ({ ok: false, fault: 'no-answer' }) as const)
    return { ...value, at: clock(), source: 'sensor' }
  },
})
