import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildStatusQuery,
  buildStatusReply,
  buildUnlock,
  createReplyFramer,
  type LockAddress,
  lockAddress,
  type StatusReply,
} from '#firmware-bridge/protocols/kerong-cu48/codec.ts'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const GOLDEN_REPLY = hex('02 00 00 65 07 00 00 00 00 C0 03 31')
const CLOSED_IN_GOLDEN = [1, 2, 3, 47, 48]

const closedLocks = ({ hookClosed }: StatusReply): readonly number[] =>
  hookClosed.flatMap((closed, at) => (closed ? [at + 1] : []))

/** Frames, and how many bytes were explicitly dropped or are still held. */
const parseIn = (chunks: readonly Uint8Array[]) => {
  const framer = createReplyFramer()
  const parts = chunks.flatMap(chunk => [...framer.push(chunk)])
  return {
    frames: parts.flatMap(part => (part.is === 'frame' ? [part.frame] : [])),
    discarded: parts.reduce((count, part) => count + (part.is === 'discarded' ? part.bytes.length : 0), 0),
    bad: parts.filter(part => part.is === 'discarded' && part.why === 'bad-checksum').length,
    held: framer.held(),
  }
}

const anyReply = fc.record({
  board: fc.integer({ min: 0, max: 9 }),
  hookClosed: fc.array(fc.boolean(), { minLength: 48, maxLength: 48 }),
})

const cut = (bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] => {
  const at = [0, ...cuts.map(each => each % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, index) => bytes.slice(at[index], end))
}

describe('KerOng CU48 frames', () => {
  it("match the vendor's golden bytes", () => {
    expect(buildStatusQuery(0)).toEqual(hex('02 00 00 50 03 55'))
    expect(buildUnlock(lockAddress({ board: 0, lock: 1 }))).toEqual(hex('02 00 00 51 03 56'))
    expect(buildUnlock(lockAddress({ board: 9, lock: 48 }))).toEqual(hex('02 09 2F 51 03 8E'))
    const { frames } = parseIn([GOLDEN_REPLY])
    expect(frames.map(closedLocks)).toEqual([CLOSED_IN_GOLDEN])
    expect(frames.map(buildStatusReply)).toEqual([GOLDEN_REPLY])
  })

  it('are found at every split, with junk before and behind', () => {
    for (let at = 0; at <= GOLDEN_REPLY.length; at++) {
      const chunks = [hex('02 00'), GOLDEN_REPLY.slice(0, at), GOLDEN_REPLY.slice(at), hex('FF 03')]
      const { frames, discarded, held } = parseIn(chunks)
      expect(frames.map(closedLocks)).toEqual([CLOSED_IN_GOLDEN])
      expect(discarded + held).toBe(4)
    }
  })

  it('with data bytes equal to STX and ETX are framed by length and checksum', () => {
    const reply = hex('02 03 00 65 02 03 02 03 02 03 03 7C')
    expect(parseIn([reply, reply]).frames).toHaveLength(2)
  })

  it('of any stream come out the same however it is cut', () => {
    const stream = fc.array(fc.oneof(anyReply.map(buildStatusReply), fc.uint8Array({ maxLength: 20 })), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (pieces, cuts) => {
        const bytes = Uint8Array.from(pieces.flatMap(piece => [...piece]))
        expect(parseIn(cut(bytes, cuts))).toEqual(parseIn([bytes]))
      }),
      { numRuns: 300 },
    )
  })

  it('that are damaged never make the parser throw, hoard or lose count of a byte', () => {
    fc.assert(
      fc.property(
        fc.array(anyReply, { minLength: 1, maxLength: 5 }),
        fc.array(fc.tuple(fc.nat(), fc.nat(255))),
        (replies, hits) => {
          const bytes = Uint8Array.from(replies.flatMap(reply => [...buildStatusReply(reply)]))
          for (const [at, value] of hits) bytes[at % bytes.length] = value
          const { frames, discarded, held } = parseIn([bytes])
          expect(frames.length * 12 + discarded + held).toBe(bytes.length)
          expect(held).toBeLessThan(12)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('with a wrong checksum are counted as such and dropped', () => {
    const bad = GOLDEN_REPLY.with(11, 0x32)
    expect(parseIn([bad, GOLDEN_REPLY])).toMatchObject({ bad: 1, discarded: 12, held: 0 })
  })
})

describe('the KerOng frame builder', () => {
  const anything = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.string(),
    fc.constantFrom(0x0a, 0x30, 0x31, 49, -1, 255, 256, 304),
    fc.anything(),
  )
  const refusal = expect.objectContaining({ code: 'E_LOCK_ADDRESS', kind: 'permanent' })

  it('cannot be made to address all locks or all boards by any value whatever', () => {
    fc.assert(
      fc.property(anything, anything, (board, lock) => {
        const forged = { board, lock } as unknown as LockAddress
        for (const build of [() => buildUnlock(forged), () => buildStatusQuery(board as number)]) {
          let frame: Uint8Array | undefined
          try {
            frame = build()
          } catch (error) {
            expect(error).toEqual(refusal)
          }
          if (frame === undefined) continue
          expect(frame[1]).toBeLessThanOrEqual(0x09)
          expect(frame[2]).toBeLessThanOrEqual(0x2f)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('refuses an address that changes between being checked and being used', () => {
    let reads = 0
    const shifty = Object.defineProperty({ board: 0 }, 'lock', { get: () => (reads++ === 0 ? 1 : 49) })
    expect(buildUnlock(shifty as unknown as LockAddress)).toEqual(hex('02 00 00 51 03 56'))
  })

  it.each([
    { board: 10, lock: 1 },
    { board: 0, lock: 0 },
    { board: 0, lock: 49 },
    { board: 1.5, lock: 1 },
    { board: 0, lock: Number.NaN },
  ])('refuses %o', address => {
    expect(() => lockAddress(address)).toThrow(refusal)
  })
})
