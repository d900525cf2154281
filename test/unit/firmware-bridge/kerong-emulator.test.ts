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
  sum,
} from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

const setUp = () => {
  const pulses: string[] = []
  const pulse = (board: number, lock: number): void => void pulses.push(`${board}/${lock}`)
  return { pulses, hear: kerongBoards({ boards: [0, 1], pulse, closed: (_, lock) => lock === 2 })() }
}

const withSum = (...bytes: number[]): Uint8Array => Uint8Array.from([...bytes, sum(Uint8Array.from(bytes))])

describe('emulated KerOng boards', () => {
  it('unlock one lock and say nothing', () => {
    const { pulses, hear } = setUp()
    expect(hear(buildUnlock(lockAddress({ board: 1, lock: 48 })))).toEqual([])
    expect(pulses).toEqual(['1/48'])
  })

  it('answer for boards that are there', () => {
    const { hear } = setUp()
    expect(hear(buildStatusQuery(1))).toEqual([withSum(2, 1, 0, 0x65, 2, 0, 0, 0, 0, 0, 3)])
    expect(hear(buildStatusQuery(2))).toEqual([])
  })

  it('answer on a line in memory as well', async () => {
    const [near, far] = memoryLine()
    serveLine(far, { createFarEnd: () => setUp().hear })
    const clock = fakeLineClock()
    const conversation = createConversation(near, { framer: createReplyFramer(), clock, turnaroundMs: 5 })
    expect((await createKerongBus(conversation).status(1)).hookClosed.indexOf(true)).toBe(1)
  })

  it('are as dangerous as the real ones, so that tests would see an open-all frame', () => {
    const { pulses, hear } = setUp()
    hear(withSum(2, 0x00, 0x30, 0x51, 3))
    expect(pulses).toHaveLength(48)
    hear(withSum(2, 0x0a, 0x00, 0x51, 3))
    expect(pulses.slice(48)).toEqual(['0/1', '1/1'])
  })
})
