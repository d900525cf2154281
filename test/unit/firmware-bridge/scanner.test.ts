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
import { hex, partsIn, text } from '#test/lib/firmware-bridge-streams.ts'

const GS = '\x1d'
const GTIN = '06901234567892'
const CODE = `01${GTIN}17271231` + `10A2026${GS}21S001`
const TRACE = '81234567890123456789'

const scansIn = (...chunks: readonly Uint8Array[]): readonly Scan[] =>
  partsIn(createScanFramer, chunks).frames.flat()
const scan = (...lines: readonly string[]) => scansIn(...lines.map(text))
const pack = { is: 'code', code: CODE }
const as = (symbology: string) => ({ ...pack, symbology })
const trace = { is: 'code', code: TRACE }

describe('a scanner', () => {
  it('is triggered, and answers, with the golden bytes', () => {
    expect(buildTrigger()).toEqual(hex('7E 00 08 01 00 02 01 AB CD'))
    expect(buildTriggerReply()).toEqual(hex('02 00 00 01 00 33 31'))
  })

  it.each(['\r', '\n', '\r\n'])('ends its codes by %j', end => {
    expect(scan(`]d2${CODE}${end}`, `]C1${CODE}${end}`)).toEqual([as(']d2'), as(']C1')])
  })

  it('is understood without symbology identifiers as well', () => {
    expect(scan(`${CODE}\r`, `${TRACE}\r`)).toEqual([pack, trace])
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

  it('gives what is read as it stands, with the separators in it', () => {
    const enveloped = `[)>\x1e05${GS}${CODE}\x1e\x04`
    expect(scan(`]d1${enveloped}\r`)).toEqual([{ is: 'code', symbology: ']d1', code: enveloped }])
  })

  it('reads a patient’s slip, which is long and has blanks', () => {
    const slip = `RX1:${'AB %*+:/ 9'.repeat(90)}`
    expect(scan(`${slip}\r`)).toEqual([{ is: 'code', code: slip }])
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
