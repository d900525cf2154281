import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createListeners } from '#firmware-bridge/link/line.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import { createSerialScanner } from '#firmware-bridge/protocols/scanner/board.ts'
import {
  buildTrigger,
  buildTriggerReply,
  createScanFramer,
  type Scan,
} from '#firmware-bridge/protocols/scanner/codec.ts'
import { parseGs1 } from '#firmware-bridge/protocols/scanner/gs1.ts'
import { hex, partsIn, text } from '#test/lib/firmware-bridge-streams.ts'

const GS = '\x1d'
const GTIN = '06901234567892'
const CODE = `01${GTIN}17271231` + `10A2026${GS}21S001`
const PACK = { gtin: GTIN, expiry: '2027-12-31', lot: 'A2026', serial: 'S001', doubtful: false }
const TRACE = '81234567890123456789'

const scansIn = (...chunks: readonly Uint8Array[]): readonly Scan[] =>
  partsIn(createScanFramer, chunks).frames.flat()
const scan = (...lines: readonly string[]) => scansIn(...lines.map(text))
const gs1 = { is: 'gs1', code: CODE, ...PACK }
const as = (symbology: string) => ({ ...gs1, symbology })
const trace = { is: 'code', kind: 'trace-20', code: TRACE, drug: '8123456' }

describe('a scanner', () => {
  it('is triggered, and answers, with the golden bytes', () => {
    expect(buildTrigger()).toEqual(hex('7E 00 08 01 00 02 01 AB CD'))
    expect(buildTriggerReply()).toEqual(hex('02 00 00 01 00 33 31'))
  })

  it.each(['\r', '\n', '\r\n'])('ends its codes by %j', end => {
    expect(scan(`]d2${CODE}${end}`, `]C1${CODE}${end}`)).toEqual([as(']d2'), as(']C1')])
  })

  it('is understood without symbology identifiers as well', () => {
    expect(scan(`${CODE}\r`, `${TRACE}\r`)).toEqual([gs1, trace])
  })

  it('may glue two codes, with or without an end between them', () => {
    expect(scan(`]d2${CODE}\r]d2${CODE}\r`)).toEqual([as(']d2'), as(']d2')])
    expect(scan(`]d2${CODE}]C1${CODE}\r`)).toEqual([as(']d2'), as(']C1')])
    expect(scan(`]d2${CODE}]C0${TRACE}]Q0${TRACE}\r`)).toEqual([
      as(']d2'),
      { ...trace, symbology: ']C0' },
      { ...trace, symbology: ']Q0' },
    ])
  })

  it('may be cut at any byte', () => {
    const bytes = text(`]d2${CODE}\r\n`)
    for (let at = 0; at <= bytes.length; at++) {
      expect(scansIn(bytes.slice(0, at), bytes.slice(at))).toEqual([as(']d2')])
    }
  })

  it('may answer triggers anywhere in the stream, and their bytes are never part of a code', () => {
    const reply = Buffer.from(buildTriggerReply()).toString('latin1')
    const line = `]d2${CODE}\r\n`
    for (let at = 0; at <= line.length; at++) {
      expect(scan(line.slice(0, at) + reply + line.slice(at))).toEqual([as(']d2')])
    }
  })

  it('may be triggered a thousand times with nothing before it, and then reads', () => {
    const replies = Array.from({ length: 1_000 }, buildTriggerReply)
    expect(scansIn(...replies, text(`${TRACE}\r`))).toEqual([trace])
  })

  it.each([']C1', ']d2', ']Q3', ']e0', ']J1'])('reads GS1 data of the symbology %s', symbology => {
    expect(scan(`${symbology}${CODE}\r`)).toEqual([as(symbology)])
  })

  it('tells other data from GS1 by its identifier, whatever the digits look like', () => {
    expect(scan(`]C0${CODE}\r`)).toMatchObject([{ is: 'code', kind: 'other', symbology: ']C0' }])
  })

  it('takes letters in a trace code, and names the drug by its first seven characters', () => {
    expect(scan('8A1234567890123456ZZ\r')).toMatchObject([{ kind: 'trace-20', drug: '8A12345' }])
    expect(scan('8123456789012345678\r', '8123456789012345678-\r')).toMatchObject([
      { kind: 'other' },
      { kind: 'other' },
    ])
  })

  it('takes twenty digits with the check digit of a case for the case, not for a trace code', () => {
    expect(scan('00106901234567890128\r')).toMatchObject([{ is: 'gs1', sscc: '106901234567890128' }])
    expect(scan('00106901234567890129\r')).toMatchObject([{ kind: 'trace-20' }])
  })

  it('reads GS1 data in the envelope of ISO/IEC 15434, and leaves any other envelope whole', () => {
    const envelope = (inside: string) => `[)>\x1e${inside}\x1e\x04`
    expect(scan(`]d1${envelope(`05${GS}${CODE}`)}\r`)).toEqual([
      { ...as(']d1'), code: envelope(`05${GS}${CODE}`) },
    ])
    const other = envelope(`06${GS}25SUN043325711MH8031200000000001`)
    expect(scan(`]d1${other}\r`)).toMatchObject([{ is: 'code', kind: 'other', code: other }])
  })

  it('reads a patient’s slip, which is long and has blanks', () => {
    const slip = `RX1:${'AB %*+:/ 9'.repeat(90)}`
    expect(scan(`${slip}\r`)).toEqual([{ is: 'code', kind: 'other', code: slip }])
  })

  it('says "unreadable" of a line that is too long or no text, and never gives its tail', () => {
    for (let length = 2_040; length < 2_060; length++) {
      const scans = scan(`${'9'.repeat(length)}${TRACE}\r`, `${TRACE}\r`)
      expect(scans.map(each => (each.is === 'code' ? each.code.length : each.is))).toEqual(
        length + 20 < 2_047 ? [length + 20, 20] : ['unreadable', 20],
      )
    }
    expect(scan(`${TRACE}\x00\r`, '\xff\xfe\r', ']d2\r').map(({ is }) => is)).toEqual([
      'unreadable',
      'unreadable',
      'unreadable',
    ])
  })
})

