import { createFramer, type Framer } from '../../link/framing.ts'
import { sum } from '../kerong-cu48/codec.ts'
import { addressRefused, bitsOf, bytesOf, isWithin, lookForFixed } from '../lock-board.ts'

/*
 * KerOng CU16, 19200 8N1 (some boards 9600). Commands: 02 ADDR CMD 03 SUM, ADDR = board << 4 | lock; status reply:
 * 02 ADDR 35 L1-8 L9-16 IR1-8 IR9-16 03 SUM; SUM is the low byte of the sum of all before it.
 *
 * On this board CMD 0x33 opens ALL locks. The builders know the two harmless commands only, and every nibble of ADDR
 * comes out of a range check: no value, whatever it is, yields 0x33 in the place of the command.
 */
const BOARDS = 16
export const LOCKS_PER_BOARD = 16

const STX = 0x02
const ETX = 0x03
const COMMAND_LENGTH = 5
const REPLY_LENGTH = 9
const STATUS_REPLY = 0x35

const CMD = { status: 0x30, unlock: 0x31 } as const
/** Only ever heard, never built. */
const UNLOCK_ALL = 0x33

declare const checked: unique symbol
/** One lock of one board: board 0–15, lock 1–16. Made by `lockAddress` only. */
export type LockAddress = { readonly board: number; readonly lock: number; readonly [checked]: 'lock' }

const checkedBoard = (board: unknown): number => {
  if (!isWithin(board, 0, BOARDS - 1)) throw addressRefused('board', 0, BOARDS - 1)
  return board
}

/** The only way to a LockAddress. Throws E_LOCK_ADDRESS for anything but integers in range. */
export const lockAddress = ({
  board,
  lock,
}: {
  readonly board: number
  readonly lock: number
}): LockAddress => {
  if (!isWithin(lock, 1, LOCKS_PER_BOARD)) throw addressRefused('lock', 1, LOCKS_PER_BOARD)
  return Object.freeze({ board: checkedBoard(board), lock }) as LockAddress
}

const withSum = (bytes: readonly number[]): Uint8Array => {
  const body = Uint8Array.from(bytes)
  return Uint8Array.from([...body, sum(body)])
}

/** `02 ADDR 31 03 SUM`. The board sends no reply. Throws E_LOCK_ADDRESS on a forged address. */
export const buildUnlock = (address: LockAddress): Uint8Array => {
  const { board, lock } = lockAddress(address)
  return withSum([STX, (board << 4) | (lock - 1), CMD.unlock, ETX])
}

/** `02 ADDR 30 03 SUM`. Throws E_LOCK_ADDRESS. */
export const buildStatusQuery = (board: number): Uint8Array =>
  withSum([STX, checkedBoard(board) << 4, CMD.status, ETX])

/** Index 0 is lock 1. `infrared`: the goods sensor beside each lock, where one is fitted. */
export type StatusReply = {
  readonly board: number
  readonly hookClosed: readonly boolean[]
  readonly infrared: readonly boolean[]
}

/** The reply as a board sends it; for the emulator. */
export const buildStatusReply = ({ board, hookClosed, infrared }: StatusReply): Uint8Array =>
  withSum([
    STX,
    checkedBoard(board) << 4,
    STATUS_REPLY,
    ...bytesOf(hookClosed, 2),
    ...bytesOf(infrared, 2),
    ETX,
  ])

const replyFits = (at: number, byte: number): boolean => {
  if (at === 0) return byte === STX
  if (at === 1) return (byte & 0x0f) === 0
  if (at === 2) return byte === STATUS_REPLY
  return at !== REPLY_LENGTH - 2 || byte === ETX
}

const decodeReply = (frame: Uint8Array): StatusReply => ({
  board: (frame[1] ?? 0) >> 4,
  hookClosed: bitsOf(frame.subarray(3, 5)),
  infrared: bitsOf(frame.subarray(5, 7)),
})

/** What the master hears: status replies. */
export const createReplyFramer = (): Framer<StatusReply> =>
  createFramer({
    maxBytes: REPLY_LENGTH,
    look: lookForFixed({ length: REPLY_LENGTH, fits: replyFits, checksum: sum, decode: decodeReply }),
  })

/** A command as a board hears it: `lock` 1–16, and the dangerous one as well. */
export type Command = {
  readonly board: number
  readonly lock: number
  readonly cmd: 'status' | 'unlock' | 'unlock-all'
}

const HEARD: ReadonlyMap<number, Command['cmd']> = new Map([
  [CMD.status, 'status'],
  [CMD.unlock, 'unlock'],
  [UNLOCK_ALL, 'unlock-all'],
])

const commandFits = (at: number, byte: number): boolean => {
  if (at === 0) return byte === STX
  if (at === 2) return HEARD.has(byte)
  return at !== COMMAND_LENGTH - 2 || byte === ETX
}

const decodeCommand = (frame: Uint8Array): Command => {
  const addr = frame[1] ?? 0
  return { board: addr >> 4, lock: (addr & 0x0f) + 1, cmd: HEARD.get(frame[2] ?? 0) ?? 'status' }
}

/** What a board hears; for the emulator. */
export const createCommandFramer = (): Framer<Command> =>
  createFramer({
    maxBytes: COMMAND_LENGTH,
    look: lookForFixed({ length: COMMAND_LENGTH, fits: commandFits, checksum: sum, decode: decodeCommand }),
  })
