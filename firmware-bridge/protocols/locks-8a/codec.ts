import { createFramer, type Framer, type Verdict } from '../../link/framing.ts'
import { addressRefused, bitsOf, bytesOf, isWithin, lookForFixed } from '../lock-board.ts'

/*
 * The "8A" lock boards (锁控板) of several makers, 9600 8N1; BCC is the XOR of all bytes before it.
 * Unlock 8A BOARD LOCK 11 BCC, read one 80 BOARD LOCK 33 BCC, read all 80 BOARD 00 33 BCC.
 * Replies: 8A BOARD LOCK 11|00 BCC to an unlock, 80 BOARD LOCK 11|00 BCC, and 80 BOARD Sn … S1 33 BCC to read all, whose
 * LAST status byte holds channels 1–8.
 *
 * On these boards LOCK 00 after 8A and the head 9D open ALL locks, and the head 9A holds a coil under power. The builders
 * know the heads 8A and 80 only, and LOCK after 8A comes out of a range check that begins at 1.
 */
const BOARDS = 32
const MAX_CHANNELS = 32

/** Locks on one board; a reply to read all has a status byte for each eight. */
export type Channels = 16 | 24 | 32

const HEAD = { unlock: 0x8a, read: 0x80 } as const
const READ = 0x33
const ON = 0x11
const OFF = 0x00
const LENGTH = 5

declare const checked: unique symbol
/** One lock of one board: board 1–32, lock 1–32. Made by `lockAddress` only. */
export type LockAddress = { readonly board: number; readonly lock: number; readonly [checked]: 'lock' }

const checkedBoard = (board: unknown): number => {
  if (!isWithin(board, 1, BOARDS)) throw addressRefused('board', 1, BOARDS)
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
  if (!isWithin(lock, 1, MAX_CHANNELS)) throw addressRefused('lock', 1, MAX_CHANNELS)
  return Object.freeze({ board: checkedBoard(board), lock }) as LockAddress
}

/** XOR of all bytes. */
const bcc = (bytes: Uint8Array): number => bytes.reduce((all, byte) => all ^ byte, 0)

const withBcc = (bytes: readonly number[]): Uint8Array => {
  const body = Uint8Array.from(bytes)
  return Uint8Array.from([...body, bcc(body)])
}

/** `8A BOARD LOCK 11 BCC`. Throws E_LOCK_ADDRESS on a forged address. */
export const buildUnlock = (address: LockAddress): Uint8Array => {
  const { board, lock } = lockAddress(address)
  return withBcc([HEAD.unlock, board, lock, ON])
}

/** `80 BOARD LOCK 33 BCC`. Throws E_LOCK_ADDRESS on a forged address. */
export const buildReadOne = (address: LockAddress): Uint8Array => {
  const { board, lock } = lockAddress(address)
  return withBcc([HEAD.read, board, lock, READ])
}

/** `80 BOARD 00 33 BCC`. Throws E_LOCK_ADDRESS. */
export const buildReadAll = (board: number): Uint8Array => withBcc([HEAD.read, checkedBoard(board), 0, READ])

/**
 * `contact` true: the feedback wires are shorted (11, or a bit that is 1). What that says of the hook depends on the kind of
 * lock. `unlock`: the answer to an unlock, which may be the very bytes of the request and so proves nothing.
 */
export type Reply =
  | {
      readonly is: 'unlock' | 'one'
      readonly board: number
      readonly lock: number
      readonly contact: boolean
    }
  | { readonly is: 'all'; readonly board: number; readonly contacts: readonly boolean[] }

/** The reply as a board sends it; for the emulator. `contacts` of `all` has 16, 24 or 32 entries. */
export const buildReply = (reply: Reply): Uint8Array => {
  if (reply.is !== 'all') {
    const head = reply.is === 'unlock' ? HEAD.unlock : HEAD.read
    return withBcc([head, reply.board, reply.lock, reply.contact ? ON : OFF])
  }
  const status = bytesOf(reply.contacts, reply.contacts.length / 8).toReversed()
  return withBcc([HEAD.read, reply.board, ...status, READ])
}

const isBoard = (byte: number): boolean => isWithin(byte, 1, BOARDS)

const lookForSingle = (head: number, is: 'unlock' | 'one') =>
  lookForFixed<Reply>({
    length: LENGTH,
    checksum: bcc,
    fits: (at, byte) => {
      if (at === 0) return byte === head
      if (at === 1) return isBoard(byte)
      return at === 2 ? isWithin(byte, 1, MAX_CHANNELS) : byte === ON || byte === OFF
    },
    decode: frame => ({ is, board: frame[1] ?? 0, lock: frame[2] ?? 0, contact: frame[3] === ON }),
  })

const lookForAll = (channels: Channels) => {
  const length = LENGTH - 1 + channels / 8
  return lookForFixed<Reply>({
    length,
    checksum: bcc,
    fits: (at, byte) => {
      if (at === 0) return byte === HEAD.read
      if (at === 1) return isBoard(byte)
      return at !== length - 2 || byte === READ
    },
    decode: frame => ({
      is: 'all',
      board: frame[1] ?? 0,
      contacts: bitsOf(frame.subarray(2, -2).toReversed()),
    }),
  })
}

/**
 * What the master hears: replies to unlocks, and to the one kind of reading it asks. Which one must be known beforehand, as the
 * first five bytes of a reply to read all can make a valid reply to read one.
 */
export const createReplyFramer = (reading: 'one' | { readonly all: Channels }): Framer<Reply> => {
  const unlock = lookForSingle(HEAD.unlock, 'unlock')
  const read = reading === 'one' ? lookForSingle(HEAD.read, 'one') : lookForAll(reading.all)
  return createFramer({
    maxBytes: reading === 'one' ? LENGTH : LENGTH - 1 + reading.all / 8,
    look: (head): Verdict<Reply> => (head[0] === HEAD.unlock ? unlock(head) : read(head)),
  })
}

/** A command as a board hears it, the dangerous ones as well: `unlock` with lock 0, `unlock-all` and `hold`. */
export type Command = {
  readonly cmd: 'unlock' | 'read' | 'unlock-all' | 'hold'
  readonly board: number
  readonly lock: number
}

const heard = (head: number, cmd: Command['cmd'], code: number | 'any') =>
  lookForFixed<Command>({
    length: LENGTH,
    checksum: bcc,
    fits: (at, byte) => (at === 0 ? byte === head : at !== 3 || code === 'any' || byte === code),
    decode: frame => ({ cmd, board: frame[1] ?? 0, lock: frame[2] ?? 0 }),
  })

const HEARD: ReadonlyMap<number, (head: Uint8Array) => Verdict<Command>> = new Map([
  [HEAD.unlock, heard(HEAD.unlock, 'unlock', ON)],
  [HEAD.read, heard(HEAD.read, 'read', READ)],
  // Only ever heard, never built.
  [0x9d, heard(0x9d, 'unlock-all', 'any')],
  [0x9a, heard(0x9a, 'hold', ON)],
])

/** What a board hears; for the emulator. */
export const createCommandFramer = (): Framer<Command> =>
  createFramer({ maxBytes: LENGTH, look: head => HEARD.get(head[0] ?? 0)?.(head) ?? { is: 'noise' } })
