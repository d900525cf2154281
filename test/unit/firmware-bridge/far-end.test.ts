import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goodManners, type Manners, serveLine } from '#firmware-bridge/emulator/far-end.ts'
import { heardAtRate } from '#firmware-bridge/emulator/wrong-baud.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import {
  buildUnlock,
  createCommandFramer,
  lockAddress,
} from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import { hex, partsIn } from '#test/lib/firmware-bridge-streams.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

const BYTES = hex('02 00 00 51 03 56')

describe('a UART at another baud rate', () => {
  it('within 4 % of the sender’s understands every byte', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.double({ min: 0.96, max: 1.04, noNaN: true }),
        (sent, ratio) => {
          expect([...heardAtRate(sent, ratio)]).toEqual([...sent])
        },
      ),
    )
  })

  it('at half the rate takes two bits for one, at twice the rate one for two', () => {
    // 00 holds the line low for nine bits: at half the rate a start bit, three bits and a half, then rest.
    expect([...heardAtRate(hex('00'), 0.5)]).toEqual([0xf8])
    // 55 is a square wave: no low of it is long enough for a start bit at half the rate.
    expect([...heardAtRate(hex('55'), 0.5)]).toEqual([])
    // Nine low bits are 18 at twice the rate: no stop bit where it is looked for.
    expect([...heardAtRate(hex('00'), 2)]).toEqual([])
    expect([...heardAtRate(hex('FF'), 2)]).toEqual([0xfe])
  })

  it('makes no more bytes than its own rate allows, and never fails', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.double({ min: 0.01, max: 20, noNaN: true }),
        (sent, ratio) => {
          expect(heardAtRate(sent, ratio).length).toBeLessThanOrEqual(
            Math.ceil(sent.length * ratio * 1.06) + 1,
          )
        },
      ),
    )
  })

  it('takes no unlock for another lock’s, at any usual wrong rate', () => {
    const ratios = [1, 2, 4, 8, 6, 12, 3].flatMap(ratio => [ratio, 1 / ratio]).filter(ratio => ratio !== 1)
    for (let lock = 1; lock <= 48; lock++)
      for (const ratio of ratios) {
        const heard = heardAtRate(buildUnlock(lockAddress({ board: 0, lock })), ratio)
        expect(partsIn(createCommandFramer, [heard]).frames).toEqual([])
      }
  })
})

const setUp = (changes: Partial<Manners>) => {
  const [near, far] = memoryLine()
  const clock = fakeLineClock()
  const manners = { ...goodManners(), ...changes }
  const heardByBoard: number[][] = []
  const speaking: ((bytes: Uint8Array) => void)[] = []
  serveLine(far, {
    clock,
    manners,
    createFarEnd: speak => {
      speaking.push(speak)
      return heard => {
        heardByBoard.push([...heard])
        return [Uint8Array.of(0xaa, 0xbb, 0xcc)]
      }
    },
  })
  const chunks: number[][] = []
  near.onData(bytes => chunks.push([...bytes]))
  return { near, clock, manners, chunks, heardByBoard, speak: (bytes: Uint8Array) => speaking[0]?.(bytes) }
}

const REPLY = [0xaa, 0xbb, 0xcc]

describe('the far end of a line', () => {
  const cases: readonly [string, Partial<Manners>, readonly (readonly number[])[]][] = [
    ['well-mannered', {}, [REPLY]],
    ['deaf', { deaf: true }, []],
    ['echoing', { echo: true }, [[...BYTES], REPLY]],
    ['deaf, behind an adapter that echoes', { deaf: true, echo: true }, [[...BYTES]]],
    ['corrupt', { corruptReplies: 1 }, [[0xaa, 0x44, 0xcc]]],
    ['byte by byte', { chunks: 'bytes' }, [[0xaa], [0xbb], [0xcc]]],
    ['glued', { chunks: 'glued', echo: true }, [[...BYTES, ...REPLY]]],
  ]
  it.each(cases)('that is %s answers so', async (_, manners, expected) => {
    const { near, clock, chunks } = setUp(manners)
    await near.send(BYTES)
    await clock.pass(100)
    expect(chunks).toEqual(expected)
  })

  it('hears a chunk that a disturbance has hit inverted, and the next one as it was sent', async () => {
    const { near, clock, heardByBoard } = setUp({ corruptHeard: 1 })
    await near.send(BYTES)
    await near.send(BYTES)
    await clock.pass(1)
    expect(heardByBoard).toEqual([[...hex('FD FF FF AE FC A9')], [...BYTES]])
  })

  it('that is slow answers later, and by then may have changed its manners', async () => {
    const { near, clock, chunks, manners } = setUp({ slowMs: 50 })
    await near.send(BYTES)
    await clock.pass(49)
    expect(chunks).toEqual([])
    manners.slowMs = 0
    await clock.pass(1)
    expect(chunks).toEqual([REPLY])
  })

  it('at another baud rate is garbage both ways', async () => {
    const { near, clock, chunks, heardByBoard } = setUp({ baudRatio: 0.5 })
    await near.send(BYTES)
    await clock.pass(1)
    expect(heardByBoard[0]).not.toEqual([...BYTES])
    expect(chunks).not.toContainEqual(REPLY)
  })

  it('speaks unasked, with the manners of a reply', async () => {
    const { clock, chunks, speak } = setUp({ chunks: 'bytes', corruptReplies: 1 })
    speak(Uint8Array.of(1, 2, 3))
    await clock.pass(10)
    expect(chunks).toEqual([[1], [0xfd], [3]])
  })
})
