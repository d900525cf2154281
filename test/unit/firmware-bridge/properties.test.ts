import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as cu16 from '#firmware-bridge/protocols/kerong-cu16/codec.ts'
import * as cu48 from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import * as locks8a from '#firmware-bridge/protocols/locks-8a/codec.ts'
import * as modbus from '#firmware-bridge/protocols/modbus-scale/codec.ts'
import * as yaogui from '#firmware-bridge/protocols/yaogui-board/codec.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import { runFrame } from '#test/lib/cli-frame.ts'
import { partsIn } from '#test/lib/firmware-bridge-streams.ts'

/*
 * What a frame does is judged here by its bytes alone, as the boards' documents tell it (PROTOCOLS, "Lock boards"), and by
 * nothing of the code under test.
 */
type Judged = {
  readonly name: string
  /** Numbers of boards and locks that people use. */
  readonly boards: readonly [from: number, to: number]
  readonly locks: number
  /** The one lock whose coil this frame energises for as long as the board itself thinks right; `none`; or `danger`. */
  readonly judge: (frame: Uint8Array) => { readonly board: number; readonly lock: number } | 'none' | 'danger'
  /** Every builder that takes numbers from outside. */
  readonly builders: readonly ((board: never, lock: never) => Uint8Array)[]
}

const CU48: Judged = {
  name: 'kerong-cu48',
  boards: [0, 9],
  locks: 48,
  judge: ([stx, addr = 0xff, lock = 0xff, cmd]) => {
    if (stx !== 0x02 || addr >= 0x0a || lock >= 0x30 || (cmd !== 0x50 && cmd !== 0x51)) return 'danger'
    return cmd === 0x50 ? 'none' : { board: addr, lock: lock + 1 }
  },
  builders: [
    (board, lock) => cu48.buildUnlock(cu48.lockAddress({ board, lock })),
    (board, lock) => cu48.buildUnlock({ board, lock } as never),
    board => cu48.buildStatusQuery(board),
  ],
}

const CU16: Judged = {
  name: 'kerong-cu16',
  boards: [0, 15],
  locks: 16,
  judge: ([stx, addr = 0, cmd]) => {
    if (stx !== 0x02 || (cmd !== 0x30 && cmd !== 0x31)) return 'danger'
    return cmd === 0x30 ? 'none' : { board: addr >> 4, lock: (addr & 0x0f) + 1 }
  },
  builders: [
    (board, lock) => cu16.buildUnlock(cu16.lockAddress({ board, lock })),
    (board, lock) => cu16.buildUnlock({ board, lock } as never),
    board => cu16.buildStatusQuery(board),
  ],
}

const LOCKS_8A: Judged = {
  name: 'locks-8a',
  boards: [1, 32],
  locks: 32,
  judge: ([head, board = 0, lock = 0, fn]) => {
    if (head === 0x80) return fn === 0x33 ? 'none' : 'danger'
    return head === 0x8a && lock > 0 && fn === 0x11 ? { board, lock } : 'danger'
  },
  builders: [
    (board, lock) => locks8a.buildUnlock(locks8a.lockAddress({ board, lock })),
    (board, lock) => locks8a.buildUnlock({ board, lock } as never),
    (board, lock) => locks8a.buildReadOne(locks8a.lockAddress({ board, lock })),
    board => locks8a.buildReadAll(board),
  ],
}

const order = { seq: 1, boot: 1, id: 1, until: 1_000 } as const

const YAOGUI: Judged = {
  name: 'yaogui-board',
  boards: [1, 31],
  locks: 16,
  judge: frame => {
    const [heard] = partsIn(yaogui.createRequestFramer, [frame]).frames
    if (heard?.is === 'state') return 'none'
    if (heard?.is !== 'unlock' || heard.lock < 1 || heard.lock > 16 || heard.pulseMs > 1_000) return 'danger'
    return { board: heard.board, lock: heard.lock }
  },
  builders: [
    (board, lock) =>
      yaogui.encode({ is: 'unlock', ...order, ...yaogui.lockAddress({ board, lock }), pulseMs: 400 }),
    (board, lock) => yaogui.encode({ is: 'unlock', ...order, board, lock, pulseMs: 400 }),
    (_, lock) => yaogui.encode({ is: 'unlock', ...order, board: 1, lock: 1, pulseMs: lock }),
    board => yaogui.encode({ is: 'state', seq: 1, board }),
  ],
}

const BOARDS = [CU48, CU16, LOCKS_8A, YAOGUI]

/** What a form, a file, a program or an enemy may hand over as a number. */
const words = fc.oneof(
  fc.constantFrom('', ' ', '0x0A', '0x30', '48 ', ' 1', '+1', '-1', '1.0', '1e1', '01', '1,1', '1_0', 'NaN'),
  fc.constantFrom(
    'Infinity',
    'null',
    'undefined',
    'true',
    'all',
    '全部',
    '４８',
    '٤٨',
    '１',
    'Ⅷ',
    '1\u0000',
    '\u200b1',
  ),
  fc.integer({ min: -2, max: 300 }).map(String),
  fc.bigInt().map(String),
  fc.string(),
  fc.string({ unit: 'binary' }),
)
const numbers = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -2, max: 300 }) },
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.integer({ min: -2, max: 60 }).map(n => n + 0.5),
  // What a byte or a 32-bit operation would cut down to something that looks right.
  fc
    .tuple(fc.integer({ min: -2, max: 60 }), fc.constantFrom(2 ** 8, 2 ** 16, 2 ** 32))
    .map(([n, by]) => n + by),
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    1e308,
    Number.MAX_VALUE,
  ),
)
/** Gives another answer each time it is asked. */
const shifty = fc.tuple(numbers, numbers).map(([first, then]) => {
  let asked = 0
  return {
    valueOf: () => (asked++ === 0 ? first : then),
    [Symbol.toPrimitive]: () => (asked++ === 0 ? first : then),
  }
})
const values = fc.oneof({ weight: 3, arbitrary: numbers }, words, shifty, fc.bigInt(), fc.anything())

