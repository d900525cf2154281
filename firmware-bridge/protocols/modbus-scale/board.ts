import { LineError, type LineErrorKind } from '../../error.ts'
import { type LineClock, pause, systemLineClock } from '../../link/clock.ts'
import type { Conversation } from '../../link/conversation.ts'
import { judgeSteady } from '../steady.ts'
import { buildRead, type ReadResponse } from './codec.ts'
import { scaleMaps } from './maps.ts'
import { decodeScale, type ScaleFault, type ScaleMap, type ScaleReading } from './registers.ts'

export interface ScaleBus {
  /**
   * Weight in grams and whether it rests. Rejects with E_NO_ANSWER (transient), E_MODBUS_EXCEPTION, or by what the
   * transmitter says: E_SCALE_OVERLOAD, E_SCALE_UNDERLOAD, E_SCALE_CELL, E_SCALE_BUSY, E_SCALE_RANGE (transient),
   * E_SCALE_UNIT (permanent).
   */
  read(slave: number): Promise<ScaleReading>
}

const ANSWER_DEADLINE_MS = 300
/** Where no bit tells rest: so many readings, so far apart in time that a swinging pan shows. */
const STEADY_READINGS = 4
const STEADY_PAUSE_MS = 60

/** Acknowledge and device busy: the slave asks to come again later. */
const COME_AGAIN = new Set([5, 6])

const exceptionOf = (slave: number, exception: number): LineError =>
  new LineError('E_MODBUS_EXCEPTION', {
    zh: `称重变送器 ${slave} 报告异常 ${exception}`,
    en: `weighing transmitter ${slave} answered exception ${exception}`,
    kind: COME_AGAIN.has(exception) ? 'transient' : 'permanent',
  })

type Telling = readonly [code: string, kind: LineErrorKind, zh: string, en: string]

/** In words, of a transmitter: "it …". */
export const SCALE_FAULTS: Readonly<Record<ScaleFault, Telling>> = {
  overload: ['E_SCALE_OVERLOAD', 'transient', '超载', 'is overloaded'],
  underload: ['E_SCALE_UNDERLOAD', 'transient', '低于量程', 'is below its range'],
  cell: ['E_SCALE_CELL', 'transient', '称重传感器故障', 'reports a fault of its load cell'],
  busy: ['E_SCALE_BUSY', 'transient', '正在设置', 'is being set up'],
  range: ['E_SCALE_RANGE', 'transient', '数值超出可显示范围', 'gives a number beyond what it can show'],
  unit: ['E_SCALE_UNIT', 'permanent', '单位不是克或千克', 'is not set to g or kg'],
}

const faultOf = (slave: number, fault: ScaleFault): LineError => {
  const [code, kind, zh, en] = SCALE_FAULTS[fault]
  return new LineError(code, {
    zh: `称重变送器 ${slave}：${zh}`,
    en: `weighing transmitter ${slave} ${en}`,
    kind,
  })
}

/** The weighing transmitters of one product on a bus; other products may hang on the same conversation. */
export const createScaleBus = (
  conversation: Conversation<ReadResponse>,
  map: ScaleMap = scaleMaps.simulated,
  clock: LineClock = systemLineClock,
): ScaleBus => {
  const { span } = map
  const weigh = async (slave: number): Promise<{ readonly grams: number; readonly stable?: boolean }> => {
    const answer = await conversation.ask(buildRead({ slave, ...span }), {
      match: frame =>
        frame.slave === slave && (frame.is === 'exception' || frame.words.length === span.words),
      deadlineMs: ANSWER_DEADLINE_MS,
      retries: 2,
    })
    if (answer.is === 'exception') throw exceptionOf(slave, answer.exception)
    const reading = decodeScale(map, answer.words)
    if (reading.is === 'fault') throw faultOf(slave, reading.fault)
    return reading
  }
  return {
    read: async slave => {
      const { grams, stable } = await weigh(slave)
      if (stable !== undefined) return { grams, stable }
      const readings = [grams]
      while (readings.length < STEADY_READINGS) {
        await pause(clock, STEADY_PAUSE_MS)
        readings.push((await weigh(slave)).grams)
      }
      return judgeSteady(readings)
    },
  }
}
