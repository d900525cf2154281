import type { Framer } from '#firmware-bridge/link/framing.ts'
import type { Random } from '#hardware/simulated/random.ts'

const ROUND_BYTES = 4_096
const MAX_CHUNK = 300

/** An integer from 0 up to, not including, `limit`. */
export type Below = (limit: number) => number

export const belowOf =
  (random: Random): Below =>
  limit =>
    Math.floor(random() * limit)

/** A parser of the wire, whole frames for it, and what it may hold and say. */
export type Parser<F = never> = {
  readonly name: string
  readonly createFramer: () => Framer<F>
  /** Bytes of the longest frame or line; it may never hold so many. */
  readonly longest: number
  readonly frame: (below: Below) => Uint8Array
  /** Does this frame stand in the bytes, judged another way than by the parser? Left out where there is no other way. */
  readonly stands?: (frame: F, seen: Buffer) => boolean
}

/** Noise, or a line stuck at one value for longer than any frame. */
const junk = (below: Below): Uint8Array =>
  below(10) === 0
    ? new Uint8Array(below(3_000)).fill(below(256))
    : Uint8Array.from({ length: 1 + below(20) }, () => below(256))

/** Frames and junk in a row, then some bytes changed. */
const mutated = (frame: Parser['frame'], below: Below): Buffer => {
  const pieces: Uint8Array[] = []
  for (let length = 0; length < ROUND_BYTES; length += pieces.at(-1)?.length ?? 0)
    pieces.push(below(20) === 0 ? junk(below) : frame(below))
  const bytes = Buffer.concat(pieces)
  for (let hit = below(bytes.length >> 3); hit > 0; hit--) bytes[below(bytes.length)] = below(256)
  return bytes
}

export type Fuzzed = {
  readonly bytes: number
  readonly frames: number
  /** Accepted frames that stand nowhere in the stream. */
  readonly wrong: number
  /** The most bytes held after a push. */
  readonly held: number
  /** Bytes given back as no part of a frame. */
  readonly discarded: number
  /** The parser's own time. */
  readonly ms: number
}

/** Pushes at least `count` mutated bytes through a fresh parser, in chunks of any length. A throw passes on. */
export const fuzz = (parser: Parser, count: number, random: Random): Fuzzed => {
  const { frame, longest, stands } = parser as unknown as Parser<unknown>
  const below = belowOf(random)
  const framer = parser.createFramer() as Framer<unknown>
  const sum = { bytes: 0, frames: 0, wrong: 0, held: 0, discarded: 0, ms: 0 }
  let tail = Buffer.alloc(0)
  while (sum.bytes < count) {
    const bytes = mutated(frame, below)
    const seen = Buffer.concat([tail, bytes])
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + 1 + below(MAX_CHUNK))
      // A frame may stand only in what has been pushed by now.
      const pushed = seen.subarray(0, tail.length + end)
      const before = performance.now()
      const parts = framer.push(bytes.subarray(at, end))
      sum.ms += performance.now() - before
      for (const part of parts) {
        if (part.is === 'discarded') sum.discarded += part.bytes.length
        else {
          sum.frames += 1
          if (stands?.(part.frame, pushed) === false) sum.wrong += 1
        }
      }
      sum.held = Math.max(sum.held, framer.held())
      at = end
    }
    sum.bytes += bytes.length
    tail = Buffer.from(seen.subarray(-longest))
  }
  return sum
}
