import { describe, expect, it } from 'vitest'
import { serveLine } from '#firmware-bridge/emulator/far-end.ts'
import { yaoguiBoards } from '#firmware-bridge/emulator/yaogui-board.ts'
import { createConversation } from '#firmware-bridge/link/conversation.ts'
import type { Line } from '#firmware-bridge/link/line.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import { reopeningLine } from '#firmware-bridge/link/reopen.ts'
import { createYaoguiBus } from '#firmware-bridge/protocols/yaogui-board/board.ts'
import { lockAddress } from '#firmware-bridge/protocols/yaogui-board/codec.ts'
import { yaoguiSetUp, yaoguiWorld } from '#test/lib/firmware-bridge-yaogui-board.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

const lock = (number: number, board = 1) => lockAddress({ board, lock: number })
const unlocks = (sent: readonly string[]): number => sent.filter(type => type === 'unlock').length

describe('an unlock of our own board', () => {
  it('is one pulse of the length that was asked, and is over when it resolves', async () => {
    const { bus, boards, pulses, wait, sent } = yaoguiSetUp()
    expect(await wait(bus.unlock(lock(2), 400))).toEqual({ ms: 400, seen: true })
    expect(pulses).toEqual(['1/2'])
    expect(boards.coil(1)).toBe(0)
    expect(unlocks(sent)).toBe(1)
  })

  it('is void 2 s after the board was asked for its clock, and numbered above all before', async () => {
    const { bus, clock, orders, wait } = yaoguiSetUp()
    await clock.pass(7_000)
    await wait(bus.unlock(lock(2), 400))
    await wait(bus.unlock(lock(3), 400))
    expect(orders.map(({ id }) => id)).toEqual([1, 2])
    const [first] = orders
    expect(first?.until).toBeGreaterThanOrEqual(9_000)
    expect(first?.until).toBeLessThan(9_100)
  })

  it('of 1000 ms is kept alive by asking', async () => {
    const { bus, wait } = yaoguiSetUp()
    expect(await wait(bus.unlock(lock(2), 1_000))).toEqual({ ms: 1_000, seen: true })
  })

  it('ends by itself when the master falls silent', async () => {
    const { bus, boards, clock, lost, wait } = yaoguiSetUp()
    const pulse = bus.unlock(lock(2), 1_000)
    await clock.pass(100)
    expect(boards.coil(1)).toBe(2)
    lost.add('settle')
    await clock.pass(600)
    expect(boards.coil(1)).toBe(0)
    lost.clear()
    await expect(wait(pulse)).rejects.toMatchObject({ code: 'E_UNLOCK_CUT', kind: 'ambiguous' })
  })

  it.each([
    ['of a lock that the board does not have', 9, {}, 'E_UNLOCK_NO_LOCK'],
    ['of a lock whose coil is broken', 2, { coilFaults: 0b10 }, 'E_UNLOCK_COIL'],
    ['under too low a supply', 2, { lowSupply: true }, 'E_UNLOCK_SUPPLY'],
  ])('%s is refused, and nothing moves', async (_, number, broken, code) => {
    const { bus, boards, pulses, wait } = yaoguiSetUp()
    boards.breakDown(1, broken)
    await expect(wait(bus.unlock(lock(number), 400))).rejects.toMatchObject({ code, kind: 'transient' })
    expect(pulses).toEqual([])
  })

  it('is refused for 5 s after the last pulse of the same lock, but not of another', async () => {
    const { bus, clock, pulses, wait } = yaoguiSetUp()
    await wait(bus.unlock(lock(2), 400))
    await expect(wait(bus.unlock(lock(2), 400))).rejects.toMatchObject({ code: 'E_UNLOCK_RESTING' })
    await wait(bus.unlock(lock(3), 400))
    await clock.pass(5_000)
    await wait(bus.unlock(lock(2), 400))
    expect(pulses).toEqual(['1/2', '1/3', '1/2'])
  })

  it('waits for the one before it: two callers never have two coils on', async () => {
    const { bus, boards, clock, pulses } = yaoguiSetUp()
    const both = Promise.all([bus.unlock(lock(1), 400), bus.unlock(lock(2), 400)])
    const seen = new Set<string>()
    for (let ms = 0; ms < 2_000; ms += 20) {
      await clock.pass(20)
      if (boards.coil(1) !== 0) seen.add(`${boards.coil(1)} after ${pulses.length}`)
    }
    await both
    expect([...seen]).toEqual(['1 after 1', '2 after 2'])
  })
})

