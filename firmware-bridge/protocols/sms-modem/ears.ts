import type { ConversationStats } from '../../link/conversation.ts'
import type { Line } from '../../link/line.ts'
import { finalOf, isStart, type PduNotice, pduNoticeOf, pduOctets, referenceOf } from './answers.ts'
import { createModemFramer, type ModemSaid } from './codec.ts'

/** What one asks for makes of a line or prompt: the end of the answer, a part of it, or none of it. */
export type Judged<T> = { readonly done: T } | 'mine' | 'other'
export type Judge<T> = (said: Extract<ModemSaid, { is: 'line' | 'prompt' }>) => Judged<T>

/** The modem, or its line, began anew: nothing that was set or asked before holds. */
export type Nothing = 'silent' | 'restarted'

export type EarsOptions = {
  readonly onPdu: (of: PduNotice['of'], octets: Uint8Array) => void
  /** `told`: the modem, or its line, said so; otherwise it was found out by its echo. */
  readonly onRestart: (told: boolean) => void
  /** The adapter repeats what we send, so that an echo says nothing. */
  readonly echo?: boolean | undefined
}

type Waiter = { readonly echo: string; readonly judge: (said: Parameters<Judge<never>>[0]) => boolean }

export interface Ears {
  /** Listens for an answer; `echo` is the command as the modem may repeat it. */
  waitFor<T>(
    echo: string,
    judge: Judge<T>,
  ): { readonly answer: Promise<T | Nothing>; readonly giveUp: (why: Nothing) => void }
  /** From now on an echo says that the modem has started anew. */
  expectNoEcho(): void
  /** It has not started anew since then. */
  isSteady(): boolean
  /** Its line has come up, or gone down. */
  restarted(up: boolean): void
  counts(): Omit<ConversationStats, 'sent'>
  close(): void
}

type Counts = { answered: number; discardedBytes: number; late: number }

/** Lines that nobody asked for: PDUs of two lines, answers that came too late, and chatter. */
const createNotices = (counts: Counts, onPdu: EarsOptions['onPdu']) => {
  let announced: PduNotice | undefined
  return {
    /** Whether the line is the PDU that was announced. */
    takesPdu: (text: string): boolean => {
      const notice = announced
      announced = undefined
      const octets = notice && pduOctets(text, notice.length)
      if (notice && octets) onPdu(notice.of, octets)
      return octets !== undefined
    },
    take: (text: string): void => {
      announced = pduNoticeOf(text)
      if (finalOf(text) !== undefined || referenceOf(text) !== undefined) counts.late += 1
    },
    forget: (): void => {
      announced = undefined
    },
  }
}

/** The receiving half of a modem's line: answers to who waits, PDUs and restarts to who listens, everything counted. */
export const openEars = (line: Line, { onPdu, onRestart, echo = false }: EarsOptions): Ears => {
  const framer = createModemFramer()
  const counts: Counts = { answered: 0, discardedBytes: 0, late: 0 }
  const notices = createNotices(counts, onPdu)
  let waiter: (Waiter & { readonly giveUp: (why: Nothing) => void }) | undefined
  let steady = false

  const restarted = (told: boolean): void => {
    steady = false
    framer.reset()
    notices.forget()
    waiter?.giveUp('restarted')
    onRestart(told)
  }
  const takeLine = (said: Extract<ModemSaid, { is: 'line' }>): void => {
    const { text } = said
    if (text === '') return
    const echoed = waiter !== undefined && text === waiter.echo
    if (isStart(text)) restarted(true)
    else if (echoed && steady && !echo) restarted(false)
    else if (!echoed && !notices.takesPdu(text) && !waiter?.judge(said)) notices.take(text)
  }
  const take = (said: ModemSaid): void => {
    if (said.is === 'line') takeLine(said)
    else if (said.is === 'prompt') waiter?.judge(said)
    else if (said.is === 'garbled') counts.discardedBytes += said.bytes
  }
  const stop = line.onData(bytes => {
    for (const part of framer.push(bytes)) {
      if (part.is === 'frame') take(part.frame)
      else counts.discardedBytes += part.bytes.length
    }
  })
  return {
    waitFor: <T>(echo: string, judge: Judge<T>) => {
      const { promise, resolve } = Promise.withResolvers<T | Nothing>()
      const end = (value: T | Nothing): void => {
        waiter = undefined
        resolve(value)
      }
      waiter = {
        echo,
        judge: said => {
          const judged = judge(said)
          if (typeof judged !== 'object') return judged === 'mine'
          counts.answered += 1
          end(judged.done)
          return true
        },
        giveUp: end,
      }
      return { answer: promise, giveUp: end }
    },
    expectNoEcho: () => {
      steady = true
    },
    isSteady: () => steady,
    restarted,
    counts: () => ({ ...counts, badChecksums: 0 }),
    close: () => {
      stop()
      waiter?.giveUp('silent')
    },
  }
}
