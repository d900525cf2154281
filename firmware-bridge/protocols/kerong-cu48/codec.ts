import { createFramer, type Framer } from '../../link/framing.ts'
import { addressRefused, bitsOf, bytesOf, isWithin, lookForFixed } from '../lock-board.ts'

/*
 * KerOng CU48, official document V2.1, 19200 8N1. Commands: 02 ADDR LOCK CMD 03 SUM; status reply:
 * 02 ADDR xx 65 D1..D6 03 SUM; SUM is the low byte of the sum of all before it.
 *
 * On this board LOCK 0x30 opens ALL locks and ADDR 0x0A speaks to ALL boards. Addresses therefore come only out of
 * the checking constructors below, and the builders check again: no number, whatever it is, yields those bytes.
 */
export const BOARDS = 10
export const LOCKS_PER_BOARD = 48

const STX = 0x02
const ETX = 0x03
const COMMAND_LENGTH = 6
const REPLY_LENGTH = 12

const CMD = { status: 0x50, unlock: 0x51, statusReply: 0x65 } as const

declare const checked: unique symbol
/** One lock of one board: board 0–9 (ADDR), lock 1–48 (LOCK 0x00–0x2F). Made by `lockAddress` only. */
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

/** Low byte of the sum. */
export const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => (total + byte) & 0xff, 0)

const withSum = (bytes: readonly number[]): Uint8Array => {
  const body = Uint8Array.from(bytes)
  return Uint8Array.from([...body, sum(body)])
}

/** `02 ADDR LOCK 51 03 SUM`. The board sends no reply. Throws E_LOCK_ADDRESS on a forged address. */
export const buildUnlock = (address: LockAddress): Uint8Array => {
  const { board, lock } = lockAddress(address)
  return withSum([STX, board, lock - 1, CMD.unlock, ETX])
}

/** `02 ADDR 00 50 03 SUM`. Throws E_LOCK_ADDRESS. */
export const buildStatusQuery = (board: number): Uint8Array =>
  withSum([STX, checkedBoard(board), 0, CMD.status, ETX])

/** `hookClosed[0]` is lock 1. What "hook closed" says of the drawer depends on the lock's wiring. */
export type StatusReply = { readonly board: number; readonly hookClosed: readonly boolean[] }

/** The reply as a board sends it; for the emulator. */
export const buildStatusReply = ({ board, hookClosed }: StatusReply): Uint8Array =>
  withSum([STX, checkedBoard(board), 0, CMD.statusReply, ...bytesOf(hookClosed, 6), ETX])

const replyFits = (at: number, byte: number): boolean => {
  if (at === 0) return byte === STX
  if (at === 1) return byte < BOARDS
  if (at === 3) return byte === CMD.statusReply
  return at !== REPLY_LENGTH - 2 || byte === ETX
}

const decodeReply = (frame: Uint8Array): StatusReply => ({
  board: frame[1] ?? 0,
  hookClosed: bitsOf(frame.subarray(4, -2)),
})

/** What the master hears: status replies. */
export const createReplyFramer = (): Framer<StatusReply> =>
  createFramer({
    maxBytes: REPLY_LENGTH,
    look: lookForFixed({ length: REPLY_LENGTH, fits: replyFits, checksum: sum, decode: decodeReply }),
  })

/** A command as a board hears it: raw bytes, so that the emulator also knows the dangerous ones. */
export type Command = { readonly addr: number; readonly lock: number; readonly cmd: 'status' | 'unlock' }

const commandFits = (at: number, byte: number): boolean => {
  if (at === 0) return byte === STX
  if (at === 3) return byte === CMD.status || byte === CMD.unlock
  return at !== COMMAND_LENGTH - 2 || byte === ETX
}

const decodeCommand = (frame: Uint8Array): Command => ({
  addr: frame[1] ?? 0,
  lock: frame[2] ?? 0,
  cmd: frame[3] === CMD.unlock ? 'unlock' : 'status',
})

/** What a board hears; for the emulator. */
export const createCommandFramer = (): Framer<Command> =>
  createFramer({
    maxBytes: COMMAND_LENGTH,
    look: lookForFixed({ length: COMMAND_LENGTH, fits: commandFits, checksum: sum, decode: decodeCommand }),
  })
