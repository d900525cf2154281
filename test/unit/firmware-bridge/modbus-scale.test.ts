import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { serveLine } from '#firmware-bridge/emulator/far-end.ts'
import { modbusScales } from '#firmware-bridge/emulator/modbus-scale.ts'
import { createConversation } from '#firmware-bridge/link/conversation.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import { createScaleBus } from '#firmware-bridge/protocols/modbus-scale/board.ts'
import {
  buildRead,
  buildResponse,
  createResponseFramer,
  MAX_WORDS,
} from '#firmware-bridge/protocols/modbus-scale/codec.ts'
import { scaleMaps } from '#firmware-bridge/protocols/modbus-scale/maps.ts'
import { type ModbusScaleModel, modbusScaleModels } from '#firmware-bridge/protocols/modbus-scale/models.ts'
import {
  decodeScale,
  encodeScale,
  type ScaleFault,
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

const models = modbusScaleModels.map(model => [model, scaleMaps[model]] as const)

/** Grams that every product can show as its emulated instrument is set: tenths within 16 bit. */
const shownGrams = fc.integer({ min: -32_000, max: 32_000 }).map(tenths => tenths / 10)

describe('a scale register map', () => {
  it.each(models)('of %s gives back what was weighed, below zero too', (_, map) => {
    fc.assert(
      fc.property(shownGrams, fc.boolean(), (grams, stable) => {
        const reading = decodeScale(map, encodeScale(map, { grams, stable }))
        if (reading.is !== 'weight') throw new Error(reading.fault)
        expect(reading.grams).toBeCloseTo(grams, 3)
        expect(reading.stable).toBe(map.stable === undefined ? undefined : stable)
      }),
    )
  })

  it.each(models)('of %s lies in one frame and names nothing outside its span', (_, map) => {
    const { address, words } = map.span
    const inside = [map.weight.at, map.weight.at + (map.weight.as === 'int16' ? 0 : 1)]
    const bits = [map.negative, map.stable, ...map.faults.map(([, bit]) => bit)]
    const codes = [map.decimals, map.unitGrams].flatMap(code => (typeof code === 'number' ? [] : [code.at]))
    expect(words).toBeLessThanOrEqual(MAX_WORDS)
    for (const at of [...inside, ...codes, ...bits.flatMap(bit => bit?.at ?? [])]) {
      expect(at).toBeGreaterThanOrEqual(address)
      expect(at).toBeLessThan(address + words)
    }
  })

  it.each(models)('of %s never makes a weight of a fault that it has a bit for', (_, map) => {
    for (const [fault] of map.faults) {
      const words = encodeScale(map, { grams: 100, stable: true }, fault)
      expect(decodeScale(map, words)).toEqual({ is: 'fault', fault })
    }
  })

  it.each(models)('of %s makes a finite weight or a fault of any registers', (_, map) => {
    const words = fc.array(fc.nat(0xffff), { minLength: map.span.words, maxLength: map.span.words })
    fc.assert(
      fc.property(words, registers => {
        const reading = decodeScale(map, registers)
        expect(reading.is === 'fault' || Number.isFinite(reading.grams)).toBe(true)
      }),
    )
  })

  // As the products' documents give them (maps.ts names the pages), worked out by hand.
  it.each([
    ['laumas-tlb', 'the sign in the status word', [0x0880, 0, 25, 0, 0, 0, 0, 0x0109], -2.5, true],
    ['laumas-tlb', 'grams by 0.5 while moving', [0x0000, 0x0001, 0x86a0, 0, 0, 0, 0, 0x0107], 10_000, false],
    ['laumas-tlb', 'kilograms by 0.001', [0x0800, 0, 1_234, 0, 0, 0, 0, 0x000f], 1_234, true],
    ['flintec-dad141', 'IEEE 754', [0x4348, 0x8000, 0, 0, 0x0010], 200.5, true],
    ['flintec-ft112', 'the high word first', [0xffff, 0xfb2e, 0x2000, 0, 0, 0], -12.34, true],
    ['flintec-ft112-low-high', 'the low word first', [0xfb2e, 0xffff, 0x0004, 0x2000, 0, 0], -12.34, false],
    ['bsq-dg-v2', 'one word of grams by 0.1', [0xff85, 1, 4], -12.3, undefined],
    ['bsq-dg-v2', 'kilograms by 0.001', [812, 3, 2], 812, undefined],
  ] as const)('of %s reads %s', (model, _, words, grams, stable) => {
    expect(decodeScale(scaleMaps[model], words)).toEqual({
      is: 'weight',
      grams,
      ...(stable === undefined ? {} : { stable }),
    })
  })

  it.each([
    ['laumas-tlb', 'pounds', [0x0800, 0, 25, 0, 0, 0, 0, 0x0309], 'unit'],
    ['laumas-tlb', 'an overload', [0x0804, 0, 25, 0, 0, 0, 0, 0x0109], 'overload'],
    ['flintec-dad141', 'no number', [0x7fc0, 0, 0, 0, 0x0010], 'range'],
    ['flintec-dad141', 'infinity', [0xff80, 0, 0, 0, 0x0010], 'range'],
    ['flintec-ft112', 'the second unit', [0, 1, 0x2000, 0x0040, 0, 0], 'unit'],
    ['flintec-ft112', 'no decimal point at all', [0, 1, 0, 0, 0, 0], 'unit'],
    ['flintec-ft112', 'programming mode', [0, 1, 0x2000, 0, 0, 0x0002], 'busy'],
    ['bsq-dg-v2', 'newtons', [812, 1, 5], 'unit'],
    ['bsq-dg-v2', 'the largest number', [0x7fff, 1, 4], 'range'],
    ['bsq-dg-v2', 'the smallest number', [0x8000, 1, 4], 'range'],
  ] as const)('of %s refuses %s', (model, _, words, fault) => {
    expect(decodeScale(scaleMaps[model], words)).toEqual({ is: 'fault', fault })
  })
})

describe('emulated weighing transmitters', () => {
  const world = { addresses: [1, 3], grams: () => 250.25, stable: () => true }

  it('answer for themselves only and refuse what they do not have', () => {
    const createFarEnd = modbusScales(world)
    expect(createFarEnd()(buildRead({ slave: 2, address: 0, words: 3 }))).toEqual([])
    expect(createFarEnd()(buildRead({ slave: 1, address: 40, words: 1 }))).toEqual([hex('01 83 02 C0 F1')])
    expect(framesIn(createFarEnd()(buildRead({ slave: 1, address: 0, words: 3 })))).toEqual([
      { is: 'words', slave: 1, words: [0, 25_025, 1] },
    ])
  })

  it('may be of several products on one bus', () => {
    const far = modbusScales(world, slave => scaleMaps[slave === 3 ? 'bsq-dg-v2' : 'simulated'])()
    expect(framesIn(far(buildRead({ slave: 3, address: 0, words: 3 })))).toEqual([
      { is: 'words', slave: 3, words: [2_503, 1, 4] },
    ])
  })
})

/** One emulated slave, whose weights come one after the other, the last for ever. */
const oneScale = (model: ModbusScaleModel, weights: readonly number[], fault?: ScaleFault) => {
  const [near, far] = memoryLine()
  const left = [...weights]
  const grams = (): number => (left.length > 1 ? left.shift() : left[0]) ?? 0
  const world = { addresses: [1], grams, stable: () => true, fault: () => fault }
  serveLine(far, { createFarEnd: modbusScales(world, scaleMaps[model]) })
  const clock = fakeLineClock()
  const conversation = createConversation(near, { framer: createResponseFramer(), clock, turnaroundMs: 0 })
  return { clock, bus: createScaleBus(conversation, scaleMaps[model], clock), stats: conversation.stats }
}

describe('a weighing transmitter', () => {
  it.each([
    ['flintec-ft112', 'overload', 'E_SCALE_OVERLOAD', 'transient'],
    ['flintec-dad141', 'underload', 'E_SCALE_UNDERLOAD', 'transient'],
    ['laumas-tlb', 'cell', 'E_SCALE_CELL', 'transient'],
    ['flintec-ft112', 'busy', 'E_SCALE_BUSY', 'transient'],
    ['laumas-tlb', 'range', 'E_SCALE_RANGE', 'transient'],
    ['flintec-ft112-low-high', 'unit', 'E_SCALE_UNIT', 'permanent'],
  ] as const)('of %s with the fault "%s" is %s, no weight', async (model, fault, code, kind) => {
    const { bus } = oneScale(model, [100], fault)
    await expect(bus.read(1)).rejects.toMatchObject({ code, kind })
  })

  it.each([
    ['rests when its readings agree', [100, 100.1, 100, 100.1], { grams: 100.05, stable: true }],
    ['moves when they do not', [100, 101.5, 98, 100.1], { grams: 100.05, stable: false }],
  ])('without a bit for rest %s', async (_, weights, reading) => {
    const { bus, clock, stats } = oneScale('bsq-dg-v2', weights)
    const read = bus.read(1)
    await clock.pass(1_000)
    expect(await read).toEqual(reading)
    expect(stats()).toMatchObject({ sent: 4, answered: 4 })
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
