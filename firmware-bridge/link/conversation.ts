import { LineError, lineLost } from '../error.ts'
import { afterListening, type LineClock, pause } from './clock.ts'
import { createEchoFilter } from './echo.ts'
import type { Framer, Part } from './framing.ts'
import type { Line } from './line.ts'
import { createOwed } from './owed.ts'
import { busBusy, createTurns } from './turns.ts'

/** Counts since the start. `late`: whole frames nobody waited for, or not the one waited for. */
export type ConversationStats = {
  readonly sent: number
  readonly answered: number
  readonly discardedBytes: number
  readonly badChecksums: number
  readonly late: number
}

export interface Conversation<F> {
  /**
   * Sends a query and waits for the frame that `match` accepts. Only queries may come this way, as it sends
   * again up to `retries` times. Rejects with E_NO_ANSWER (transient), E_BUS_BUSY (transient) or the line's error.
   */
  ask(query: Uint8Array, options: AskOptions<F>): Promise<F>
  /**
   * Sends a command that has no reply, once, never again. E_BUS_BUSY and E_LINE_DOWN (transient): not one byte
   * went out. E_LINE_LOST (ambiguous): it may have.
   */
  tell(command: Uint8Array, options?: TellOptions): Promise<void>
  stats(): ConversationStats
  /** Ends listening; the line itself belongs to who opened it. */
  close(): void
}

export type AskOptions<F> = {
  readonly match: (frame: F) => boolean
  readonly deadlineMs: number
  readonly retries?: number
}

/** `deadlineMs`: a command that has not got its turn by then is not sent at all. */
export type TellOptions = { readonly deadlineMs?: number }

export type ConversationOptions<F> = {
  readonly framer: Framer<F>
  readonly clock: LineClock
  /** Silence on the wire between two exchanges. */
  readonly turnaroundMs: number
  /**
   * How much longer than its deadline, or than another answer took, an answer still owed is waited for. The protocols
   * number nothing: one later than that cannot be told from the next question's.
   */
  readonly lateWindowMs?: number
  /** The adapter repeats what we send. */
  readonly echo?: boolean
}

const noAnswer = (attempts: number): LineError =>
  new LineError('E_NO_ANSWER', {
    zh: `设备无应答（已询问 ${attempts} 次）`,
    en: `no answer from the board (asked ${attempts} times)`,
    kind: 'transient',
  })

type Inbox<F> = {
  /** The next frame that `match` accepts, or undefined when `abandon` is called first. */
  readonly waitFor: (match: (frame: F) => boolean) => {
    readonly frame: Promise<F | undefined>
    readonly abandon: () => void
  }
  readonly beforeSending: (bytes: Uint8Array) => void
  readonly counts: () => Omit<ConversationStats, 'sent'>
  readonly close: () => void
}

/** The receiving half: echo out, frames to who waits, everything counted. */
const openInbox = <F>(
  line: Line,
  { framer, echo = false }: ConversationOptions<F>,
  onUnasked: () => void,
): Inbox<F> => {
  const filter = createEchoFilter()
  const counts = { answered: 0, discardedBytes: 0, badChecksums: 0, late: 0 }
  let waiter: { readonly match: (frame: F) => boolean; readonly settle: (frame?: F) => void } | undefined

  const take = (part: Part<F>): void => {
    if (part.is === 'discarded') {
      counts.discardedBytes += part.bytes.length
      if (part.why === 'bad-checksum') counts.badChecksums += 1
    } else if (waiter?.match(part.frame)) {
      counts.answered += 1
      waiter.settle(part.frame)
    } else {
      counts.late += 1
      if (waiter === undefined) onUnasked()
    }
  }
  const feed = (bytes: Uint8Array): void => framer.push(bytes).forEach(take)
  const stop = line.onData(bytes => feed(filter.pass(bytes)))

  return {
    waitFor: match => {
      const { promise, resolve } = Promise.withResolvers<F | undefined>()
      const settle = (frame?: F): void => {
        waiter = undefined
        resolve(frame)
      }
      waiter = { match, settle }
      return { frame: promise, abandon: () => settle() }
    },
    beforeSending: bytes => {
      feed(filter.release())
      framer.reset().forEach(take)
      if (echo) filter.expect(bytes)
    },
    counts: () => ({ ...counts }),
    close: () => {
      stop()
      waiter?.settle()
    },
  }
}

type Wire<F> = { readonly line: Line; readonly inbox: Inbox<F>; readonly clock: LineClock }

/** One query, one deadline; undefined when nothing fitting came. */
const askOnce = async <F>(wire: Wire<F>, query: Uint8Array, ask: AskOptions<F>): Promise<F | undefined> => {
  const { line, inbox, clock } = wire
  inbox.beforeSending(query)
  const wait = inbox.waitFor(ask.match)
  const cancel = afterListening(clock, ask.deadlineMs, wait.abandon)
  try {
    // A send that hangs must not outlive the deadline, one that fails must end the wait.
    return await Promise.race([line.send(query).then(() => wait.frame), wait.frame])
  } catch (error) {
    // A query of which nobody knows whether it went out is merely unanswered.
    if (error instanceof LineError && error.kind === 'ambiguous') return undefined
    throw error
  } finally {
    cancel()
    wait.abandon()
  }
}

/** One command; E_LINE_LOST (ambiguous) when the line takes it but does not end taking it. */
const tellOnce = async <F>(
  { line, inbox, clock }: Wire<F>,
  command: Uint8Array,
  deadlineMs: number,
): Promise<void> => {
  inbox.beforeSending(command)
  const { promise: tooLong, reject } = Promise.withResolvers<never>()
  const cancel = clock.after(deadlineMs, () => reject(lineLost('send did not end')))
  await Promise.race([line.send(command), tooLong]).finally(cancel)
}

/**
 * A master's conversation on one bus. Invariants: at most one exchange is on the wire; a command is
 * sent at most once and never after its deadline; nothing waits for ever.
 */
export const createConversation = <F>(line: Line, options: ConversationOptions<F>): Conversation<F> => {
  const { clock, turnaroundMs, lateWindowMs = 200 } = options
  const turns = createTurns(clock, turnaroundMs)
  const owed = createOwed({ clock, lateWindowMs, quietUntil: turns.quietUntil })
  const inbox = openInbox(line, options, owed.late)
  const wire: Wire<F> = { line, inbox, clock }
  let sent = 0
  // Since the last command nothing has come: it may lie in the kernel, on its way to a gateway whose cable is out, and would
  // open a drawer minutes later.
  let unheard = false
  return {
    ask: (query, ask) =>
      turns.take(async () => {
        const attempts = 1 + (ask.retries ?? 0)
        for (let n = 0; n < attempts; n++) {
          if (n > 0) await pause(clock, turnaroundMs)
          sent += 1
          owed.asked(n > 0)
          const frame = await askOnce(wire, query, ask).catch((error: unknown) => {
            owed.lost()
            unheard = false
            throw error
          })
          if (frame !== undefined) {
            unheard = false
            owed.answered()
            return frame
          }
        }
        owed.unanswered()
        if (unheard) line.drop?.()
        unheard = false
        throw noAnswer(attempts)
      }),
    tell: (command, { deadlineMs = 2_000 } = {}) => {
      const deadline = clock.now() + deadlineMs
      return turns.take(async () => {
        if (clock.now() >= deadline) throw busBusy()
        sent += 1
        unheard = true
        await tellOnce(wire, command, deadlineMs)
      })
    },
    stats: () => ({ sent, ...inbox.counts() }),
    close: inbox.close,
  }
}
