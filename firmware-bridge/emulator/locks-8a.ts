import type { SensorKind } from '../protocols/locks-8a/board.ts'
import { buildReply, type Channels, type Command, createCommandFramer } from '../protocols/locks-8a/codec.ts'
import type { FarEnd } from './far-end.ts'
import type { LockBoardWorld } from './kerong-cu48.ts'

/** Boards 1–32, locks 1–32. */
export interface Locks8aWorld extends LockBoardWorld {
  readonly channels: Channels
  readonly sensor: SensorKind
  /** The coil stays under power until it burns. */
  hold(board: number, lock: number): void
}

/** 8A boards on one bus, true to the dangers of the real ones: lock 00 and 9D open all, 9A holds power on. */
export const locks8aBoards = (world: Locks8aWorld) => (): FarEnd => {
  const framer = createCommandFramer()
  const locks = Array.from({ length: world.channels }, (_, at) => at + 1)
  const contact = (board: number, lock: number): boolean =>
    world.closed(board, lock) === (world.sensor === 'shorts-when-closed')

  const obey = ({ cmd, board, lock }: Command): readonly Uint8Array[] => {
    if (!world.boards.includes(board) || lock > world.channels) return []
    if (cmd === 'read') {
      if (lock > 0) return [buildReply({ is: 'one', board, lock, contact: contact(board, lock) })]
      return [buildReply({ is: 'all', board, contacts: locks.map(each => contact(board, each)) })]
    }
    const meant = cmd === 'unlock-all' || lock === 0 ? locks : [lock]
    for (const each of meant) {
      if (cmd === 'hold') world.hold(board, each)
      else world.pulse(board, each)
    }
    // Looked at after the pulse: a lock that did not open answers with the very bytes of the request on some boards.
    return cmd === 'unlock' && lock > 0
      ? [buildReply({ is: 'unlock', board, lock, contact: contact(board, lock) })]
      : []
  }
  return heard => framer.push(heard).flatMap(part => (part.is === 'frame' ? obey(part.frame) : []))
}
