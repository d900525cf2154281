import { LineError } from '../../error.ts'
import { afterListening, type LineClock, pause } from '../../link/clock.ts'
import type { ConversationStats } from '../../link/conversation.ts'
import type { Line } from '../../link/line.ts'
import { finalOf, referenceOf } from './answers.ts'
import { buildBody, buildCancel, buildCommand } from './codec.ts'
import { type EarsOptions, type Judge, type Nothing, openEars } from './ears.ts'
import type { AtError } from './result-codes.ts'
import type { Pdu } from './submit.ts'

export type AtAnswer =
  | { readonly is: 'ok'; readonly info: readonly string[] }
  | { readonly is: 'error'; readonly error: AtError }
  | { readonly is: Nothing }

/** `kept`: not one byte of the message went out. `uncertain`: it may have. */
export type Submitted =
  | { readonly is: 'taken'; readonly reference: number }
  | { readonly is: 'refused'; readonly error: AtError }
  | { readonly is: 'kept' | 'uncertain'; readonly why: Nothing }

export type AskAt = {
  /** Lines that belong to the answer. */
  readonly info?: RegExp
  readonly deadlineMs?: number
}

/** One modem, one command at a time: the caller keeps the turns. */
export interface AtSession {
  /** Rejects with the line's error when nothing was sent. */
  ask(command: string, options?: AskAt): Promise<AtAnswer>
  /** Hands a message to the network. Rejects with the line's error when nothing of it was sent. */
  submit(pdu: Pdu): Promise<Submitted>
  /** Gives up a message that the modem may still be waiting for. */
  cancel(): Promise<void>
  expectNoEcho(): void
  /** Its line has come up, or gone down. */
  restarted(up: boolean): void
  stats(): ConversationStats
  close(): void
}

const ANSWER_MS = 2_000
const PROMPT_MS = 5_000
/** Makers state 60 to 120 s until the network has taken or refused a message. */
const NETWORK_MS = 120_000
/** Modems want some rest between an answer and the next command. */
const REST_MS = 20
const MAX_INFO = 8

const answerJudge = (info: RegExp | undefined): Judge<AtAnswer> => {
  const lines: string[] = []
  return said => {
    if (said.is !== 'line') return 'other'
    const final = finalOf(said.text)
    if (final) return { done: final.is === 'ok' ? { is: 'ok', info: lines } : final }
    if (!info?.test(said.text)) return 'other'
    if (lines.length < MAX_INFO) lines.push(said.text)
    return 'mine'
  }
}

const promptJudge: Judge<'prompt' | AtError> = said => {
  if (said.is === 'prompt') return { done: 'prompt' }
  const final = finalOf(said.text)
  return final?.is === 'error' ? { done: final.error } : 'other'
}

/** A reference without its OK is as good; an OK without a reference leaves the message unknown. */
const takenJudge = () => {
  let reference: number | undefined
  const judge: Judge<AtError | 'ok'> = said => {
    if (said.is !== 'line') return 'other'
    const final = finalOf(said.text)
    if (final) return { done: final.is === 'ok' ? 'ok' : final.error }
    const heard = referenceOf(said.text)
    if (heard === undefined) return 'other'
    reference = heard
    return 'mine'
  }
  return { judge, reference: () => reference }
}

type Exchange<T> = {
  readonly bytes: Uint8Array
  readonly echo: string
  readonly judge: Judge<T>
  readonly deadlineMs: number
}

export const createAtSession = (
  line: Line,
  { clock, ...listeners }: EarsOptions & { readonly clock: LineClock },
): AtSession => {
  const ears = openEars(line, listeners)
  let sent = 0

  const exchange = async <T>({ bytes, echo, judge, deadlineMs }: Exchange<T>): Promise<T | Nothing> => {
    sent += 1
    const { answer, giveUp } = ears.waitFor(echo, judge)
    const cancel = afterListening(clock, deadlineMs, () => giveUp('silent'))
    try {
      return await Promise.race([line.send(bytes).then(() => answer), answer])
    } catch (error) {
      // Nobody knows whether it went out: for a command that is merely no answer.
      if (error instanceof LineError && error.kind === 'ambiguous') return 'restarted'
      throw error
    } finally {
      cancel()
      giveUp('silent')
    }
  }
  const command = <T>(text: string, judge: Judge<T>, deadlineMs: number): Promise<T | Nothing> =>
    pause(clock, REST_MS).then(() => exchange({ bytes: buildCommand(text), echo: text, judge, deadlineMs }))
  const cancel = (): Promise<void> => line.send(buildCancel())

  return {
    ask: async (text, { info, deadlineMs = ANSWER_MS } = {}) => {
      const answer = await command(text, answerJudge(info), deadlineMs)
      return typeof answer === 'string' ? { is: answer } : answer
    },
    submit: async pdu => {
      const prompted = await command(`AT+CMGS=${pdu.length}`, promptJudge, PROMPT_MS)
      if (typeof prompted === 'object') return { is: 'refused', error: prompted }
      if (prompted !== 'prompt' || !ears.isSteady()) {
        // A prompt that comes yet would swallow the next commands.
        await cancel().catch(() => {})
        return { is: 'kept', why: prompted === 'silent' ? 'silent' : 'restarted' }
      }
      const { judge, reference } = takenJudge()
      const result = await exchange({ bytes: buildBody(pdu.octets), echo: '', judge, deadlineMs: NETWORK_MS })
      if (typeof result === 'object') return { is: 'refused', error: result }
      const taken = reference()
      if (taken !== undefined) return { is: 'taken', reference: taken }
      return { is: 'uncertain', why: result === 'ok' ? 'silent' : result }
    },
    cancel,
    expectNoEcho: ears.expectNoEcho,
    restarted: ears.restarted,
    stats: () => ({ sent, ...ears.counts() }),
    close: ears.close,
  }
}
