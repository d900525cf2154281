import fc from 'fast-check'
import type { Framer, Part } from '#firmware-bridge/link/framing.ts'

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

export const text = (line: string): Uint8Array => Uint8Array.from(Buffer.from(line, 'latin1'))

/** What a fresh parser makes of the chunks, and how many bytes it still holds. */
export const partsIn = <F>(createFramer: () => Framer<F>, chunks: readonly Uint8Array[]) => {
  const framer = createFramer()
  const parts: readonly Part<F>[] = chunks.flatMap(chunk => [...framer.push(chunk)])
  return {
    frames: parts.flatMap(part => (part.is === 'frame' ? [part.frame] : [])),
    discarded: parts.reduce((count, part) => count + (part.is === 'discarded' ? part.bytes.length : 0), 0),
    bad: parts.filter(part => part.is === 'discarded' && part.why === 'bad-checksum').length,
    held: framer.held(),
  }
}

/** A stream and the same stream cut anywhere, made of `pieces` with junk between. */
export const cutStream = (pieces: fc.Arbitrary<Uint8Array>) =>
  fc
    .tuple(
      fc.array(fc.oneof(pieces, pieces, fc.uint8Array({ maxLength: 12 })), { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 12 }),
    )
    .map(([parts, cuts]) => {
      const whole = Uint8Array.from(parts.flatMap(part => [...part]))
      const at = [0, ...cuts.map(each => each % (whole.length + 1)).sort((a, b) => a - b), whole.length]
      return { whole, chunks: at.slice(1).map((end, index) => whole.slice(at[index], end)) }
    })

/** Whole frames with some of their bytes changed. */
export const damagedStream = (pieces: fc.Arbitrary<Uint8Array>) =>
  fc
    .tuple(
      fc.array(pieces, { minLength: 1, maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
    )
    .map(([parts, hits]) => {
      const bytes = Uint8Array.from(parts.flatMap(part => [...part]))
      for (const [at, value] of hits) bytes[at % bytes.length] = value
      return bytes
    })

export const standsIn = (stream: Uint8Array, frame: Uint8Array): boolean =>
  Buffer.from(stream).includes(Buffer.from(frame))

/** Whatever a program, a form or an enemy could hand to a builder. */
export const anything = fc.oneof(
  fc.integer(),
  fc.integer({ min: -1, max: 300 }),
  fc.double(),
  fc.string(),
  fc.constantFrom(0x0a, 0x30, 0x33, 0x9a, 0x9d, '0', '1', '0x33', 2 ** 32 + 1),
  fc.anything(),
)

/** The frame, or undefined when the builder refused; any other error than its refusal passes on. */
export const builtOrRefused = (build: () => Uint8Array): Uint8Array | undefined => {
  try {
    return build()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'E_LOCK_ADDRESS') return undefined
    throw error
  }
}
