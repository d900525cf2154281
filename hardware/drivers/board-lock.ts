import type { Lock } from '../ports.ts'

/** What the lock boards of all makers have in common. `A`: an address that only the protocol's own check makes. */
export type LockBus<A> = {
  unlock(address: A): Promise<void>
  status(board: number): Promise<{ readonly hookClosed: readonly boolean[] }>
}

export type BoardLockOptions<A> = {
  readonly bus: LockBus<A>
  readonly address: A
  /** How the hook switch of this lock is wired. */
  readonly closedWhen: 'hook-closed' | 'hook-open'
}

/** A lock on a lock board. The board times the pulse itself, below the cap, so that no stall here can prolong it. */
export const boardLock = <A extends { readonly board: number; readonly lock: number }>({
  bus,
  address,
  closedWhen,
}: BoardLockOptions<A>): Lock => ({
  pulse: async _ms => bus.unlock(address),
  state: async () => {
    const { hookClosed } = await bus.status(address.board)
    return (hookClosed[address.lock - 1] ?? false) === (closedWhen === 'hook-closed') ? 'closed' : 'open'
  },
})
