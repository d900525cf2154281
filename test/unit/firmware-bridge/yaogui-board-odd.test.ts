import { describe, expect, it } from 'vitest'
import { createConversation } from '#firmware-bridge/link/conversation.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import { createYaoguiBus } from '#firmware-bridge/protocols/yaogui-board/board.ts'
import {
  type Answer,
  createRequestFramer,
  encode,
  lockAddress,
  type Odd,
  type Request,
} from '#firmware-bridge/protocols/yaogui-board/codec.ts'
import { OUTCOMES } from '#firmware-bridge/protocols/yaogui-board/layouts.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

const BOOT = 7
const about = { board: 1, boot: BOOT }
const GREETING = {
  ...about,
  is: 'greeting',
  ...{ min: 1, max: 1, cause: 1, flags: 0, locks: 4, scales: 0, thermometers: 0 },
  ...{ major: 1, minor: 0, patch: 0, serial: [0, 0, 0, 0, 0, 0, 0, 0] },
} as const
const STATUS = {
  ...about,
  is: 'status',
  ...{ uptime: 0, lastId: 0, coil: 0, faults: 0, coilFaults: 0, contacts: 0, settling: 0 },
  changes: Array<number>(16).fill(0),
} as const
const outcome = (code: number, id = 1) => ({ ...about, id, lock: 1, outcome: code, ms: 400 })

type Reply = Answer extends infer A ? (A extends Answer ? Omit<A, 'seq'> : never) : never

/** A bus to a firmware that does not keep to the protocol. */
const oddBoard = (answer: (asked: Request | Odd) => Reply | undefined) => {
  const clock = fakeLineClock()
  const [near, far] = memoryLine()
  const framer = createRequestFramer()
  const heard: string[] = []
  far.onData(bytes => {
    for (const part of framer.push(bytes)) {
      if (part.is !== 'frame') continue
      heard.push(part.frame.is)
      const reply = answer(part.frame)
      if (reply) void far.send(encode({ ...reply, seq: part.frame.seq } as Answer))
    }
  })
  const bus = createYaoguiBus({
    converse: own => createConversation(near, { framer: own, clock, turnaroundMs: 5 }),
    clock,
  })
  const failure = async (promise: Promise<unknown>): Promise<unknown> => {
    let error: unknown
    promise.catch((why: unknown) => {
      error = why
    })
    for (let ms = 0; ms < 10_000 && error === undefined; ms += 10) await clock.pass(10)
    return error
  }
  return { bus, heard, failure }
}

const greets = ({ is }: Request | Odd): Reply | undefined => {
  if (is === 'hello') return GREETING
  return is === 'state' ? STATUS : undefined
}
const unlocks = (heard: readonly string[]): number => heard.filter(is => is === 'unlock').length

describe('a board of ours whose firmware is wrong', () => {
  it('and that says for ever that the coil is energised makes the unlock ambiguous, with a code of its own', async () => {
    const { bus, heard, failure } = oddBoard(asked => {
      if (asked.is === 'unlock') return { is: 'unlocked', ...outcome(OUTCOMES.pulsing) }
      if (asked.is === 'settle') return { is: 'settled', ...outcome(OUTCOMES.pulsing) }
      return greets(asked)
    })
    const order = bus.unlock(lockAddress({ board: 1, lock: 1 }), 400)
    expect(await failure(order)).toMatchObject({ code: 'E_UNLOCK_OVERRUN', kind: 'ambiguous' })
    expect(unlocks(heard)).toBe(1)
  })

  it.each([
    ['done', OUTCOMES.done],
    ['a refusal', OUTCOMES.busy],
    ['of another boot', OUTCOMES.wrongBoot],
  ])('and that answers an unlock with what became of another (%s) makes it ambiguous', async (_, code) => {
    const { bus, heard, failure } = oddBoard(asked =>
      asked.is === 'unlock' ? { is: 'unlocked', ...outcome(code, 9) } : greets(asked),
    )
    const order = bus.unlock(lockAddress({ board: 1, lock: 1 }), 400)
    expect(await failure(order)).toMatchObject({ code: 'E_UNLOCK_UNKNOWN', kind: 'ambiguous' })
    expect(unlocks(heard)).toBe(1)
  })
})

describe('a board of ours that gets other firmware while nobody looks', () => {
  it('is greeted again, and its version is told instead of silence', async () => {
    let version = 1
    const { bus, failure } = oddBoard(asked => {
      if (asked.is === 'hello') return { ...GREETING, min: version, max: version }
      return version === 1 ? greets(asked) : undefined
    })
    expect(await failure(bus.state(1).then(() => Promise.reject('answered')))).toBe('answered')
    version = 2
    expect(await failure(bus.state(1))).toMatchObject({ code: 'E_NO_ANSWER' })
    expect(await failure(bus.state(1))).toMatchObject({ code: 'E_BOARD_VERSION', kind: 'permanent' })
  })
})
