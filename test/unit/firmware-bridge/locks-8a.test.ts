import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { locks8aBoards } from '#firmware-bridge/emulator/locks-8a.ts'
import {
  buildReadAll,
  buildReadOne,
  buildReply,
  buildUnlock,
  type Channels,
  createCommandFramer,
  createReplyFramer,
  type LockAddress,
  lockAddress,
} from '#firmware-bridge/protocols/locks-8a/codec.ts'
import { anything, builtOrRefused, hex, partsIn } from '#test/lib/firmware-bridge-streams.ts'

const first = lockAddress({ board: 1, lock: 1 })
const readsOne = () => createReplyFramer('one')
const readsAll = (all: Channels) => () => createReplyFramer({ all })

describe('frames of 8A lock boards', () => {
  it('match the golden bytes of commands in both directions', () => {
    const golden = ['8A 01 01 11 9B', '80 01 01 33 B3', '80 01 00 33 B2'].map(hex)
    expect([buildUnlock(first), buildReadOne(first), buildReadAll(1)]).toEqual(golden)
    expect(partsIn(createCommandFramer, golden).frames).toEqual([
      { cmd: 'unlock', board: 1, lock: 1 },
      { cmd: 'read', board: 1, lock: 1 },
      { cmd: 'read', board: 1, lock: 0 },
    ])
  })

  it('match the golden bytes of replies in both directions', () => {
    const golden = ['80 01 01 11 91', '80 01 01 00 80', '8A 01 01 11 9B', '8A 01 01 00 8A'].map(hex)
    const { frames } = partsIn(readsOne, golden)
    expect(frames).toEqual([
      { is: 'one', board: 1, lock: 1, contact: true },
      { is: 'one', board: 1, lock: 1, contact: false },
      { is: 'unlock', board: 1, lock: 1, contact: true },
      { is: 'unlock', board: 1, lock: 1, contact: false },
    ])
    expect(frames.map(buildReply)).toEqual(golden)
  })

  it.each([
    [16, '80 01 80 01 33 33', [1, 16]],
    [24, '80 01 80 00 01 33 33', [1, 24]],
    [32, '80 01 80 00 00 01 33 33', [1, 32]],
  ] as const)('of %i channels hold channels 1–8 in the last status byte', (channels, bytes, shorted) => {
    const { frames } = partsIn(readsAll(channels), [hex(bytes)])
    const contacts = frames.flatMap(frame => (frame.is === 'all' ? frame.contacts : []))
    expect(contacts.flatMap((contact, at) => (contact ? [at + 1] : []))).toEqual(shorted)
    expect(contacts).toHaveLength(channels)
    expect(frames.map(buildReply)).toEqual([hex(bytes)])
  })

  it('to read all are not cut short where their first five bytes make a valid reply to read one', () => {
    const reply = hex('80 01 01 00 80 33 33')
    expect(partsIn(readsAll(24), [reply])).toMatchObject({ discarded: 0, held: 0, frames: [{ is: 'all' }] })
  })

  it('that an adapter echoes unannounced are never taken for a reading', () => {
    for (const channels of [16, 24, 32] as const) {
      for (let board = 1; board <= 32; board++) {
        const contacts = Array.from({ length: channels }, (_, at) => at % 3 === 0)
        const answer = { is: 'all', board, contacts } as const
        const { frames } = partsIn(readsAll(channels), [buildReadAll(board), buildReply(answer)])
        expect(frames).toEqual([answer])
      }
    }
  })
})

describe('the 8A frame builder', () => {
  it('never opens all nor holds power, for any value whatever', () => {
    fc.assert(
      fc.property(anything, anything, (board, lock) => {
        const forged = { board, lock } as unknown as LockAddress
        const unlock = builtOrRefused(() => buildUnlock(forged))
        const reads = [() => buildReadOne(forged), () => buildReadAll(board as number)].map(builtOrRefused)
        if (unlock) {
          expect([unlock.length, unlock[0], unlock[3]]).toEqual([5, 0x8a, 0x11])
          expect(unlock[2]).toBeGreaterThanOrEqual(1)
        }
        for (const read of reads) if (read) expect([read.length, read[0], read[3]]).toEqual([5, 0x80, 0x33])
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    { board: 0, lock: 1 },
    { board: 33, lock: 1 },
    { board: 1, lock: 0 },
    { board: 1, lock: 33 },
    { board: 1, lock: 256 },
  ])('refuses %o', address => {
    expect(() => lockAddress(address)).toThrow(
      expect.objectContaining({ code: 'E_LOCK_ADDRESS', kind: 'permanent' }),
    )
  })
})

describe('emulated 8A boards', () => {
  const setUp = () => {
    const pulses: number[] = []
    const held: number[] = []
    const hear = locks8aBoards({
      boards: [1],
      channels: 16,
      sensor: 'shorts-when-closed',
      pulse: (_, lock) => void pulses.push(lock),
      hold: (_, lock) => void held.push(lock),
      closed: () => true,
    })()
    return { pulses, held, hear }
  }

  it('answer the unlock of a jammed lock with the very bytes of the request', () => {
    const { hear, pulses } = setUp()
    expect(hear(buildUnlock(first))).toEqual([buildUnlock(first)])
    expect(pulses).toEqual([1])
  })

  it('are as dangerous as the real ones, so that tests would see an open-all or hold-power frame', () => {
    for (const all of ['8A 01 00 11 9A', '9D 01 01 33 AE']) {
      const { hear, pulses } = setUp()
      hear(hex(all))
      expect(pulses).toHaveLength(16)
    }
    const { hear, held } = setUp()
    hear(hex('9A 01 01 11 8B'))
    expect(held).toEqual([1])
  })
})