describe('a GS1 element string', () => {
  it.each([
    ['in another order', `21S001${GS}10A2026${GS}17271231` + `01${GTIN}`, PACK],
    ['with a separator in front', GS + CODE, PACK],
    ['whose expiry has no day', `01${GTIN}17280200`, { gtin: GTIN, expiry: '2028-02-29', doubtful: false }],
    [
      'with a production date',
      `01${GTIN}11260101${GS}17271231`,
      { ...PACK, produced: '2026-01-01', lot: undefined, serial: undefined },
    ],
    [
      'of a case with its content',
      `0010690123456789012802${GTIN}172712313740${GS}10AB-C`,
      {
        sscc: '106901234567890128',
        content: GTIN,
        count: 40,
        expiry: '2027-12-31',
        lot: 'AB-C',
        doubtful: false,
      },
    ],
    [
      'with a reimbursement number, a variant and more',
      `01${GTIN}` + `710X1${GS}22V2${GS}240Y${GS}70032712312359${GS}21S001`,
      { gtin: GTIN, serial: 'S001', doubtful: false },
    ],
  ])('%s is read', (_, code, pack) => {
    expect(parseGs1(code)).toEqual(pack)
  })

  it.each([
    ['a wrong check digit', '0106901234567893'],
    ['an impossible day', `01${GTIN}17270230`],
    ['month 13', `01${GTIN}17271301`],
    ['an unknown identifier', `01${GTIN}99X`],
    ['a field cut off', `01${GTIN}1727`],
    ['a separator within a fixed field', `01${GTIN}1727${GS}1231`],
    ['a lot of more than 20 places', `10${'A'.repeat(21)}`],
    ['an empty lot', `10${GS}21S`],
    ['a character that GS1 has not', `10A#${GS}21S`],
    ['letters for a number', `02${GTIN}374x`],
    ['a wrong check digit of a case', '00106901234567890129'],
    ['a field twice', `10A${GS}10B`],
    ['nothing', ''],
  ])('with %s is not understood at all', (_, code) => {
    expect(parseGs1(code)).toBeUndefined()
  })

  it('that lost its separator is marked, so that lot and serial are compared before they are believed', () => {
    const lost = CODE.replace(GS, '')
    expect(parseGs1(lost)).toMatchObject({ gtin: GTIN, lot: 'A202621S001', doubtful: true })
    expect(scan(`]d2${lost}\r`)).toMatchObject([{ is: 'gs1', doubtful: true }])
  })

  it('never throws, and gives back what was put in', () => {
    const word = fc.string({ unit: fc.constantFrom(...'ABCXYZ089-/'), minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(word, word, (lot, serial) => {
        expect(parseGs1(`01${GTIN}10${lot}${GS}21${serial}`)).toMatchObject({ gtin: GTIN, lot, serial })
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('0', '1', '2', '7', 'A', GS), maxLength: 60 }), code => {
        expect(() => parseGs1(code)).not.toThrow()
      }),
    )
  })
})

describe('a scanner on its line', () => {
  const onALine = () => {
    const [near, far] = memoryLine()
    const lines = createListeners<boolean>()
    const device = createSerialScanner(near, { onLineChange: lines.add })
    const scans: string[] = []
    device.onScan(({ code }) => scans.push(code))
    return { device, far, scans, line: lines.tell }
  }

  it('tells what it reads and counts what it cannot', async () => {
    const { device, far, scans } = onALine()
    await far.send(text(`${TRACE}\r\n\xff\xfe\r${TRACE}\r`))
    await device.trigger()
    expect(scans).toEqual([TRACE, TRACE])
    expect(device.stats()).toEqual({ sent: 1, answered: 2, discardedBytes: 2, badChecksums: 0, late: 0 })
  })

  it('that was unplugged in the middle of a code does not glue its half to the next one', async () => {
    const { device, far, scans, line } = onALine()
    await far.send(text(TRACE.slice(0, 7)))
    line(false)
    line(true)
    await far.send(text(`${TRACE}\r`))
    await device.trigger()
    expect(scans).toEqual([TRACE])
    expect(device.stats().discardedBytes).toBe(7)
  })
})
