import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hexOf } from '#cli/frame/protocol.ts'
import { yaoguiBoard } from '#cli/frame/yaogui-board.ts'
import {
  type Answer,
  createAnswerFramer,
  createRequestFramer,
  encode,
  type Request,
} from '#firmware-bridge/protocols/yaogui-board/codec.ts'
import { crc16, stuff } from '#firmware-bridge/protocols/yaogui-board/framing.ts'
import {
  FAULTS,
  LAYOUTS,
  OUTCOMES,
  QUALITIES,
  REASONS,
} from '#firmware-bridge/protocols/yaogui-board/layouts.ts'
import { hex, partsIn } from '#test/lib/firmware-bridge-streams.ts'

const DOCUMENT = readFileSync(new URL('../../../docs/firmware-protocol.md', import.meta.url), 'utf8')

/** The lines `left = right` of a fenced block. */
const block = (name: string): readonly (readonly [left: string, right: string])[] => {
  const [, text = ''] = new RegExp(`\`\`\`${name}\n([^]*?)\n\`\`\``).exec(DOCUMENT) ?? []
  return text.split('\n').map(line => {
    const at = line.lastIndexOf(' = ')
    return [line.slice(0, at), line.slice(at + 3)]
  })
}

const golden = block('golden').map(
  ([fields, bytes]) => [JSON.parse(fields) as Request | Answer, bytes] as const,
)

/** `| code | name |` of the table below a heading. */
const tableBelow = (heading: string): Readonly<Record<string, number>> => {
  const [, section = ''] = DOCUMENT.split(`### ${heading}`)
  const rows = section.split('\n#')[0]?.matchAll(/^\| (\d+) \| (\w+) \|/gm) ?? []
  return Object.fromEntries(Array.from(rows, ([, code, name]) => [name, Number(code)]))
}

describe('docs/firmware-protocol.md', () => {
  it('has a golden frame for every type', () => {
    expect(new Set(golden.map(([{ is }]) => is))).toEqual(new Set(Object.keys(LAYOUTS)))
  })

  it.each(golden)('%o is what the codec sends and hears', (message, bytes) => {
    expect(hexOf(encode(message))).toBe(bytes)
    const framer = LAYOUTS[message.is].type < 0x80 ? createRequestFramer : createAnswerFramer
    expect(partsIn<unknown>(framer, [hex(bytes)]).frames).toEqual([message])
  })

  it.each(golden)('%o with one wrong byte, whichever, is not accepted', ({ is }, bytes) => {
    const frame = hex(bytes)
    const framer = LAYOUTS[is].type < 0x80 ? createRequestFramer() : createAnswerFramer()
    const accepted: string[] = []
    for (let at = 1; at < frame.length - 1; at++)
      for (let value = 0; value < 256; value++) {
        if (value === frame[at]) continue
        const damaged = frame.with(at, value)
        if (framer.push(damaged).some(part => part.is === 'frame')) accepted.push(hexOf(damaged))
      }
    expect(accepted).toEqual([])
  })

  it.each(golden)('%o is explained by `yaogui frame`, every byte of it', (_, bytes) => {
    const { fields, zh, en } = yaoguiBoard.explain(hex(bytes), {})
    expect(fields.map(field => hexOf(field.bytes)).join(' ')).toBe(bytes)
    expect([zh, en].join()).not.toContain('undefined')
  })

  it.each(yaoguiBoard.verbs)(
    'lets `yaogui frame yaogui-board $name` build a frame that boards hear',
    verb => {
      const numbers = { board: 1, lock: 2, channel: 2, boot: 305_419_896, id: 7, until: 62_000 }
      const bytes = verb.build(numbers, {})
      expect(partsIn(createRequestFramer, [bytes]).frames).toMatchObject([{ board: 1, seq: 1 }])
      for (const need of verb.needs)
        expect(() => verb.build({ ...numbers, [need]: Number.NaN }, {})).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^E_(LOCK_ADDRESS|FRAME_RANGE)$/) }),
        )
    },
  )

  it.each(Object.entries(LAYOUTS))('states the type and the fields of %s', (name, { type, fields }) => {
    const list = Object.entries(fields).map(([field, width]) => `${field} ${width}`)
    expect(DOCUMENT).toContain(`| \`${hexOf(Uint8Array.of(type))}\` | ${name} | ${list.join(' · ') || '—'} |`)
  })

  it('states every code as the program has it', () => {
    expect(tableBelow('Outcomes')).toEqual(OUTCOMES)
    expect(tableBelow('Qualities')).toEqual(QUALITIES)
    expect(tableBelow('Reasons of')).toEqual(REASONS)
    expect(tableBelow('Faults')).toEqual(FAULTS)
  })

  it.each(block('crc'))('"%s" has the CRC %s', (bytes, crc) => {
    expect(crc16(hex(bytes)).toString(16).toUpperCase().padStart(4, '0')).toBe(crc)
  })

  it.each(block('cobs'))('%s is stuffed to %s', (bytes, stuffed) => {
    expect(hexOf(Uint8Array.from(stuff(hex(bytes))))).toBe(stuffed)
  })
})
