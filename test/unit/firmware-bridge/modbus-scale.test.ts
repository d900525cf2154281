import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { modbusScales } from '#firmware-bridge/emulator/modbus-scale.ts'
import { createConversation } from '#firmware-bridge/link/conversation.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import { createScaleBus } from '#firmware-bridge/protocols/modbus-scale/board.ts'
import {
  buildRead,
  buildResponse,
  createResponseFramer,
} from '#firmware-bridge/protocols/modbus-scale/codec.ts'
import {
  decodeScale,
  defaultScaleMap,
  encodeScale,
  type ScaleMap,
} from '#firmware-bridge/protocols/modbus-scale/registers.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

const framesIn = (chunks: readonly Uint8Array[]) => {
  const framer = createResponseFramer()
  return chunks.flatMap(chunk =>
    framer.push(chunk).flatMap(part => (part.is === 'frame' ? [part.frame] : [])),
  )
}

describe('Modbus RTU for weighing transmitters', () => {
  it('asks with the golden bytes', () => {
    expect(buildRead({ slave: 1, address: 0, words: 2 })).toEqual(hex('01 03 00 00 00 02 C4 0B'))
  })

  it('refuses a broadcast and what does not fit a frame', () => {
    expect(() => buildRead({ slave: 0, address: 0, words: 1 })).toThrow(RangeError)
    expect(() => buildRead({ slave: 1, address: 0, words: 126 })).toThrow(RangeError)
  })

  it('finds any answer at every split, behind junk', () => {
    const words = fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 247 }), words, fc.nat(), (slave, values, cut) => {
        const bytes = Uint8Array.from([0xff, 0xff, ...buildResponse({ is: 'words', slave, words: values })])
        const at = cut % bytes.length
        expect(framesIn([bytes.slice(0, at), bytes.slice(at)])).toEqual([
          { is: 'words', slave, words: values },
        ])
      }),
    )
  })

  it('never throws and stays bounded on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), bytes => {
        const framer = createResponseFramer()
        framer.push(bytes)
        expect(framer.held()).toBeLessThanOrEqual(255)
      }),
    )
  })

  it('hears an exception as one', () => {
    expect(framesIn([hex('01 83 02 C0 F1')])).toEqual([{ is: 'exception', slave: 1, exception: 2 }])
  })
})

describe('a scale register map', () => {
  const maps: readonly ScaleMap[] = [
    defaultScaleMap,
    {
      weight: { address: 10, words: 2, order: 'low-first', scaleGrams: 0.1 },
      status: { address: 8, stableBit: 3 },
    },
    {
      weight: { address: 0, words: 1, order: 'high-first', scaleGrams: 1 },
      status: { address: 1, stableBit: 15 },
    },
  ]

  it.each(maps)('gives back what was weighed, below zero too: %o', map => {
    const range = map.weight.words === 1 ? 32_767 : 2 ** 31 - 1
    fc.assert(
      fc.property(fc.integer({ min: -range, max: range }), fc.boolean(), (count, stable) => {
        const reading = { grams: Math.round(count * map.weight.scaleGrams * 1e6) / 1e6, stable }
        expect(decodeScale(map, encodeScale(map, reading))).toEqual(reading)
      }),
    )
  })
})

describe('emulated weighing transmitters', () => {
  const createFarEnd = modbusScales({ addresses: [1], grams: () => 250.25, stable: () => true })

  it('answer for themselves only and refuse what they do not have', () => {
    expect(createFarEnd()(buildRead({ slave: 2, address: 0, words: 3 }))).toEqual([])
    expect(createFarEnd()(buildRead({ slave: 1, address: 40, words: 1 }))).toEqual([hex('01 83 02 C0 F1')])
    expect(framesIn(createFarEnd()(buildRead({ slave: 1, address: 0, words: 3 })))).toEqual([
      { is: 'words', slave: 1, words: [0, 25_025, 1] },
    ])
  })
})

describe('a scale on a shared bus', () => {
  it("is never read from another slave's answer, nor from one to another question", async () => {
    const [near, far] = memoryLine()
    far.onData(() => {
      void far.send(buildResponse({ is: 'words', slave: 2, words: [0, 99_00, 1] }))
      void far.send(buildResponse({ is: 'words', slave: 1, words: [0, 88_00] }))
      void far.send(buildResponse({ is: 'words', slave: 1, words: [0, 12_00, 1] }))
    })
    const clock = fakeLineClock()
    const conversation = createConversation(near, { framer: createResponseFramer(), clock, turnaroundMs: 0 })
    expect(await createScaleBus(conversation).read(1)).toEqual({ grams: 12, stable: true })
    expect(conversation.stats()).toMatchObject({ answered: 1, late: 2 })
  })
})
