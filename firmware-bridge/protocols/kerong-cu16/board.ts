import type { Conversation } from '../../link/conversation.ts'
import { buildStatusQuery, buildUnlock, type LockAddress, type StatusReply } from './codec.ts'

export interface KerongCu16Bus {
  /**
   * Sends one unlock, never again by itself. The board times the pulse. There is no reply: that it resolves says only
   * that the bytes went out; `status` alone may say "opened".
   */
  unlock(address: LockAddress): Promise<void>
  /** The sensors of one board. Rejects with E_NO_ANSWER (transient). */
  status(board: number): Promise<StatusReply>
}

/** 9 bytes at 9600 baud take 9.4 ms; the rest is the board thinking. */
const ANSWER_DEADLINE_MS = 300

/** All CU16 boards on one bus. */
export const createKerongCu16Bus = (conversation: Conversation<StatusReply>): KerongCu16Bus => ({
  unlock: address => conversation.tell(buildUnlock(address)),
  status: async board =>
    conversation.ask(buildStatusQuery(board), {
      match: reply => reply.board === board,
      deadlineMs: ANSWER_DEADLINE_MS,
      retries: 2,
    }),
})
