import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kerongCu16Boards } from '#firmware-bridge/emulator/kerong-cu16.ts'
import {
  buildStatusQuery,
  buildStatusReply,
  buildUnlock,
  createCommandFramer,
  createReplyFramer,
  type LockAddress,
  lockAddress,
} from '#firmware-bridge/protocols/kerong-cu16/codec.ts'
import { anything, builtOrRefused, hex, partsIn } from '#test/lib/firmware-bridge-streams.ts'

const GOLDEN_REPLY = hex('02 20 35 01 80 03 00 03 DE')

describe('KerOng CU16 frames', () => {
  it('match the golden bytes in both directions', () => {
    expect(buildStatusQuery(0)).toEqual(hex('02 00 30 03 35'))
    expect(buildUnlock(lockAddress({ board: 0, lock: 1 }))).toEqual(hex('02 00 31 03 36'))
    expect(buildUnlock(lockAddress({ board: 0, lock: 16 }))).toEqual(hex('02 0F 31 03 45'))
    const heard = [hex('02 00 30 03 35'), hex('02 0F 31 03 45')]
    expect(partsIn(createCommandFramer, heard).frames).toEqual([
      { board: 0, lock: 1, cmd: 'status' },
      { board: 0, lock: 16, cmd: 'unlock' },
    ])
  })

  it('carry the hooks and the infrared sensors of sixteen locks', () => {
    const { frames } = partsIn(createReplyFramer, [GOLDEN_REPLY])
    const [reply] = frames
    expect(reply?.board).toBe(2)
    expect(reply?.hookClosed.flatMap((closed, at) => (closed ? [at + 1] : []))).toEqual([1, 16])
    expect(reply?.infrared.flatMap((goods, at) => (goods ? [at + 1] : []))).toEqual([1, 2])
    expect(frames.map(buildStatusReply)).toEqual([GOLDEN_REPLY])
  })

  it('with a wrong checksum are counted as such and dropped', () => {
    const bad = GOLDEN_REPLY.with(8, 0xdf)
    expect(partsIn(createReplyFramer, [bad, GOLDEN_REPLY])).toMatchObject({ bad: 1, discarded: 9, held: 0 })
  })
})

describe('the CU16 frame builder', () => {
  it('builds status and unlock only, never the command that opens all, for any value whatever', () => {
    fc.assert(
      fc.property(anything, anything, (board, lock) => {
        const forged = { board, lock } as unknown as LockAddress
        const unlock = builtOrRefused(() => buildUnlock(forged))
        const query = builtOrRefused(() => buildStatusQuery(board as number))
        if (unlock) expect([unlock.length, unlock[2]]).toEqual([5, 0x31])
        if (query) expect([query.length, query[2]]).toEqual([5, 0x30])
      }),
      { numRuns: 2_000 },
    )
  })

  it('reaches each of the 256 locks by an address of its own', () => {
    const frames = Array.from({ length: 256 }, (_, at) =>
      buildUnlock(lockAddress({ board: at >> 4, lock: (at & 15) + 1 })),
    )
    expect(frames.map(frame => frame[1])).toEqual(Array.from({ length: 256 }, (_, at) => at))
  })

  it.each([
    { board: 16, lock: 1 },
    { board: -1, lock: 1 },
    { board: 0, lock: 0 },
    { board: 0, lock: 17 },
    { board: 0.5, lock: 1 },
  ])('refuses %o', address => {
    expect(() => lockAddress(address)).toThrow(
      expect.objectContaining({ code: 'E_LOCK_ADDRESS', kind: 'permanent' }),
    )
  })
})

describe('emulated CU16 boards', () => {
  it('are as dangerous as the real ones, so that tests would see an open-all frame', () => {
    const pulses: string[] = []
    const pulse = (board: number, lock: number): void => void pulses.push(`${board}/${lock}`)
    const hear = kerongCu16Boards({ boards: [0, 1], pulse, closed: () => true })()
    hear(buildUnlock(lockAddress({ board: 1, lock: 16 })))
    hear(buildUnlock(lockAddress({ board: 2, lock: 1 })))
    expect(pulses).toEqual(['1/16'])
    hear(hex('02 00 33 03 38'))
    expect(pulses).toHaveLength(17)
  })
})
