import {
  BOARDS,
  buildStatusReply,
  type Command,
  createCommandFramer,
  LOCKS_PER_BOARD,
} from '../protocols/kerong-cu48/codec.ts'
import type { FarEnd } from './far-end.ts'

/** What hangs on the lock boards. Boards 0–9, locks 1–48. */
export interface LockBoardWorld {
  /** The boards on the bus; no other answers. */
  readonly boards: readonly number[]
  /** The coil is energised for the board's own pulse. A lock that is not there does nothing. */
  pulse(board: number, lock: number): void
  /** The hook switch is closed; false where no lock hangs. */
  closed(board: number, lock: number): boolean
}

const ALL_BOARDS = BOARDS
const ALL_LOCKS = LOCKS_PER_BOARD

const locks = Array.from({ length: LOCKS_PER_BOARD }, (_, at) => at + 1)

/** CU48 boards on one bus, true to the dangers of the real ones: LOCK 0x30 opens all, ADDR 0x0A reaches all boards. */
export const kerongBoards = (world: LockBoardWorld) => (): FarEnd => {
  const framer = createCommandFramer()
  const obey = ({ addr, lock, cmd }: Command): readonly Uint8Array[] => {
    const boards = world.boards.filter(board => addr === ALL_BOARDS || board === addr)
    if (cmd === 'status') {
      return boards.map(board =>
        buildStatusReply({ board, hookClosed: locks.map(each => world.closed(board, each)) }),
      )
    }
    for (const board of boards) {
      for (const each of lock === ALL_LOCKS ? locks : [lock + 1]) world.pulse(board, each)
    }
    return []
  }
  return heard => framer.push(heard).flatMap(part => (part.is === 'frame' ? obey(part.frame) : []))
}
