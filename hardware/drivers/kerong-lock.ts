import type { KerongBus } from '#firmware-bridge/protocols/kerong-cu48/board.ts'
import { lockAddress } from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import type { Lock } from '../ports.ts'

export type KerongLockOptions = {
  readonly bus: KerongBus
  readonly board: number
  readonly lock: number
  /** How the hook switch of this lock is wired. */
  readonly closedWhen: 'hook-closed' | 'hook-open'
}

/** A lock of a KerOng CU48. The board times the pulse itself, below the cap, so that no stall here can prolong it. */
export const kerongLock = ({ bus, board, lock, closedWhen }: KerongLockOptions): Lock => {
  const address = lockAddress({ board, lock })
  return {
    pulse: async _ms => bus.unlock(address),
    state: async () => {
      const { hookClosed } = await bus.status(board)
      return (hookClosed[lock - 1] ?? false) === (closedWhen === 'hook-closed') ? 'closed' : 'open'
    },
  }
}
