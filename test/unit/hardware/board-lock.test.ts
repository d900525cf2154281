import { describe, expect, it } from 'vitest'
import { serveLine } from '#firmware-bridge/emulator/far-end.ts'
import { kerongBoards } from '#firmware-bridge/emulator/kerong-cu48.ts'
import { createConversation } from '#firmware-bridge/link/conversation.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import { createKerongBus } from '#firmware-bridge/protocols/kerong-cu48/board.ts'
import {
  buildStatusQuery,
  buildUnlock,
  createReplyFramer,
  lockAddress,
} from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import { boardLock, sharingStatus } from '#hardware/drivers/board-lock.ts'
import { pulseMs } from '#hardware/ports.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

const address = lockAddress({ board: 3, lock: 2 })

const setUp = (hook = true) => {
  const [near, far] = memoryLine()
  const clock = fakeLineClock()
  const pulses: string[] = []
  const heard: Uint8Array[] = []
  far.onData(bytes => heard.push(bytes))
  const pulse = (board: number, lock: number): void => void pulses.push(`${board}/${lock}`)
  const closed = (_: number, lock: number): boolean => lock === 2 && hook
  serveLine(far, { createFarEnd: kerongBoards({ boards: [3], pulse, closed }), clock })
  const bus = createKerongBus(
    createConversation(near, { framer: createReplyFramer(), clock, turnaroundMs: 0 }),
  )
  return { bus, pulses, clock, heard }
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

  it('is neither open nor closed when its board does not speak of it, whichever way it is wired', async () => {
    for (const closedWhen of ['hook-closed', 'hook-open'] as const) {
      const bus = { unlock: async () => {}, status: async () => ({ hookClosed: [] }) }
      await expect(boardLock({ bus, address, closedWhen }).state()).rejects.toMatchObject({
        code: 'E_LOCK_MISSING',
        kind: 'transient',
      })
    }
  })

  it('is pulsed once, at its own address', async () => {
    const { bus, pulses, clock } = setUp()
    await boardLock({ bus, address, closedWhen: 'hook-closed' }).pulse(pulseMs(400))
    await clock.pass(60_000)
    expect(pulses).toEqual(['3/2'])
  })
})

describe('the locks of one board', () => {
  const status = buildStatusQuery(3)
  const unlock = buildUnlock(address)
  const lockOf = (bus: ReturnType<typeof setUp>['bus']) => {
    const shared = sharingStatus(bus)
    return (lock: number) =>
      boardLock({ bus: shared, address: lockAddress({ board: 3, lock }), closedWhen: 'hook-closed' })
  }

  it('that are asked in one go share one query, each with its own answer', async () => {
    const { bus, heard, clock } = setUp()
    const lock = lockOf(bus)
    const states = Promise.all(Array.from({ length: 48 }, (_, at) => lock(at + 1).state()))
    await clock.pass(10)
    expect((await states).flatMap((state, at) => (state === 'closed' ? [at + 1] : []))).toEqual([2])
    expect(heard).toEqual([status])
  })

  it('share a failed query too, and the next one is sent anew', async () => {
    const { bus, heard, clock } = setUp()
    const lock = lockOf({ ...bus, status: () => bus.status(4) })
    const silent = { code: 'E_NO_ANSWER', kind: 'transient' }
    for (const sent of [3, 6]) {
      const asked = [1, 2].map(each => expect(lock(each).state()).rejects.toMatchObject(silent))
      await clock.pass(10_000)
      await Promise.all(asked)
      expect(heard).toHaveLength(sent)
    }
  })

  it('never take an answer to a query that was sent before a pulse for one asked after it', async () => {
    const { bus, heard, clock } = setUp()
    const lock = lockOf(bus)(2)
    const first = [lock.state(), lock.pulse(pulseMs(400)), lock.state()]
    await clock.pass(10)
    await Promise.all(first)
    expect(heard).toEqual([unlock, status])
    const before = lock.state()
    // The query is on its way by now.
    await Promise.resolve().then(() => {})
    const after = [lock.pulse(pulseMs(400)), lock.state()]
    await clock.pass(10)
    await Promise.all([before, ...after])
    expect(heard.slice(2)).toEqual([status, unlock, status])
  })
})
