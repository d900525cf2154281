import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Answer,
  createAnswerFramer,
  createRequestFramer,
  encode,
  lockAddress,
  type Request,
} from '#firmware-bridge/protocols/yaogui-board/codec.ts'
import { LAYOUTS, LIMITS, type Width } from '#firmware-bridge/protocols/yaogui-board/layouts.ts'
import {
  anything,
  builtOrRefused,
  cutStream,
  damagedStream,
  partsIn,
  standsIn,
} from '#test/lib/firmware-bridge-streams.ts'

const RANGES = {
  u8: [0, 0xff],
  u16: [0, 0xffff],
  u32: [0, 0xffff_ffff],
  i32: [-(2 ** 31), 2 ** 31 - 1],
} as const

const anyOf = (is: string, field: string, kind: Width): fc.Arbitrary<unknown> => {
  if (kind === 'b8' || kind === 'b16') {
    const length = kind === 'b8' ? 8 : 16
    return fc.array(fc.nat(255), { minLength: length, maxLength: length })
  }
  const [min, max] = LIMITS[`${is}.${field}`] ?? RANGES[kind]
  return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max, Math.max(min, 0)))
}

const messages = (names: readonly string[]) =>
  fc.oneof(
    ...Object.entries(LAYOUTS)
      .filter(([is]) => names.includes(is))
      .map(([is, { fields }]) =>
        fc.record({
          is: fc.constant(is),
          board: fc.integer({ min: 1, max: 31 }),
          seq: fc.nat(255),
          ...Object.fromEntries(
            Object.entries<Width>(fields).map(([field, kind]) => [field, anyOf(is, field, kind)]),
          ),
        }),
      ),
  )

const NAMES = Object.keys(LAYOUTS)
const isAsked = (is: string): boolean => LAYOUTS[is as keyof typeof LAYOUTS].type < 0x80
const requests = messages(NAMES.filter(isAsked)) as unknown as fc.Arbitrary<Request>
const answers = messages(NAMES.filter(is => !isAsked(is))) as unknown as fc.Arbitrary<Answer>

const answerBytes = answers.map(encode)
const heard = (bytes: Uint8Array) => partsIn(createAnswerFramer, [bytes]).frames

describe('frames of our own board', () => {
  it('come back as they were sent', () => {
    fc.assert(
      fc.property(answers, answer => {
        expect(heard(encode(answer))).toEqual([answer])
      }),
      { numRuns: 1_000 },
    )
    fc.assert(
      fc.property(requests, request => {
        expect(partsIn(createRequestFramer, [encode(request)]).frames).toEqual([request])
      }),
      { numRuns: 1_000 },
    )
  })

  it('hold no 00 but at their ends, and no more than 64 bytes between', () => {
    fc.assert(
      fc.property(fc.oneof(answers, requests), message => {
        const bytes = encode(message)
        expect([bytes[0], bytes.at(-1)]).toEqual([0, 0])
        expect(bytes.slice(1, -1).includes(0)).toBe(false)
        expect(bytes.length).toBeLessThanOrEqual(66)
      }),
    )
  })

  it('are the same however the stream is cut, and with any junk between', () => {
    fc.assert(
      fc.property(cutStream(answerBytes), ({ whole, chunks }) => {
        expect(partsIn(createAnswerFramer, chunks)).toEqual(partsIn(createAnswerFramer, [whole]))
      }),
      { numRuns: 500 },
    )
  })

  it('are found behind any noise, at once', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), answers, (noise, answer) => {
        const { frames, held } = partsIn(createAnswerFramer, [noise, encode(answer)])
        expect(frames.at(-1)).toEqual(answer)
        expect(held).toBe(0)
      }),
      { numRuns: 500 },
    )
  })

  it('are accepted out of a damaged stream only where they stand byte for byte', () => {
    fc.assert(
      fc.property(damagedStream(answerBytes), bytes => {
        const wrong = heard(bytes).filter(frame => !standsIn(bytes, encode(frame).subarray(1)))
        expect(wrong).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })

  it('never make the parser throw or hoard', () => {
    fc.assert(
      fc.property(fc.oneof(damagedStream(answerBytes), fc.uint8Array({ maxLength: 500 })), bytes => {
        expect(partsIn(createAnswerFramer, [bytes]).held).toBeLessThanOrEqual(64)
      }),
      { numRuns: 500 },
    )
    const framer = createAnswerFramer()
    for (let at = 0; at < 200; at++) framer.push(new Uint8Array(100).fill(at))
    expect(framer.held()).toBeLessThanOrEqual(64)
  })

  it('that are pushed half-way survive the start of a new exchange', () => {
    const bytes = encode({ is: 'subscribed', board: 1, seq: 1, boot: 1, periodMs: 100 })
    const framer = createAnswerFramer()
    framer.push(bytes.slice(0, 5))
    expect(framer.reset()).toEqual([])
    expect(framer.push(bytes.slice(5))).toMatchObject([{ is: 'frame' }])
  })

  it('of the master are nothing to a master, and a board’s nothing to a board', () => {
    fc.assert(
      fc.property(requests, request => {
        expect(heard(encode(request))).toEqual([])
      }),
    )
    fc.assert(
      fc.property(answerBytes, bytes => {
        expect(partsIn(createRequestFramer, [bytes]).frames).toEqual([])
      }),
    )
  })
})

describe('an unlock frame', () => {
  const order = { seq: 1, boot: 1, id: 1, until: 1, pulseMs: 400 }

  it('names one valid lock, or there is none: for whatever is given as board and lock', () => {
    fc.assert(
      fc.property(anything, anything, (board, lock) => {
        const frame = builtOrRefused(() =>
          encode({ is: 'unlock', ...order, board: board as number, lock: lock as number }),
        )
        if (frame === undefined) return
        expect(partsIn(createRequestFramer, [frame]).frames).toEqual([
          { is: 'unlock', ...order, board, lock },
        ])
        expect(Number.isInteger(board) && Number(board) >= 1 && Number(board) <= 31).toBe(true)
        expect(Number.isInteger(lock) && Number(lock) >= 1 && Number(lock) <= 16).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })

  it('exists for 31 × 16 locks and not one more', () => {
    const built = new Set<string>()
    const numbers = [
      ...Array.from({ length: 40 }, (_, at) => at - 2),
      0x30,
      0x7f,
      0x80,
      0xff,
      256,
      257,
      65_537,
    ]
    for (const board of numbers)
      for (const lock of numbers) {
        const frame = builtOrRefused(() => encode({ is: 'unlock', ...order, board, lock }))
        if (frame) built.add(Buffer.from(frame).toString('hex'))
      }
    expect(built.size).toBe(31 * 16)
  })

  it('is never of a pulse above 1000 ms, or of none', () => {
    for (const pulseMs of [0, 19, 1_001, 65_535, 65_536 + 400, -1, 0.5, Number.NaN])
      expect(() => encode({ is: 'unlock', ...order, board: 1, lock: 1, pulseMs })).toThrow(
        expect.objectContaining({ code: 'E_FRAME_RANGE' }),
      )
  })

  it('has an address only from the checking constructor', () => {
    expect(lockAddress({ board: 31, lock: 16 })).toEqual({ board: 31, lock: 16 })
    for (const bad of [
      { board: 0, lock: 1 },
      { board: 32, lock: 1 },
      { board: 1, lock: 0 },
      { board: 1, lock: 17 },
    ])
      expect(() => lockAddress(bad)).toThrow(expect.objectContaining({ code: 'E_LOCK_ADDRESS' }))
  })
})
