import type { Conversation } from '../link/conversation.ts'

/** `A`: an address that only the codec of the board makes, so that no other board's address fits. */
export interface KerongBus<A, S> {
  /**
   * Sends one unlock, never again by itself. The board times the pulse. There is no reply: that it resolves says only
   * that the bytes went out; `status` alone may say "opened".
   */
  unlock(address: A): Promise<void>
  /** The sensors of one board. Rejects with E_NO_ANSWER (transient). */
  status(board: number): Promise<S>
}

/** At most 12 bytes at 9600 baud, 12.5 ms; the rest is the board thinking. */
const ANSWER_DEADLINE_MS = 300

/** All boards of one KerOng model on one bus; the models differ only in their frames. */
export const kerongBus =
  <A, S extends { readonly board: number }>({
    buildUnlock,
    buildStatusQuery,
  }: {
    readonly buildUnlock: (address: A) => Uint8Array
    readonly buildStatusQuery: (board: number) => Uint8Array
  }) =>
  (conversation: Conversation<S>): KerongBus<A, S> => ({
    unlock: address => conversation.tell(buildUnlock(address)),
    status: async board =>
      conversation.ask(buildStatusQuery(board), {
        match: reply => reply.board === board,
        deadlineMs: ANSWER_DEADLINE_MS,
        retries: 2,
      }),
  })
