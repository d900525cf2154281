import type { Conversation } from '../../link/conversation.ts'
import { addressRefused } from '../lock-board.ts'
import { buildReadAll, buildUnlock, type Channels, type LockAddress, type Reply } from './codec.ts'

/** Which way the lock's own switch is made: its wires are shorted while the hook is closed, or while it is open. */
export type SensorKind = 'shorts-when-closed' | 'shorts-when-open'

export type Locks8aStatus = { readonly board: number; readonly hookClosed: readonly boolean[] }

export interface Locks8aBus {
  /**
   * Sends one unlock, never again by itself. The board answers, but by the kind of lock "failed" can be the very bytes
   * of the request, and an echo looks the same: the answer is dropped, and `status` alone may say "opened".
   */
  unlock(address: LockAddress): Promise<void>
  /** The hook sensors of one board, index 0 is lock 1. Rejects with E_NO_ANSWER (transient). */
  status(board: number): Promise<Locks8aStatus>
}

/** 8 bytes at 9600 baud take 8.3 ms; the rest is the board thinking. */
const ANSWER_DEADLINE_MS = 300

/** The conversation's silence between exchanges: nobody waits for an unlock's answer, yet it needs the wire for itself. */
export const TURNAROUND_MS = 50

/**
 * All 8A boards of one kind on one bus, over a conversation whose framer reads `{ all: channels }`. Behind an adapter that
 * echoes the conversation must be told so; it then drops exactly one copy of what was sent.
 */
export const createLocks8aBus = (
  conversation: Conversation<Reply>,
  { channels, sensor }: { readonly channels: Channels; readonly sensor: SensorKind },
): Locks8aBus => ({
  unlock: async address => {
    if (address.lock > channels) throw addressRefused('lock', 1, channels)
    await conversation.tell(buildUnlock(address))
  },
  status: async board => {
    const reply = await conversation.ask(buildReadAll(board), {
      match: frame => frame.is === 'all' && frame.board === board,
      deadlineMs: ANSWER_DEADLINE_MS,
      retries: 2,
    })
    const contacts = reply.is === 'all' ? reply.contacts : []
    return { board, hookClosed: contacts.map(contact => contact === (sensor === 'shorts-when-closed')) }
  },
})