const builtOr = (build: () => Uint8Array): Uint8Array | undefined => {
  try {
    return build()
  } catch (error) {
    // A refusal has a code; anything else would be an accident.
    expect(error).toMatchObject({
      code: expect.stringMatching(/^E_(?:LOCK_ADDRESS|FRAME_RANGE)$/),
      kind: 'permanent',
    })
    return undefined
  }
}

const fits = ({ boards: [from, to], locks }: Judged, board: unknown, lock: unknown): boolean =>
  Number.isInteger(board) &&
  Number.isInteger(lock) &&
  Number(board) >= from &&
  Number(board) <= to &&
  Number(lock) >= 1 &&
  Number(lock) <= locks

describe.each(BOARDS)('for any board and lock whatever, $name', judged => {
  const { name, judge, builders } = judged

  it('is never told by a builder to open all or hold power', () => {
    fc.assert(
      fc.property(values, values, (board, lock) => {
        for (const build of builders) {
          const frame = builtOr(() => build(board as never, lock as never))
          if (frame !== undefined) expect(judge(frame)).not.toBe('danger')
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('is told to open that lock and no other, or nothing is built', () => {
    const [unlock = () => Uint8Array.of()] = builders
    fc.assert(
      fc.property(values, values, (board, lock) => {
        const frame = builtOr(() => unlock(board as never, lock as never))
        // -0 is the number 0.
        const expected = fits(judged, board, lock) ? { board: Number(board) + 0, lock } : undefined
        expect(frame && judge(frame)).toEqual(expected)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is told so by an address that says one thing to the check and another to the frame', () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, numbers, (...told) => {
        for (const build of builders.slice(0, 2)) {
          let asked = 0
          const next = { valueOf: () => told[asked++ % told.length] }
          const frame = builtOr(() => build(next as never, next as never))
          if (frame !== undefined) expect(judge(frame)).not.toBe('danger')
        }
      }),
    )
  })

  it('gets no frame from `yaogui frame` but for a decimal number in range; the exit code is 2 then', async () => {
    const rest = name === 'yaogui-board' ? ['--boot=1', '--id=1', '--until=1000'] : []
    await fc.assert(
      fc.asyncProperty(words, words, async (board, lock) => {
        const { out, code, exit } = await runFrame(
          name,
          'unlock',
          `--board=${board}`,
          `--lock=${lock}`,
          ...rest,
        )
        const typed = [board, lock].map(word => (/^[0-9]{1,10}$/.test(word) ? Number(word) : Number.NaN))
        if (!fits(judged, typed[0], typed[1])) {
          expect([out, exit]).toEqual([[], 2])
          expect(code).toMatch(/^E_(?:LOCK_ADDRESS|FRAME_RANGE|USAGE)$/)
          return
        }
        const frame = Uint8Array.from(Buffer.from((out[0] ?? '').replaceAll(' ', ''), 'hex'))
        expect([judge(frame), exit]).toEqual([{ board: typed[0], lock: typed[1] }, undefined])
      }),
      { numRuns: 300 },
    )
  })

  it('is not accepted into a cabinet plan out of range', () => {
    const planOf = (board: unknown, lock: unknown, pulseMs: unknown) => ({
      version: 1,
      lines: ['l', 's'].map(id => ({ id, type: 'tcp', host: '127.0.0.1', port: id === 'l' ? 4001 : 4002 })),
      lockBoards: [{ line: 'l', board, channels: 32, sensor: 'shorts-when-open' }].filter(
        () => name === 'locks-8a',
      ),
      drawers: [
        {
          id: 'D01',
          lock: { driver: name, line: 'l', board, lock },
          scale: { driver: 'mt-sics', line: 's' },
          pulseMs,
        },
      ],
      thermometers: [],
    })
    const written = fc.oneof({ weight: 3, arbitrary: numbers }, words, fc.jsonValue())
    const pulse = fc.oneof(fc.integer({ min: 100, max: 1_000 }), numbers)
    fc.assert(
      fc.property(written, written, pulse, (board, lock, pulseMs) => {
        const inRange = Number.isInteger(pulseMs) && pulseMs >= 100 && pulseMs <= 1_000
        expect(checkPlan(planOf(board, lock, pulseMs)).ok).toBe(fits(judged, board, lock) && inRange)
      }),
      { numRuns: 250 },
    )
  })
})

describe('for any numbers whatever', () => {
  it('a scale’s bus is only ever asked to read, and never all slaves at once', () => {
    fc.assert(
      fc.property(values, values, values, (slave, address, count) => {
        try {
          const frame = modbus.buildRead({ slave, address, words: count } as never)
          expect(frame[1]).toBe(0x03)
          expect(frame[0]).toBe(Number(slave))
          expect(frame[0]).toBeGreaterThan(0)
        } catch (error) {
          if (!(error instanceof RangeError)) throw error
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
