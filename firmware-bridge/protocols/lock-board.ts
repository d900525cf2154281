import { LineError } from '../error.ts'
import type { Verdict } from '../link/framing.ts'

/** A number that may stand in an address; strings, fractions, NaN and whatever else may not. */
export const isWithin = (value: unknown, from: number, to: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to

/** E_LOCK_ADDRESS, permanent: no frame is built for this. */
export const addressRefused = (part: 'board' | 'lock', from: number, to: number): LineError =>
  new LineError('E_LOCK_ADDRESS', {
    zh: `锁地址无效：${part === 'board' ? '板号' : '锁号'}须为 ${from}–${to} 的整数`,
    en: `not a lock address: ${part} must be an integer ${from}–${to}`,
    kind: 'permanent',
  })

export type FixedFrame<F> = {
  readonly length: number
  /** Judges each byte before the checksum as soon as it has come. */
  readonly fits: (at: number, byte: number) => boolean
  /** Over all bytes before the last one. */
  readonly checksum: (body: Uint8Array) => number
  readonly decode: (frame: Uint8Array) => F
}

/** Looks for frames of one length: fixed bytes first, the checksum in the last byte. */
export const lookForFixed =
  <F>({ length, fits, checksum, decode }: FixedFrame<F>) =>
  (head: Uint8Array): Verdict<F> => {
    const frame = head.subarray(0, length)
    if (!frame.every((byte, at) => at === length - 1 || fits(at, byte))) return { is: 'noise' }
    if (frame.length < length) return { is: 'more' }
    if (frame[length - 1] !== checksum(frame.subarray(0, -1))) return { is: 'bad-checksum' }
    return { is: 'frame', length, frame: decode(frame) }
  }

/** Bit 0 of the first byte is the first lock. */
export const bitsOf = (bytes: Uint8Array): readonly boolean[] =>
  Array.from({ length: bytes.length * 8 }, (_, at) => (((bytes[at >> 3] ?? 0) >> (at & 7)) & 1) === 1)

/** The reverse of `bitsOf`: `length` bytes, what does not fit is left out. */
export const bytesOf = (bits: readonly boolean[], length: number): readonly number[] =>
  Array.from({ length }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((byte, bit, shift) => byte | (bit ? 1 << shift : 0), 0),
  )
