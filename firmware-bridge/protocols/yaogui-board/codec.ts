import { LineError } from '../../error.ts'
import type { Framer } from '../../link/framing.ts'
import { addressRefused, isWithin } from '../lock-board.ts'
import { createSegmentFramer, wrap } from './framing.ts'
import { LAYOUTS, LIMITS, WIDTHS, type Width } from './layouts.ts'

/*
 * Our own board, docs/firmware-protocol.md. A body is: version (3 bits) and board (5 bits), type, sequence, then the fields
 * of the type, all of fixed length, high byte first.
 *
 * An unlock names one lock by its number, and nothing else energises a coil: there is no broadcast, no bitmap of locks and
 * no value for "all". The limits are checked here for every frame, whoever asks for it.
 */
const BOARDS = 31
const LOCKS_PER_BOARD = 16
/** The protocol version that this code speaks. */
export const VERSION = 1

export type Name = keyof typeof LAYOUTS
type Values<F> = { readonly [K in keyof F]: F[K] extends 'b8' | 'b16' ? readonly number[] : number }

type Message = {
  [N in Name]: { readonly is: N; readonly board: number; readonly seq: number } & Values<
    (typeof LAYOUTS)[N]['fields']
  >
}[Name]

/** A frame of type N: its fields are numbers, or byte arrays where the layout says b8 or b16. */
export type MessageOf<N extends Name> = Extract<Message, { readonly is: N }>

type Asked = 'hello' | 'state' | 'unlock' | 'settle' | 'read' | 'subscribe' | 'calibrate' | 'test'
/** What a master says. */
export type Request = MessageOf<Asked>
/** What a board says: answers, and `pushed` by itself. */
export type Answer = MessageOf<Exclude<Name, Asked>>
/** A whole frame to a board that does not know it. */
export type Odd = {
  readonly is: 'odd'
  readonly board: number
  readonly seq: number
  readonly type: number
  readonly why: 'type' | 'length'
}

declare const checked: unique symbol
/** One lock of one board: board 1–31, lock 1–16. Made by `lockAddress` only. */
export type LockAddress = { readonly board: number; readonly lock: number; readonly [checked]: 'lock' }

/** The only way to a LockAddress. Throws E_LOCK_ADDRESS for anything but integers in range. */
export const lockAddress = ({
  board,
  lock,
}: {
  readonly board: number
  readonly lock: number
}): LockAddress => {
  if (!isWithin(board, 1, BOARDS)) throw addressRefused('board', 1, BOARDS)
  if (!isWithin(lock, 1, LOCKS_PER_BOARD)) throw addressRefused('lock', 1, LOCKS_PER_BOARD)
  return Object.freeze({ board, lock }) as LockAddress
}

const outOfRange = (field: string): LineError =>
  new LineError('E_FRAME_RANGE', {
    zh: `报文字段超出范围：${field}`,
    en: `a field of the frame is out of range: ${field}`,
    kind: 'permanent',
  })

const bigEndian = (value: number, width: number): readonly number[] =>
  Array.from({ length: width }, (_, at) => (value >>> ((width - 1 - at) * 8)) & 0xff)

const RANGES: Readonly<Record<Exclude<Width, 'b8' | 'b16'>, readonly [number, number]>> = {
  u8: [0, 0xff],
  u16: [0, 0xffff],
  u32: [0, 0xffff_ffff],
  i32: [-0x8000_0000, 0x7fff_ffff],
}

const fieldBytes = (is: Name, field: string, kind: Width, value: unknown): readonly number[] => {
  const width = WIDTHS[kind]
  if (kind === 'b8' || kind === 'b16') {
    const bytes: readonly unknown[] = Array.isArray(value) ? value : []
    if (bytes.length !== width) throw outOfRange(field)
    return bytes.flatMap(byte => fieldBytes(is, field, 'u8', byte))
  }
  const [from, to] = LIMITS[`${is}.${field}`] ?? RANGES[kind]
  if (!isWithin(value, from, to))
    throw field === 'lock' && is === 'unlock' ? addressRefused('lock', from, to) : outOfRange(field)
  return bigEndian(value, width)
}

/** HELLO and its answer are of version 0 for ever, so that boards and masters of any age can tell each other their versions. */
const versionOf = (is: Name): number => (is === 'hello' || is === 'greeting' ? 0 : VERSION)

/** A whole frame. Throws E_LOCK_ADDRESS for a board or lock out of range, E_FRAME_RANGE for another field. */
export const encode = (message: Request | Answer): Uint8Array => {
  const { is, board, seq } = message
  if (!isWithin(board, 1, BOARDS)) throw addressRefused('board', 1, BOARDS)
  const { type, fields } = LAYOUTS[is]
  const values = message as Readonly<Record<string, unknown>>
  const data = Object.entries<Width>(fields).flatMap(([field, kind]) =>
    fieldBytes(is, field, kind, values[field]),
  )
  return wrap([(versionOf(is) << 5) | board, type, ...fieldBytes(is, 'seq', 'u8', seq), ...data])
}

const valueIn = (bytes: Uint8Array, kind: Width): number | readonly number[] => {
  if (kind === 'b8' || kind === 'b16') return [...bytes]
  // JavaScript's bit operators are signed 32 bit.
  const signed = bytes.reduce((value, byte) => (value << 8) | byte, 0)
  return kind === 'i32' ? signed : signed >>> 0
}

const NAMES: ReadonlyMap<number, Name> = new Map(
  (Object.keys(LAYOUTS) as Name[]).map(is => [LAYOUTS[is].type, is]),
)

const HEADER = 3

/** Undefined for a board number or version that is not ours. Fields are taken as they are: who hears them judges them. */
const decode = (body: Uint8Array): Request | Answer | Odd | undefined => {
  const [first = 0, type = 0, seq = 0] = body
  const board = first & 0x1f
  if (body.length < HEADER || board === 0) return undefined
  const is = NAMES.get(type)
  if (first >> 5 !== (is === undefined ? VERSION : versionOf(is))) return undefined
  if (is === undefined) return { is: 'odd', board, seq, type, why: 'type' }
  const entries = Object.entries<Width>(LAYOUTS[is].fields)
  const length = entries.reduce((sum, [, kind]) => sum + WIDTHS[kind], HEADER)
  if (body.length !== length) return { is: 'odd', board, seq, type, why: 'length' }
  let at = HEADER
  const values = entries.map(([field, kind]) => {
    const bytes = body.subarray(at, at + WIDTHS[kind])
    at += WIDTHS[kind]
    return [field, valueIn(bytes, kind)] as const
  })
  // The layout is the type: `MessageOf` is derived from it.
  return { is, board, seq, ...Object.fromEntries(values) } as Request | Answer
}

const FROM_BOARD = 0x80

const isAnswer = (message: Request | Answer | Odd): message is Answer =>
  message.is !== 'odd' && LAYOUTS[message.is].type >= FROM_BOARD

/** What the master hears. */
export const createAnswerFramer = (): Framer<Answer> =>
  createSegmentFramer(body => {
    const message = decode(body)
    return message !== undefined && isAnswer(message) ? message : undefined
  })

/** What a board hears; for the emulator. */
export const createRequestFramer = (): Framer<Request | Odd> =>
  createSegmentFramer(body => {
    const message = decode(body)
    if (message === undefined || (body[1] ?? 0) >= FROM_BOARD || isAnswer(message)) return undefined
    return message
  })