describe('an unlock whose answer is missing', () => {
  it('is confirmed by asking what became of it', async () => {
    const { bus, lost, pulses, sent, wait } = yaoguiSetUp()
    lost.add('unlocked')
    expect(await wait(bus.unlock(lock(2), 400))).toEqual({ ms: 400, seen: true })
    expect([pulses, unlocks(sent)]).toEqual([['1/2'], 1])
  })

  it('is transient when the board never heard it, and the board will not heed it later', async () => {
    const { bus, lost, pulses, sent, wait } = yaoguiSetUp()
    lost.add('unlock')
    await expect(wait(bus.unlock(lock(2), 400))).rejects.toMatchObject({
      code: 'E_UNLOCK_NOT_HEARD',
      kind: 'transient',
    })
    lost.clear()
    expect([pulses, unlocks(sent)]).toEqual([[], 1])
    await wait(bus.unlock(lock(2), 400))
    expect(pulses).toEqual(['1/2'])
  })

  it('stays ambiguous when the board is silent for good, and is never sent again', async () => {
    const { bus, lost, pulses, sent, wait, clock } = yaoguiSetUp()
    lost.add('unlocked').add('settled')
    await expect(wait(bus.unlock(lock(2), 400))).rejects.toMatchObject({
      code: 'E_UNLOCK_UNKNOWN',
      kind: 'ambiguous',
    })
    await clock.pass(10_000)
    expect([pulses, unlocks(sent)]).toEqual([['1/2'], 1])
  })

  it('stays ambiguous when the board restarted since, and is never sent again', async () => {
    const { bus, boards, clock, lost, pulses, sent, wait } = yaoguiSetUp()
    lost.add('unlocked')
    const order = bus.unlock(lock(2), 400)
    await clock.pass(100)
    boards.restart(1)
    await expect(wait(order)).rejects.toMatchObject({ code: 'E_UNLOCK_UNKNOWN', kind: 'ambiguous' })
    expect([pulses, unlocks(sent)]).toEqual([['1/2'], 1])
  })

  it('is still taken for sent when the board falls silent after taking it', async () => {
    const { bus, lost, pulses, wait } = yaoguiSetUp()
    lost.add('settled')
    expect(await wait(bus.unlock(lock(2), 400))).toEqual({ ms: 400, seen: false })
    expect(pulses).toEqual(['1/2'])
  })

  it('is ambiguous when the board restarts in mid-pulse', async () => {
    const { bus, boards, clock, wait } = yaoguiSetUp()
    const order = bus.unlock(lock(2), 1_000)
    await clock.pass(200)
    boards.restart(1)
    await expect(wait(order)).rejects.toMatchObject({ code: 'E_UNLOCK_UNKNOWN', kind: 'ambiguous' })
    expect(bus.stats().restarts).toBe(0)
    await wait(bus.state(1))
    expect(bus.stats().restarts).toBe(1)
  })
})

describe('an unlock during which the line breaks', () => {
  it('is asked about on the line that is opened next, and confirmed', async () => {
    const clock = fakeLineClock()
    const { world, pulses } = yaoguiWorld()
    const boards = yaoguiBoards({ world, clock })
    let far: Line | undefined
    const line = reopeningLine({
      name: 'boards',
      clock,
      open: async () => {
        const [near, end] = memoryLine()
        far = end
        serveLine(end, { createFarEnd: boards.createFarEnd, clock })
        return near
      },
    })
    const bus = createYaoguiBus({
      converse: framer => createConversation(line, { framer, clock, turnaroundMs: 5 }),
      clock,
    })
    const { pulse } = world
    world.pulse = (board, number) => {
      pulse(board, number)
      void far?.close()
    }
    await line.firstAttempt
    const order = bus.unlock(lock(2), 400)
    await clock.pass(5_000)
    expect(await order).toEqual({ ms: 400, seen: true })
    expect(pulses).toEqual(['1/2'])
    expect(line.reopenings()).toBe(1)
  })
})

describe('an unlock that cannot be sent', () => {
  it('to a deaf board is transient: nothing was sent', async () => {
    const { bus, manners, pulses, sent, wait } = yaoguiSetUp()
    manners.deaf = true
    await expect(wait(bus.unlock(lock(2), 400))).rejects.toMatchObject({
      code: 'E_NO_ANSWER',
      kind: 'transient',
    })
    expect([pulses, unlocks(sent)]).toEqual([[], 0])
  })

  it('to a board of another protocol version is refused for good', async () => {
    const { bus, sent, wait } = yaoguiSetUp([{ versions: [2, 3] }])
    await expect(wait(bus.unlock(lock(2), 400))).rejects.toMatchObject({
      code: 'E_BOARD_VERSION',
      kind: 'permanent',
    })
    expect(unlocks(sent)).toBe(0)
  })

  it('on a closed line is transient', async () => {
    const { bus, near, wait, pulses } = yaoguiSetUp()
    await near.close()
    await expect(wait(bus.unlock(lock(2), 400))).rejects.toMatchObject({ code: 'E_LINE_CLOSED' })
    expect(pulses).toEqual([])
  })

  it('of a pulse of more than 1000 ms is not even built', async () => {
    const { bus, sent, wait } = yaoguiSetUp()
    await expect(wait(bus.unlock(lock(2), 1_001))).rejects.toMatchObject({ code: 'E_FRAME_RANGE' })
    expect(unlocks(sent)).toBe(0)
  })
})
