import { describe, expect, it } from 'vitest'
import { LineError } from '#firmware-bridge/error.ts'
import { createConversation } from '#firmware-bridge/link/conversation.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import {
  buildStatusQuery,
  buildStatusReply,
  createReplyFramer,
} from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

const replyOf = (board: number): Uint8Array => buildStatusReply({ board, hookClosed: [true] })
const ask = (board: number, retries = 0) => ({
  match: (reply: { board: number }) => reply.board === board,
  deadlineMs: 100,
  retries,
})

/** A wire whose far end keeps what it hears and says what the test tells it. */
const setUp = (options: { readonly echo?: boolean } = {}) => {
  const [near, far] = memoryLine()
  const clock = fakeLineClock()
  const conversation = createConversation(near, {
    framer: createReplyFramer(),
    clock,
    turnaroundMs: 5,
    ...options,
  })
  const heard: Uint8Array[] = []
  far.onData(bytes => heard.push(bytes))
  return { conversation, clock, far, near, heard }
}

describe('a conversation', () => {
  it('asks again while nothing comes, and then says so', async () => {
    const { conversation, clock, heard } = setUp()
    const answer = expect(conversation.ask(buildStatusQuery(0), ask(0, 2))).rejects.toMatchObject({
      code: 'E_NO_ANSWER',
      kind: 'transient',
    })
    await clock.pass(1_000)
    await answer
    expect(heard).toHaveLength(3)
  })

  it('sends a command once, and never again', async () => {
    const { conversation, clock, heard } = setUp()
    await conversation.tell(Uint8Array.of(1, 2, 3))
    await clock.pass(60_000)
    expect(heard).toEqual([Uint8Array.of(1, 2, 3)])
  })

  it('does not send a command that got its turn too late', async () => {
    const { conversation, clock, heard } = setUp()
    const first = conversation.ask(buildStatusQuery(0), ask(0)).catch((error: unknown) => error)
    const late = expect(conversation.tell(Uint8Array.of(9), { deadlineMs: 50 })).rejects.toMatchObject({
      code: 'E_BUS_BUSY',
      kind: 'transient',
    })
    await clock.pass(1_000)
    await Promise.all([first, late])
    expect(heard).toEqual([buildStatusQuery(0)])
  })

  it('keeps a second caller off the wire until the first has his answer', async () => {
    const { conversation, clock, far, heard } = setUp()
    const answers = Promise.all([
      conversation.ask(buildStatusQuery(0), ask(0)),
      conversation.ask(buildStatusQuery(1), ask(1)),
    ])
    await clock.pass(20)
    expect(heard).toEqual([buildStatusQuery(0)])
    await far.send(replyOf(0))
    await clock.pass(10)
    expect(heard).toEqual([buildStatusQuery(0), buildStatusQuery(1)])
    await far.send(replyOf(1))
    await clock.pass(10)
    expect((await answers).map(({ board }) => board)).toEqual([0, 1])
  })

  it("counts another board's answer and a late one, and takes neither", async () => {
    const { conversation, clock, far } = setUp()
    const answer = conversation.ask(buildStatusQuery(0), ask(0)).catch((error: unknown) => error)
    await clock.pass(1)
    await far.send(replyOf(3))
    await clock.pass(150)
    await far.send(replyOf(0))
    await clock.pass(1)
    expect(await answer).toMatchObject({ code: 'E_NO_ANSWER' })
    expect(conversation.stats()).toMatchObject({ sent: 1, answered: 0, late: 2 })
  })

  it('leaves its silence on the wire after a late answer too', async () => {
    const { conversation, clock, far, heard } = setUp()
    const first = conversation.ask(buildStatusQuery(0), ask(0)).catch((error: unknown) => error)
    await clock.pass(150)
    await first
    await far.send(replyOf(0))
    await clock.pass(0)
    const second = conversation.ask(buildStatusQuery(1), ask(1)).catch((error: unknown) => error)
    await clock.pass(4)
    expect(heard).toEqual([buildStatusQuery(0)])
    await clock.pass(1)
    expect(heard).toEqual([buildStatusQuery(0), buildStatusQuery(1)])
    await clock.pass(1_000)
    await second
  })

  it('takes the echo out, and loses nothing where there is none', async () => {
    for (const echoes of [true, false]) {
      const { conversation, clock, far } = setUp({ echo: true })
      const answer = conversation.ask(buildStatusQuery(0), ask(0))
      await clock.pass(1)
      if (echoes) await far.send(buildStatusQuery(0))
      await far.send(replyOf(0))
      await clock.pass(1)
      expect((await answer).hookClosed[0]).toBe(true)
      expect(conversation.stats()).toMatchObject({ answered: 1, discardedBytes: 0 })
    }
  })

  it('tells at once when the line is down, and that nothing was sent', async () => {
    const { conversation, far } = setUp()
    await far.close()
    const refusal = { code: 'E_LINE_DOWN', kind: 'transient' }
    await expect(conversation.tell(Uint8Array.of(1))).rejects.toMatchObject(refusal)
  })

  it('calls a command ambiguous when the line broke while it was sent', async () => {
    const { near, clock } = setUp()
    const broken = {
      ...near,
      send: () => Promise.reject(new LineError('E_LINE_LOST', { zh: '断', en: 'lost', kind: 'ambiguous' })),
    }
    const conversation = createConversation(broken, { framer: createReplyFramer(), clock, turnaroundMs: 5 })
    await expect(conversation.tell(Uint8Array.of(1))).rejects.toMatchObject({ kind: 'ambiguous' })
  })

  it('drops the line when nothing is heard after a command, which might otherwise arrive minutes late; once for each', async () => {
    const { near, clock, far } = setUp()
    let drops = 0
    const drop = (): void => {
      drops += 1
    }
    const line = { ...near, drop }
    const conversation = createConversation(line, { framer: createReplyFramer(), clock, turnaroundMs: 5 })
    const unanswered = async (): Promise<void> => {
      const asked = conversation.ask(buildStatusQuery(0), ask(0, 1)).catch((error: unknown) => error)
      await clock.pass(1_000)
      await asked
    }
    await unanswered()
    expect(drops).toBe(0)
    await conversation.tell(Uint8Array.of(1))
    await unanswered()
    await unanswered()
    expect(drops).toBe(1)

    await conversation.tell(Uint8Array.of(1))
    const answered = conversation.ask(buildStatusQuery(0), ask(0))
    await clock.pass(10)
    await far.send(replyOf(0))
    await answered
    await unanswered()
    expect(drops).toBe(1)
  })

  it('holds at most 64 callers', async () => {
    const { conversation, clock } = setUp()
    const asks = Array.from({ length: 70 }, () =>
      conversation.ask(buildStatusQuery(0), ask(0)).then(
        () => 'answered',
        (error: unknown) => (error instanceof LineError ? error.code : 'unknown'),
      ),
    )
    await clock.pass(60_000)
    const codes = await Promise.all(asks)
    expect(codes.filter(code => code === 'E_BUS_BUSY')).toHaveLength(6)
    expect(codes.filter(code => code === 'E_NO_ANSWER')).toHaveLength(64)
  })
})
