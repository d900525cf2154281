import type { Framer, Part } from '../../link/framing.ts'

/*
 * Frames on the wire (docs/firmware-protocol.md, "Framing"): 00, COBS(body, CRC high, CRC low), 00. No other byte of a
 * frame is 00, so a receiver that has lost its place finds the next frame for certain.
 */

/** The longest run between two delimiters that a receiver has to keep. */
const MAX_SEGMENT = 64

/** CRC-16/IBM-3740 (CCITT-FALSE): polynomial 1021, from FFFF, not reflected, no final XOR. `123456789` gives 29B1. */
export const crc16 = (bytes: Uint8Array): number =>
  bytes.reduce((crc, byte) => {
    let next = crc ^ (byte << 8)
    for (let bit = 0; bit < 8; bit++) next = next & 0x8000 ? ((next << 1) ^ 0x1021) & 0xffff : next << 1
    return next
  }, 0xffff)

/** Consistent overhead byte stuffing of less than 254 bytes: one byte more, none of them 00. */
export const stuff = (bytes: Uint8Array): readonly number[] => {
  const coded = [0]
  let code = 0
  for (const byte of bytes) {
    if (byte !== 0) {
      coded.push(byte)
      continue
    }
    coded[code] = coded.length - code
    code = coded.length
    coded.push(0)
  }
  coded[code] = coded.length - code
  return coded
}

/** Undoes `stuff`; undefined where the codes do not end with the last byte. */
const unstuff = (coded: Uint8Array): Uint8Array | undefined => {
  const bytes: number[] = []
  let at = 0
  while (at < coded.length) {
    const next = at + (coded[at] ?? 0)
    if (next > coded.length) return undefined
    bytes.push(...coded.subarray(at + 1, next))
    if (next < coded.length) bytes.push(0)
    at = next
  }
  return Uint8Array.from(bytes)
}

/** A whole frame of the wire around `body`. */
export const wrap = (body: readonly number[]): Uint8Array => {
  const crc = crc16(Uint8Array.from(body))
  return Uint8Array.from([0, ...stuff(Uint8Array.from([...body, crc >> 8, crc & 0xff])), 0])
}

/** The CRC of a body together with its own CRC is 0. */
const bodyOf = (segment: Uint8Array): Uint8Array | 'noise' | 'bad-checksum' => {
  const bytes = unstuff(segment)
  if (bytes === undefined || bytes.length < 2) return 'noise'
  return crc16(bytes) === 0 ? bytes.subarray(0, -2) : 'bad-checksum'
}

/**
 * Cuts a stream at its delimiters. What stands between two of them is a frame as a whole or dropped as a whole; nothing
 * is read out of a tail. `read` gives undefined for a body that means nothing here.
 *
 * `reset` gives nothing up: the delimiter in front of the next frame does, and a pushed sample may be half-way in.
 */
export const createSegmentFramer = <F>(read: (body: Uint8Array) => F | undefined): Framer<F> => {
  let held: number[] = []
  let overlong = false

  const judge = (segment: Uint8Array): Part<F> => {
    const body = bodyOf(segment)
    const frame = typeof body === 'string' ? undefined : read(body)
    if (frame !== undefined) return { is: 'frame', frame }
    return { is: 'discarded', why: body === 'bad-checksum' ? body : 'noise', bytes: segment }
  }
  const flush = (): readonly Part<F>[] => {
    const segment = Uint8Array.from(held)
    held = []
    if (segment.length === 0) return []
    return overlong ? [{ is: 'discarded', why: 'noise', bytes: segment }] : [judge(segment)]
  }
  return {
    push: bytes => {
      const parts: Part<F>[] = []
      for (const byte of bytes) {
        if (byte === 0) {
          parts.push(...flush())
          overlong = false
          continue
        }
        if (held.length === MAX_SEGMENT) {
          overlong = true
          parts.push(...flush())
        }
        held.push(byte)
      }
      return parts
    },
    reset: () => [],
    held: () => held.length,
  }
}
