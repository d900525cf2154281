import { LineError } from '../../error.ts'
import type { Conversation } from '../../link/conversation.ts'
import { buildRead, type ReadResponse } from './codec.ts'
import { decodeScale, defaultScaleMap, type ScaleMap, type ScaleReading, spanOf } from './registers.ts'

export interface ScaleBus {
  /** Weight in grams and whether it rests. Rejects with E_NO_ANSWER (transient) or E_MODBUS_EXCEPTION. */
  read(slave: number): Promise<ScaleReading>
}

const ANSWER_DEADLINE_MS = 300

/** Acknowledge and device busy: the slave asks to come again later. */
const COME_AGAIN = new Set([5, 6])

const exceptionOf = (slave: number, exception: number): LineError =>
  new LineError('E_MODBUS_EXCEPTION', {
    zh: `称重变送器 ${slave} 报告异常 ${exception}`,
    en: `weighing transmitter ${slave} answered exception ${exception}`,
    kind: COME_AGAIN.has(exception) ? 'transient' : 'permanent',
  })

/** All weighing transmitters of one product on one bus. */
export const createScaleBus = (
  conversation: Conversation<ReadResponse>,
  map: ScaleMap = defaultScaleMap,
): ScaleBus => {
  const span = spanOf(map)
  return {
    read: async slave => {
      const answer = await conversation.ask(buildRead({ slave, ...span }), {
        match: frame =>
          frame.slave === slave && (frame.is === 'exception' || frame.words.length === span.words),
        deadlineMs: ANSWER_DEADLINE_MS,
        retries: 2,
      })
      if (answer.is === 'exception') throw exceptionOf(slave, answer.exception)
      return decodeScale(map, answer.words)
    },
  }
}
