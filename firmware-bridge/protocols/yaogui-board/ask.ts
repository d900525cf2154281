import type { Conversation } from '../../link/conversation.ts'
import { type Answer, encode, type MessageOf, type Request } from './codec.ts'
import { boardRefused } from './errors.ts'

/** The board answers within 50 ms; the rest is the line and what stands between. */
const ANSWER_DEADLINE_MS = 250

/** A request without the number it will get. */
type Unnumbered = { [N in Request['is']]: Omit<MessageOf<N>, 'seq'> }[Request['is']]

export type AskBoard = <N extends Answer['is']>(
  request: Unnumbered,
  answer: N,
  options?: { readonly deadlineMs?: number; readonly retries?: number },
) => Promise<MessageOf<N>>

/** Gives every request a number of its own, so that a late answer is never taken for another's. */
export const createAsk = (conversation: Conversation<Answer>): AskBoard => {
  let seq = 0
  return async <N extends Answer['is']>(
    request: Unnumbered,
    answer: N,
    { deadlineMs = ANSWER_DEADLINE_MS, retries = 2 } = {},
  ) => {
    seq = (seq + 1) & 0xff
    const asked = { ...request, seq } as Request
    const reply = await conversation.ask(encode(asked), {
      match: ({ is, board, seq: to }) =>
        board === asked.board && to === asked.seq && (is === answer || is === 'refused'),
      deadlineMs,
      retries,
    })
    if (reply.is === 'refused') throw boardRefused(reply.reason)
    return reply as MessageOf<N>
  }
}
