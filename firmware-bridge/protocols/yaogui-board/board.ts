import type { LineClock } from '../../link/clock.ts'
import type { Conversation } from '../../link/conversation.ts'
import type { Framer } from '../../link/framing.ts'
import { createAcquaintance, createSubscriber } from './acquaintance.ts'
import { createAsk } from './ask.ts'
import { type Answer, createAnswerFramer, type LockAddress, type MessageOf } from './codec.ts'
import { CALIBRATE, KINDS } from './layouts.ts'
import {
  type Channel,
  createSamples,
  type Sample,
  type SampleStats,
  sampleOf,
  withoutPushes,
} from './samples.ts'
import { createUnlock, type Pulsed } from './unlock.ts'

export type BusStats = SampleStats & {
  /** How often a board was found with another boot number. */
  readonly restarts: number
}

/** `locks`: how many are fitted. */
export type BoardState = MessageOf<'status'> & { readonly locks: number }

/**
 * All our boards on one line. Every call rejects with E_NO_ANSWER, E_BUS_BUSY or E_LINE_DOWN (transient), with
 * E_BOARD_VERSION (permanent) when we have no version in common, or with E_BOARD_REFUSED.
 */
export interface YaoguiBus {
  greet(board: number): Promise<MessageOf<'greeting'>>
  state(board: number): Promise<BoardState>
  /**
   * One pulse, timed by the board, of at most 1000 ms. Resolves when it is over. Transient: the coil was not energised
   * and will not be. Ambiguous (E_UNLOCK_UNKNOWN, E_UNLOCK_CUT, E_UNLOCK_OVERRUN): it may have been; never sent again.
   */
  unlock(address: LockAddress, pulseMs: number): Promise<Pulsed>
  /** The newest measurement: what the board pushed, if that is young enough, or else asked for. */
  read(channel: Channel): Promise<Sample>
  /** Zeroes a scale, or tells it what lies on it. The board keeps it through power loss. */
  calibrate(board: number, channel: number, to: 'zero' | { readonly grams: number }): Promise<Sample>
  /** Lets the board examine itself and its coils; none is energised. */
  test(board: number): Promise<MessageOf<'tested'>>
  stats(): BusStats
}

export type YaoguiBusOptions = {
  readonly converse: (framer: Framer<Answer>) => Conversation<Answer>
  readonly clock: LineClock
}

const TEST_DEADLINE_MS = 500
const CALIBRATE_DEADLINE_MS = 2_500

/** The conversation with all our boards on one line. */
export const createYaoguiBus = ({ converse, clock }: YaoguiBusOptions): YaoguiBus => {
  let restarts = 0
  const samples = createSamples(clock)
  const ask = createAsk(converse(withoutPushes(createAnswerFramer(), samples.pushed)))
  const { note, greet, greeted, greetAgain } = createAcquaintance(ask, board => {
    restarts += 1
    samples.forget(board)
  })
  const subscribe = createSubscriber(ask, clock)

  const state: YaoguiBus['state'] = async board => {
    const { locks } = await greeted(board)
    const status = await ask({ is: 'state', board }, 'status').catch(error => greetAgain(board, error))
    note(board, status.boot)
    return { ...status, locks }
  }
  return {
    greet,
    state,
    unlock: createUnlock({ ask, state, greeted, clock }),
    read: async channel => {
      const { board, kind } = channel
      const greeting = await greeted(board)
      await subscribe(greeting)
      const pushed = samples.fresh(channel)
      if (pushed) return pushed
      const sample = await ask({ is: 'read', board, kind: KINDS[kind], channel: channel.channel }, 'sample')
      note(board, sample.boot)
      return samples.polled(sample)
    },
    calibrate: async (board, channel, to) => {
      await greeted(board)
      const what = to === 'zero' ? CALIBRATE.zero : CALIBRATE.span
      const hundredths = to === 'zero' ? 0 : Math.round(to.grams * 100)
      const request = { is: 'calibrate', board, channel, what, hundredths } as const
      const sample = await ask(request, 'calibrated', { deadlineMs: CALIBRATE_DEADLINE_MS, retries: 0 })
      // What was pushed before is of the old calibration.
      samples.forget(board)
      return sampleOf(sample)
    },
    test: async board => {
      await greeted(board)
      return ask({ is: 'test', board }, 'tested', { deadlineMs: TEST_DEADLINE_MS })
    },
    stats: () => ({ ...samples.stats(), restarts }),
  }
}
