import { HardwareError } from '../error.ts'
import type { Lock } from '../ports.ts'

/** What the lock boards of all makers have in common. `A`: an address that only the protocol's own check makes. */
export type LockBus<A> = {
  unlock(address: A): Promise<void>
  status(board: number): Promise<{ readonly hookClosed: readonly boolean[] }>
}

/**
 * Locks of one board that are asked in one go share one query. It is sent after the last of them was asked, so no answer is
 * older than its question, nor than a pulse ordered before that question.
 */
export const askedTogether = <S>(query: (board: number) => Promise<S>): ((board: number) => Promise<S>) => {
  const gathering = new Map<number, Promise<S>>()
  return board => {
    const joined = gathering.get(board)
    if (joined !== undefined) return joined
    const shared = Promise.resolve().then(() => {
      gathering.delete(board)
      return query(board)
    })
    gathering.set(board, shared)
    return shared
  }
}

/** The same bus, whose boards are asked once for all their locks. */
export const sharingStatus = <A>({ unlock, status }: LockBus<A>): LockBus<A> => ({
  unlock,
  status: askedTogether(status),
})

export type BoardLockOptions<A> = {
  readonly bus: LockBus<A>
  readonly address: A
  /** How the hook switch of this lock is wired. */
  readonly closedWhen: 'hook-closed' | 'hook-open'
}

const missing = (lock: number): HardwareError =>
  new HardwareError('E_LOCK_MISSING', {
    zh: `锁控板的应答中没有第 ${lock} 路`,
    en: `the board says nothing of lock ${lock}`,
    kind: 'transient',
  })

/** A lock on a lock board. The board times the pulse itself, below the cap, so that no stall here can prolong it. */
export const boardLock = <A extends { readonly board: number; readonly lock: number }>({
  bus,
  address,
  closedWhen,
}: BoardLockOptions<A>): Lock => ({
  pulse: async _ms => bus.unlock(address),
  state: async () => {
    const { hookClosed } = await bus.status(address.board)
    const hook = hookClosed[address.lock - 1]
    // Whichever way the switch is wired, silence about a lock must not read as "closed".
    if (hook === undefined) throw missing(address.lock)
    return hook === (closedWhen === 'hook-closed') ? 'closed' : 'open'
  },
})
