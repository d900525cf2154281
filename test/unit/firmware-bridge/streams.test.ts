import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Framer } from '#firmware-bridge/link/framing.ts'
import * as cu16 from '#firmware-bridge/protocols/kerong-cu16/codec.ts'
import * as locks8a from '#firmware-bridge/protocols/locks-8a/codec.ts'
import * as modbus from '#firmware-bridge/protocols/modbus-scale/codec.ts'
import { seededRandom } from '#hardware/simulated/random.ts'
import { belowOf, fuzz } from '#test/lib/firmware-bridge-fuzz.ts'
import { PARSERS } from '#test/lib/firmware-bridge-parsers.ts'
import { cutStream, damagedStream, partsIn, standsIn } from '#test/lib/firmware-bridge-streams.ts'

const bits = (length: number) => fc.array(fc.boolean(), { minLength: length, maxLength: length })
const upTo = (max: number) => fc.integer({ min: 1, max })

/** A protocol as its master hears it: frames of its own, and how a frame goes back to bytes. */
type Case = {
  readonly name: string
  readonly createFramer: () => Framer<unknown>
  readonly frames: fc.Arbitrary<Uint8Array>
  /** Undefined for what is no reading, as the answer to an unlock, of which nothing is made. */
  readonly rebuild?: (frame: never) => Uint8Array | undefined
}

const all8a = (channels: locks8a.Channels): Case => ({
  name: `8A, ${channels} channels`,
  createFramer: () => locks8a.createReplyFramer({ all: channels }),
  frames: fc
    .record({ is: fc.constant('all' as const), board: upTo(32), contacts: bits(channels) })
    .map(locks8a.buildReply),
  rebuild: (frame: locks8a.Reply) => (frame.is === 'all' ? locks8a.buildReply(frame) : undefined),
})

const checksummed: readonly Case[] = [
  {
    name: 'KerOng CU16',
    createFramer: cu16.createReplyFramer,
    frames: fc
      .record({ board: fc.nat(15), hookClosed: bits(16), infrared: bits(16) })
      .map(cu16.buildStatusReply),
    rebuild: cu16.buildStatusReply,
  },
  all8a(16),
  all8a(24),
  all8a(32),
  {
    name: '8A, one lock',
    createFramer: () => locks8a.createReplyFramer('one'),
    frames: fc
      .record({ is: fc.constant('one' as const), board: upTo(32), lock: upTo(32), contact: fc.boolean() })
      .map(locks8a.buildReply),
    rebuild: locks8a.buildReply,
  },
  {
    name: 'Modbus RTU',
    createFramer: modbus.createResponseFramer,
    frames: fc
      .record({
        is: fc.constant('words' as const),
        slave: upTo(247),
        words: fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 5 }),
      })
      .map(modbus.buildResponse),
    rebuild: modbus.buildResponse,
  },
]

describe.each(PARSERS)('a stream to the parser of $name', ({ createFramer, frame, longest, ...parser }) => {
  const frames = fc.integer().map(seed => frame(belowOf(seededRandom(seed))))

  it('gives the same frames however it is cut', () => {
    fc.assert(
      fc.property(cutStream(frames), ({ whole, chunks }) => {
        expect(partsIn(createFramer, chunks)).toEqual(partsIn(createFramer, [whole]))
        const single = Array.from(whole, byte => Uint8Array.of(byte))
        expect(partsIn(createFramer, single)).toEqual(partsIn(createFramer, [whole]))
      }),
      { numRuns: 200 },
    )
  })

  it('that is damaged, or mere noise, never makes the parser throw or hoard', () => {
    fc.assert(
      fc.property(fc.oneof(damagedStream(frames), fc.uint8Array({ maxLength: 500 })), bytes => {
        expect(partsIn(createFramer, [bytes]).held).toBeLessThan(longest)
      }),
      { numRuns: 200 },
    )
    const framer = createFramer()
    for (let at = 0; at < 200; at++) framer.push(new Uint8Array(100).fill(at))
    expect(framer.held()).toBeLessThan(longest)
  })

  it('of 40,000 mutated bytes yields only what stands there, in bounded memory', () => {
    const {
      frames: count,
      wrong,
      held,
    } = fuzz({ ...parser, createFramer, frame, longest }, 40_000, seededRandom(1))
    expect(wrong).toBe(0)
    expect(held).toBeLessThan(longest)
    // Else nothing would have been judged.
    expect(count).toBeGreaterThan(100)
  })
})

describe.each(checksummed)('a frame of $name', ({ createFramer, frames, rebuild }) => {
  const readings = (bytes: Uint8Array): readonly Uint8Array[] =>
    partsIn(createFramer, [bytes]).frames.flatMap(frame => rebuild?.(frame as never) ?? [])

  it('is accepted out of a damaged stream only if it stands there byte for byte', () => {
    fc.assert(
      fc.property(damagedStream(frames), bytes => {
        expect(readings(bytes).filter(frame => !standsIn(bytes, frame))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('with one wrong byte, whichever, is not accepted, nor anything in its place', () => {
    fc.assert(
      fc.property(frames, fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, at, change) => {
        const index = at % frame.length
        expect(readings(frame.with(index, (frame[index] ?? 0) ^ change))).toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})
