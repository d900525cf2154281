import { LineError } from '../../error.ts'
import type { LineClock } from '../../link/clock.ts'
import type { AskBoard } from './ask.ts'
import { type MessageOf, VERSION } from './codec.ts'
import { versionRefused } from './errors.ts'
import { OWN_LINE } from './layouts.ts'

const PUSH_EVERY_MS = 100
/** A board stops pushing when its master is silent for 10 s. */
const RENEW_MS = 4_000

/** Who has answered to our greeting; a board with another boot number has to be greeted again. */
export const createAcquaintance = (ask: AskBoard, onRestart: (board: number) => void) => {
  const known = new Map<number, MessageOf<'greeting'>>()
  const boots = new Map<number, number>()
  const note = (board: number, boot: number): void => {
    const before = boots.get(board)
    boots.set(board, boot)
    if (before === undefined || before === boot) return
    known.delete(board)
    onRestart(board)
  }
  const greet = async (board: number): Promise<MessageOf<'greeting'>> => {
    const greeting = await ask({ is: 'hello', board, min: VERSION, max: VERSION }, 'greeting')
    const { min, max, boot } = greeting
    note(board, boot)
    if (min > VERSION || max < VERSION) throw versionRefused(min, max)
    known.set(board, greeting)
    return greeting
  }
  /** A board that was silent may come back with other firmware, which would not hear a frame of our version. */
  const greetAgain = (board: number, error: unknown): never => {
    if (error instanceof LineError && error.code === 'E_NO_ANSWER') known.delete(board)
    throw error
  }
  return { note, greet, greeted: async (board: number) => known.get(board) ?? greet(board), greetAgain }
}

/** Asks a board with the line to itself to push its samples, and again before it would stop. */
export const createSubscriber = (ask: AskBoard, clock: LineClock) => {
  const askedAt = new Map<number, { readonly boot: number; readonly at: number }>()
  return async ({ board, boot, flags }: MessageOf<'greeting'>): Promise<void> => {
    const last = askedAt.get(board)
    const due = last === undefined || last.boot !== boot || clock.now() - last.at >= RENEW_MS
    if ((flags & OWN_LINE) === 0 || !due) return
    askedAt.set(board, { boot, at: clock.now() })
    await ask({ is: 'subscribe', board, periodMs: PUSH_EVERY_MS }, 'subscribed')
  }
}
