import { LineError } from '../../error.ts'
import { type LineClock, pause } from '../../link/clock.ts'
import type { AskBoard } from './ask.ts'
import type { LockAddress, MessageOf } from './codec.ts'
import { boardRestarted, unlockCut, unlockOverrun, unlockRefused, unlockUnknown } from './errors.ts'
import { isRefusal, OUTCOMES } from './layouts.ts'

/*
 * Invariants: an UNLOCK frame is put on the line once; its id belongs to one boot of the board and to one order; what
 * became of it is asked by SETTLE, which at the same time makes sure that an unheard one stays unheard.
 */

/** How long the pulse was; `seen` is false when the board took the order and then fell silent. */
export type Pulsed = { readonly ms: number; readonly seen: boolean }

/** An order that the board hears later than this does nothing: nobody stands at the drawer any more. */
const ORDER_LIFE_MS = 2_000
/** Long enough for a line to be opened again. */
const SETTLE_WINDOW_MS = 3_000
const SETTLE_EVERY_MS = 200
/** The board lets the coil go when it hears nothing for 500 ms: asking keeps the pulse alive. */
const WATCH_EVERY_MS = 100
const WATCH_SPARE_MS = 500

type Options = {
  readonly ask: AskBoard
  readonly state: (board: number) => Promise<MessageOf<'status'>>
  readonly greeted: (board: number) => Promise<MessageOf<'greeting'>>
  readonly clock: LineClock
}

type Order = Omit<MessageOf<'unlock'>, 'seq'>
type Outcome = Pick<MessageOf<'settled'>, 'boot' | 'id' | 'outcome' | 'ms'>

const hasKind = (error: unknown, kind: LineError['kind']): boolean =>
  error instanceof LineError && error.kind === kind

const settleOnce = ({ ask }: Options, { board, boot, id }: Order): Promise<Outcome> =>
  ask({ is: 'settle', board, boot, id }, 'settled', { retries: 0 })

/** What became of an order that was not answered. Rejects ambiguously when the board cannot be asked in time. */
const settle = async (options: Options, order: Order): Promise<Outcome> => {
  const { clock } = options
  const end = clock.now() + SETTLE_WINDOW_MS
  for (;;) {
    try {
      return await settleOnce(options, order)
    } catch (error) {
      if (!hasKind(error, 'transient') || clock.now() + SETTLE_EVERY_MS > end) throw unlockUnknown(error)
    }
    await pause(clock, SETTLE_EVERY_MS)
  }
}

/** Sends the order, once. Only an unanswered one is asked about: with any other failure not one byte went out. */
const fire = async (options: Options, order: Order): Promise<Outcome> => {
  try {
    const told = await options.ask(order, 'unlocked', { retries: 0 })
    if (told.outcome === OUTCOMES.wrongBoot && told.id === order.id) throw boardRestarted()
    return told
  } catch (error) {
    if (error instanceof LineError && error.code === 'E_NO_ANSWER') return settle(options, order)
    throw error
  }
}

/** Undefined while the coil is energised. Throws what a refusal or a cut means. */
const judge = ({ boot, id, outcome, ms }: Outcome, order: Order): Pulsed | undefined => {
  // It restarted since, so it does not know; or it is another board, or an answer about another order.
  if (outcome === OUTCOMES.wrongBoot || boot !== order.boot || id !== order.id) throw unlockUnknown()
  if (outcome === OUTCOMES.pulsing) return undefined
  if (outcome === OUTCOMES.done) return { ms, seen: true }
  if (outcome === OUTCOMES.cut) throw unlockCut(ms)
  if (outcome === OUTCOMES.never || isRefusal(outcome)) throw unlockRefused(outcome)
  throw unlockUnknown()
}

/**
 * Keeps asking until the pulse is over. A board that falls silent now has taken the order all the same; one that goes on
 * saying that the coil is energised has a fault that a person must see to.
 */
const watch = async (options: Options, order: Order): Promise<Pulsed> => {
  const { clock } = options
  const end = clock.now() + order.pulseMs + WATCH_SPARE_MS
  let energised = false
  while (clock.now() < end) {
    await pause(clock, WATCH_EVERY_MS)
    try {
      const pulsed = judge(await settleOnce(options, order), order)
      if (pulsed) return pulsed
      energised = true
    } catch (error) {
      if (hasKind(error, 'ambiguous')) throw error
      energised = false
    }
  }
  if (energised) throw unlockOverrun(order.pulseMs)
  return { ms: order.pulseMs, seen: false }
}

const unlockOne = async (
  options: Options,
  { board, lock }: LockAddress,
  pulseMs: number,
): Promise<Pulsed> => {
  const { boot, uptime, lastId } = await options.state(board)
  if ((await options.greeted(board)).boot !== boot) throw boardRestarted()
  const until = (uptime + ORDER_LIFE_MS) >>> 0
  const order: Order = { is: 'unlock', board, boot, id: lastId + 1, until, lock, pulseMs }
  return judge(await fire(options, order), order) ?? watch(options, order)
}

/** One unlock at a time on a line: the next one waits for the end of the pulse. */
export const createUnlock = (
  options: Options,
): ((address: LockAddress, pulseMs: number) => Promise<Pulsed>) => {
  let before: Promise<unknown> = Promise.resolve()
  return (address, pulseMs) => {
    const mine = before.then(() => unlockOne(options, address, pulseMs))
    before = mine.catch(() => {})
    return mine
  }
}
