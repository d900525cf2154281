import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createConversation } from '#firmware-bridge/link/conversation.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import {
  buildStatusQuery,
  buildStatusReply,
  createCommandFramer,
  createReplyFramer,
} from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

const DEADLINE_MS = 300
const RETRIES = 2
const WINDOW_MS = 200
/** Later than the last attempt's window no answer can be told from the next question's. */
const LATEST_MS = RETRIES * DEADLINE_MS + DEADLINE_MS + WINDOW_MS

/** A board that numbers its answers, which the protocol does not: lock n is closed in the answer to the nth query heard. */
const setUp = (latency: (query: number) => number) => {
  const [near, far] = memoryLine()
  const clock = fakeLineClock()
  const framer = createCommandFramer()
  let heard = 0
  far.onData(bytes => {
    for (const part of framer.push(bytes)) {
      if (part.is !== 'frame') continue
      const query = heard
      heard += 1
      const hookClosed = Array.from({ length: 48 }, (_, at) => at === query % 48)
      clock.after(latency(query), () => void far.send(buildStatusReply({ board: 0, hookClosed })))
    }
  })
  const conversation = createConversation(near, {
    framer: createReplyFramer(),
    clock,
    turnaroundMs: 5,
    lateWindowMs: WINDOW_MS,
  })
  /** Which query was answered; undefined when none was. */
  const ask = async () => {
    const asked = conversation.ask(buildStatusQuery(0), {
      match: () => true,
      deadlineMs: DEADLINE_MS,
      retries: RETRIES,
    })
    const answer = await asked.catch(() => undefined)
    return answer?.hookClosed.indexOf(true)
  }
  return { clock, conversation, ask, heard: () => heard }
}

/** Asks one after the other: for each, the first query that was its own, and the query whose answer it got. */
const askInTurn = async ({ clock, ask, heard }: ReturnType<typeof setUp>, times: number) => {
  const got: { readonly from: number; readonly answer: number | undefined }[] = []
  for (let n = 0; n < times; n++) {
    const from = heard()
    let done = false
    const asked = ask().then(answer => {
      done = true
      got.push({ from, answer })
    })
    while (!done) await clock.pass(5)
    await asked
  }
  return got
}

describe('answers that come late', () => {
  it('are counted as late and never taken for the next question’s, however slow the board is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: LATEST_MS - 10 }), async latency => {
        const bus = setUp(() => latency)
        for (const { from, answer } of await askInTurn(bus, 6))
          expect(answer ?? from).toBeGreaterThanOrEqual(from)
        await bus.clock.pass(5_000)
        const { sent, answered, late } = bus.conversation.stats()
        expect(answered + late).toBe(sent)
      }),
      { numRuns: 60 },
    )
  })

  it('are waited for after a question that was answered at its second asking', async () => {
    const bus = setUp(() => 400)
    expect(await askInTurn(bus, 2)).toEqual([
      { from: 0, answer: 0 },
      { from: 2, answer: 2 },
    ])
    await bus.clock.pass(1_000)
    expect(bus.conversation.stats()).toMatchObject({ sent: 4, answered: 2, late: 2 })
  })

  it('do not hold up the bus once they have come', async () => {
    const bus = setUp(query => (query === 0 ? 310 : 20))
    await askInTurn(bus, 1)
    await bus.clock.pass(30)
    const before = bus.clock.now()
    await askInTurn(bus, 1)
    expect(bus.clock.now() - before).toBeLessThanOrEqual(40)
  })
})
