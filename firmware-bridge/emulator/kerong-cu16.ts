import {
  buildStatusReply,
  type Command,
  createCommandFramer,
  LOCKS_PER_BOARD,
} from '../protocols/kerong-cu16/codec.ts'
import type { FarEnd } from './far-end.ts'
import type { LockBoardWorld } from './kerong-cu48.ts'

const locks = Array.from({ length: LOCKS_PER_BOARD }, (_, at) => at + 1)

/** CU16 boards on one bus, true to the danger of the real ones: CMD 0x33 opens all. No infrared sensor is fitted. */
export const kerongCu16Boards = (world: LockBoardWorld) => (): FarEnd => {
  const framer = createCommandFramer()
  const obey = ({ board, lock, cmd }: Command): readonly Uint8Array[] => {
    if (!world.boards.includes(board)) return []
    if (cmd === 'status') {
      const hookClosed = locks.map(each => world.closed(board, each))
      return [buildStatusReply({ board, hookClosed, infrared: [] })]
    }
    for (const each of cmd === 'unlock-all' ? locks : [lock]) world.pulse(board, each)
    return []
  }
  return heard => framer.push(heard).flatMap(part => (part.is === 'frame' ? obey(part.frame) : []))
}
