import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mtSicsScale } from '#firmware-bridge/emulator/mt-sics.ts'
import {
  buildCommand,
  buildReply,
  COMMANDS,
  type Command,
  createCommandFramer,
  createReplyFramer,
} from '#firmware-bridge/protocols/mt-sics/codec.ts'
import { partsIn, text } from '#test/lib/firmware-bridge-streams.ts'

const replyTo = (line: string) => partsIn(createReplyFramer, [text(`${line}\r\n`)]).frames[0]

const commands = Object.keys(COMMANDS) as Command[]

describe('MT-SICS lines', () => {
  it('of commands are the letters of the level 0 and 1 set, and are heard as such', () => {
    const lines = ['S\r\n', 'SI\r\n', 'SIR\r\n', 'Z\r\n', 'T\r\n', '@\r\n', 'I4\r\n'].map(text)
    expect(commands.map(buildCommand)).toEqual(lines)
    expect(partsIn(createCommandFramer, lines).frames).toEqual(commands)
  })

  it.each([
    ['S S 100.00 g', { is: 'weight', of: 'S', grams: 100, stable: true }],
    ['S D 100.02 g', { is: 'weight', of: 'S', grams: 100.02, stable: false }],
    ['S S     100.00 g', { is: 'weight', of: 'S', grams: 100, stable: true }],
    ['S S -0.00 g', { is: 'weight', of: 'S', grams: 0, stable: true }],
    ['S S -1.2345 kg', { is: 'weight', of: 'S', grams: -1234.5, stable: true }],
    ['S S 12345 mg', { is: 'weight', of: 'S', grams: 12.345, stable: true }],
    ['T S 20.10 g', { is: 'weight', of: 'T', grams: 20.1, stable: true }],
    ['S S 3.5 lb', { is: 'unit', of: 'S', unit: 'lb' }],
    ['S I', { is: 'refused', of: 'S', why: 'I' }],
    ['S L', { is: 'refused', of: 'S', why: 'L' }],
    ['S +', { is: 'refused', of: 'S', why: '+' }],
    ['S -', { is: 'refused', of: 'S', why: '-' }],
    ['Z A', { is: 'zeroed' }],
    ['Z I', { is: 'refused', of: 'Z', why: 'I' }],
    ['ES', { is: 'error', error: 'ES' }],
    ['ET', { is: 'error', error: 'ET' }],
    ['EL', { is: 'error', error: 'EL' }],
    ['I4 A "0123456789"', { is: 'serial', serial: '0123456789' }],
  ])('"%s" is understood', (line, reply) => {
    expect(replyTo(line)).toEqual(reply)
  })

  it.each([
    'S S 1e3 g',
    'S S 0x10 g',
    'S S 1.2.3 g',
    'S S g',
    'S X 1.00 g',
    'xS S 1.00 g',
    'S S 1.00 g x',
    '',
  ])('"%s" is no reply', line => {
    expect(replyTo(line)).toMatchObject({ is: 'unknown' })
  })

  it('come back as they were sent', () => {
    const weights = fc.record({
      is: fc.constant('weight' as const),
      of: fc.constantFrom('S' as const, 'T' as const),
      grams: fc.integer({ min: -999_999, max: 9_999_999 }).map(hundredths => hundredths / 100),
      stable: fc.boolean(),
    })
    const others = fc.constantFrom<Parameters<typeof buildReply>[0]>(
      { is: 'zeroed' },
      { is: 'serial', serial: 'B 021-7' },
      { is: 'refused', of: 'T', why: '+' },
      { is: 'error', error: 'ET' },
    )
    fc.assert(
      fc.property(fc.oneof(weights, others), reply => {
        expect(partsIn(createReplyFramer, [buildReply(reply)]).frames).toEqual([reply])
      }),
    )
  })

  it('longer than any reply are never read by their tail, at whatever length', () => {
    // Blanks are allowed between fields, so this tail would be a reply if it were a line.
    const tail = `S S ${' '.repeat(68)}1.00 g\r\n`
    for (let junk = 0; junk < 200; junk++) {
      const line = 'x'.repeat(junk) + tail
      const { frames, held } = partsIn(createReplyFramer, [text(line), text('S S 1.00 g\r\n')])
      expect(frames.map(({ is }) => is)).toEqual(['unknown', 'weight'])
      expect(held).toBe(0)
    }
  })

  it('without a CR are not trusted', () => {
    expect(partsIn(createReplyFramer, [text('S S 1.00 g\n')]).frames).toMatchObject([{ is: 'unknown' }])
  })

  it('that are damaged give what each line by itself gives', () => {
    const lines = fc.array(fc.constantFrom('S S 100.00 g\r\n', 'S D -1.50 kg\r\n', 'Z A\r\n'), {
      minLength: 1,
    })
    const hits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 })
    fc.assert(
      fc.property(lines, hits, (sent, changes) => {
        const bytes = text(sent.join(''))
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        const whole = Buffer.from(bytes).toString('latin1').split('\n').slice(0, -1)
        const known = (chunks: readonly Uint8Array[]) =>
          partsIn(createReplyFramer, chunks).frames.filter(({ is }) => is !== 'unknown')
        expect(known([bytes])).toEqual(whole.flatMap(line => known([text(`${line}\n`)])))
      }),
    )
  })
})

describe('an emulated MT-SICS scale', () => {
  it('weighs, tares, zeroes, and refuses what it cannot do', () => {
    const pan = { grams: 100, stable: true }
    const hear = mtSicsScale({
      grams: () => pan.grams,
      stable: () => pan.stable,
      capacityGrams: 3000,
      serial: 'B1',
    })()
    const say = (line: string) =>
      hear(text(`${line}\r\n`)).map(reply => Buffer.from(reply).toString().trimEnd())
    expect(say('S')).toEqual(['S S     100.00 g'])
    expect(say('T')).toEqual(['T S     100.00 g'])
    pan.grams = 150
    expect(say('SI')).toEqual(['S S      50.00 g'])
    pan.stable = false
    expect([say('SIR'), say('S'), say('Z')]).toEqual([['S D      50.00 g'], ['S I'], ['Z I']])
    pan.stable = true
    expect([say('Z'), say('S')]).toEqual([['Z A'], ['S S       0.00 g']])
    expect([say('@'), say('I4'), say('S')]).toEqual([['I4 A "B1"'], ['I4 A "B1"'], ['S S     150.00 g']])
    pan.grams = 3001
    expect([say('S'), say('T'), say('X')]).toEqual([['S +'], ['T +'], ['ES']])
    pan.grams = -100
    expect(say('SI')).toEqual(['S -'])
  })
})
