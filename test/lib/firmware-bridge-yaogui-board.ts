import { goodManners, serveLine } from '#firmware-bridge/emulator/far-end.ts'
import {
  type BoardFitting,
  type YaoguiBoardWorld,
  yaoguiBoards,
} from '#firmware-bridge/emulator/yaogui-board.ts'
import { type Conversation, createConversation } from '#firmware-bridge/link/conversation.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import { createYaoguiBus } from '#firmware-bridge/protocols/yaogui-board/board.ts'
import {
  type Answer,
  createAnswerFramer,
  createRequestFramer,
  type MessageOf,
  type Name,
} from '#firmware-bridge/protocols/yaogui-board/codec.ts'
import { fakeLineClock } from './hardware-fake-clock.ts'

/** Boards with 4 locks, 2 scales and a thermometer; a pulse opens the lock, unless it is lock 4, which is jammed. */
export const yaoguiWorld = (boards: readonly Partial<BoardFitting>[] = [{ board: 1 }]) => {
  const pulses: string[] = []
  const closed = new Map<string, boolean>()
  const world: YaoguiBoardWorld & Record<'pan' | 'air', { value: number | undefined; stable: boolean }> = {
    boards: boards.map(each => ({ board: 1, locks: 4, scales: 2, thermometers: 1, ...each })),
    pulse: (board, lock) => {
      pulses.push(`${board}/${lock}`)
      if (lock !== 4) closed.set(`${board}/${lock}`, false)
    },
    closed: (board, lock) => closed.get(`${board}/${lock}`) ?? true,
    pan: { value: 812.5, stable: true },
    air: { value: 4.625, stable: true },
    grams: (_, channel) => (channel === 1 ? world.pan.value : 20),
    stable: () => world.pan.stable,
    celsius: () => world.air.value,
  }
  return { world, pulses, shut: () => closed.clear() }
}

/** A bus to boards in memory, on a clock of the test's own; frames of the types in `lost` do not arrive. */
export const yaoguiSetUp = (fitting?: readonly Partial<BoardFitting>[]) => {
  const clock = fakeLineClock()
  const { world, pulses, shut } = yaoguiWorld(fitting)
  let boots = 100
  const boards = yaoguiBoards({ world, clock, drawBoot: () => ++boots })
  const [near, far] = memoryLine()
  const lost = new Set<Name>()
  const sent: Name[] = []
  const orders: MessageOf<'unlock'>[] = []
  const manners = goodManners()
  const typesIn = <F extends { readonly is: string }>(
    frames: readonly { readonly is: string; readonly frame?: F }[],
  ) => frames.flatMap(({ frame }) => (frame === undefined ? [] : [frame.is as Name]))
  serveLine(far, {
    clock,
    manners,
    createFarEnd: speak => {
      const hear = boards.createFarEnd(bytes => {
        if (!lost.has('pushed')) speak(bytes)
      })
      const [asked, said] = [createRequestFramer(), createAnswerFramer()]
      return bytes => {
        const parts = asked.push(bytes)
        for (const part of parts)
          if (part.is === 'frame' && part.frame.is === 'unlock') orders.push(part.frame)
        const heard = typesIn(parts)
        sent.push(...heard)
        if (heard.some(type => lost.has(type))) return []
        return hear(bytes).filter(answer => !typesIn(said.push(answer)).some(type => lost.has(type)))
      }
    },
  })
  const conversations: Conversation<Answer>[] = []
  const bus = createYaoguiBus({
    converse: framer => {
      const conversation = createConversation(near, { framer, clock, turnaroundMs: 5 })
      conversations.push(conversation)
      return conversation
    },
    clock,
  })
  const lineStats = () => conversations.map(each => each.stats())[0]
  /** Lets time pass until the promise has settled. */
  const wait = async <T>(promise: Promise<T>): Promise<T> => {
    let settled = false
    const end = (): void => {
      settled = true
    }
    promise.then(end, end)
    for (let ms = 0; ms < 20_000 && !settled; ms += 10) await clock.pass(10)
    return promise
  }
  return { bus, boards, clock, world, pulses, shut, lost, sent, orders, manners, wait, near, lineStats }
}
