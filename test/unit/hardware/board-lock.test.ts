import { describe, expect, it } from 'vitest'
import { serveLine } from '#firmware-bridge/emulator/far-end.ts'
import { kerongBoards } from '#firmware-bridge/emulator/kerong-cu48.ts'
import { createConversation } from '#firmware-bridge/link/conversation.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import { createKerongBus } from '#firmware-bridge/protocols/kerong-cu48/board.ts'
import { createReplyFramer, lockAddress } from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import { boardLock } from '#hardware/drivers/board-lock.ts'
import { pulseMs } from '#hardware/ports.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

const address = lockAddress({ board: 3, lock: 2 })

const setUp = (hook = true) => {
  const [near, far] = memoryLine()
  const clock = fakeLineClock()
  const pulses: string[] = []
  const pulse = (board: number, lock: number): void => void pulses.push(`${board}/${lock}`)
  const closed = (_: number, lock: number): boolean => lock === 2 && hook
  serveLine(far, { createFarEnd: kerongBoards({ boards: [3], pulse, closed }), clock })
  const bus = createKerongBus(
    createConversation(near, { framer: createReplyFramer(), clock, turnaroundMs: 0 }),
  )
  return { bus, pulses, clock }
}

describe('a lock on a lock board', () => {
  it.each([
    [true, 'hook-closed', 'closed'],
    [false, 'hook-closed', 'open'],
    [true, 'hook-open', 'open'],
    [false, 'hook-open', 'closed'],
  ] as const)('whose hook reads %s, wired %s, is %s', async (hook, closedWhen, state) => {
    const lock = boardLock({ bus: setUp(hook).bus, address, closedWhen })
    expect(await lock.state()).toBe(state)
  })

  it('is pulsed once, at its own address', async () => {
    const { bus, pulses, clock } = setUp()
    await boardLock({ bus, address, closedWhen: 'hook-closed' }).pulse(pulseMs(400))
    await clock.pass(60_000)
    expect(pulses).toEqual(['3/2'])
  })
})
