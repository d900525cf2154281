import { createFramer, type Framer, type Verdict } from '../../link/framing.ts'

/*
 * The part of Modbus RTU that weighing transmitters need (Modbus over Serial Line V1.02): read holding registers.
 * Framed by length and CRC, not by silence: behind a TCP gateway silences do not survive.
 */
const READ_HOLDING = 0x03
const EXCEPTION = 0x80
const REQUEST_LENGTH = 8
const EXCEPTION_LENGTH = 5
/** Address, function, count, two bytes of CRC. */
const RESPONSE_OVERHEAD = 5
export const MAX_WORDS = 125

/** CRC-16/MODBUS, sent low byte first. */
const crc16 = (bytes: Uint8Array): number =>
  bytes.reduce((crc, byte) => {
    let next = crc ^ byte
    for (let bit = 0; bit < 8; bit++) next = next & 1 ? (next >> 1) ^ 0xa001 : next >> 1
    return next
  }, 0xffff)

const withCrc = (bytes: readonly number[]): Uint8Array => {
  const crc = crc16(Uint8Array.from(bytes))
  return Uint8Array.from([...bytes, crc & 0xff, crc >> 8])
}

const crcHolds = (frame: Uint8Array): boolean =>
  crc16(frame.subarray(0, -2)) === ((frame.at(-2) ?? 0) | ((frame.at(-1) ?? 0) << 8))

const wordAt = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

/** Registers `address` … `address + words - 1` of one slave. */
export type ReadRequest = { readonly slave: number; readonly address: number; readonly words: number }

/** Throws RangeError outside the protocol: slave 1–247 (0 would be a broadcast), 1–125 words. */
export const buildRead = ({ slave, address, words }: ReadRequest): Uint8Array => {
  const fits = (value: number, from: number, to: number): boolean =>
    Number.isInteger(value) && value >= from && value <= to
  if (!fits(slave, 1, 247) || !fits(address, 0, 0xffff) || !fits(words, 1, MAX_WORDS)) {
    throw new RangeError(`modbus read out of range: slave 1–247, address 0–65535, 1–${MAX_WORDS} words`)
  }
  return withCrc([slave, READ_HOLDING, address >> 8, address & 0xff, words >> 8, words & 0xff])
}

export type ReadResponse =
  | { readonly is: 'words'; readonly slave: number; readonly words: readonly number[] }
  | { readonly is: 'exception'; readonly slave: number; readonly exception: number }

export const buildResponse = (response: ReadResponse): Uint8Array => {
  if (response.is === 'exception')
    return withCrc([response.slave, READ_HOLDING | EXCEPTION, response.exception])
  const data = response.words.flatMap(word => [(word >> 8) & 0xff, word & 0xff])
  return withCrc([response.slave, READ_HOLDING, data.length, ...data])
}

const responseLength = (head: Uint8Array): number | 'more' | 'noise' => {
  const [slave = 0, fn, count] = head
  if (head.length >= 1 && (slave < 1 || slave > 247)) return 'noise'
  if (fn === undefined) return 'more'
  if (fn === (READ_HOLDING | EXCEPTION)) return EXCEPTION_LENGTH
  if (fn !== READ_HOLDING) return 'noise'
  if (count === undefined) return 'more'
  return count >= 2 && count <= MAX_WORDS * 2 && count % 2 === 0 ? RESPONSE_OVERHEAD + count : 'noise'
}

const decodeResponse = (frame: Uint8Array): ReadResponse => {
  const slave = frame[0] ?? 0
  if (frame[1] !== READ_HOLDING) return { is: 'exception', slave, exception: frame[2] ?? 0 }
  const words = Array.from({ length: (frame[2] ?? 0) / 2 }, (_, at) => wordAt(frame, 3 + at * 2))
  return { is: 'words', slave, words }
}

const lookForResponse = (head: Uint8Array): Verdict<ReadResponse> => {
  const length = responseLength(head)
  if (typeof length === 'string') return { is: length }
  if (head.length < length) return { is: 'more' }
  const frame = head.subarray(0, length)
  if (!crcHolds(frame)) return { is: 'bad-checksum' }
  return { is: 'frame', length, frame: decodeResponse(frame) }
}

/** What the master hears. */
export const createResponseFramer = (): Framer<ReadResponse> =>
  createFramer({ maxBytes: RESPONSE_OVERHEAD + MAX_WORDS * 2, look: lookForResponse })

const lookForRequest = (head: Uint8Array): Verdict<ReadRequest> => {
  if (head.length >= 2 && head[1] !== READ_HOLDING) return { is: 'noise' }
  if (head.length < REQUEST_LENGTH) return { is: 'more' }
  const frame = head.subarray(0, REQUEST_LENGTH)
  if (!crcHolds(frame)) return { is: 'bad-checksum' }
  const request = { slave: frame[0] ?? 0, address: wordAt(frame, 2), words: wordAt(frame, 4) }
  return { is: 'frame', length: REQUEST_LENGTH, frame: request }
}

/** What a slave hears; for the emulator. */
export const createRequestFramer = (): Framer<ReadRequest> =>
  createFramer({ maxBytes: REQUEST_LENGTH, look: lookForRequest })
