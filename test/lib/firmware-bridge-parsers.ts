import * as cu16 from '#firmware-bridge/protocols/kerong-cu16/codec.ts'
import * as cu48 from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import * as locks8a from '#firmware-bridge/protocols/locks-8a/codec.ts'
import * as modbus from '#firmware-bridge/protocols/modbus-scale/codec.ts'
import * as mtSics from '#firmware-bridge/protocols/mt-sics/codec.ts'
import * as scanner from '#firmware-bridge/protocols/scanner/codec.ts'
import * as sms from '#firmware-bridge/protocols/sms-modem/codec.ts'
import * as yaogui from '#firmware-bridge/protocols/yaogui-board/codec.ts'
import type { Below, Parser } from './firmware-bridge-fuzz.ts'

const bits = (below: Below, length: number): readonly boolean[] =>
  Array.from({ length }, () => below(2) === 1)
const latin = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))
const oneOf = <T>(below: Below, first: T, ...others: readonly T[]): T =>
  [first, ...others][below(others.length + 1)] ?? first

/** It stands there if these bytes do. */
const builtBy =
  <F>(build: (frame: F) => Uint8Array) =>
  (frame: F, seen: Buffer): boolean =>
    seen.includes(Buffer.from(build(frame)))

/** The third byte of a CU48's reply is free, so the frame is looked for with each. */
const standsCu48 = (frame: cu48.StatusReply, seen: Buffer): boolean => {
  const built = Buffer.from(cu48.buildStatusReply(frame))
  return Array.from({ length: 256 }, (_, free) => {
    const other = Buffer.from(built)
    other[2] = free
    other[11] = ((built[11] ?? 0) + free) & 0xff
    return other
  }).some(other => seen.includes(other))
}

const GRAMS: Readonly<Record<string, number>> = { mg: 0.001, g: 1, kg: 1_000 }

/** Reads the lines another way than the parser: some whole line must say this weight. */
const standsWeight = (frame: mtSics.Reply, seen: Buffer): boolean =>
  frame.is !== 'weight' ||
  seen
    .toString('latin1')
    .split('\n')
    .some(line => {
      const [of, state, value, unit = ''] = line.trimEnd().split(/\s+/)
      const grams = Number(value) * (GRAMS[unit] ?? Number.NaN)
      return of === frame.of && (state === 'S') === frame.stable && Math.abs(grams - frame.grams) < 1e-6
    })

const TRIGGER_REPLY = Buffer.from(scanner.buildTriggerReply()).toString('latin1')

const standsCodes = (scans: readonly scanner.Scan[], seen: Buffer): boolean => {
  const text = seen.toString('latin1').replaceAll(TRIGGER_REPLY, '')
  return scans.every(scan => scan.is === 'unreadable' || text.includes(scan.code))
}

/** Ctrl-Z and ESC of an echoed command are no part of a line. */
const standsLine = (said: sms.ModemSaid, seen: Buffer): boolean =>
  said.is === 'line'
    ? seen.toString('latin1').replaceAll('\x1a', '').replaceAll('\x1b', '').includes(said.text)
    : said.is !== 'prompt' || seen.includes('> ')

const of8a = (channels: locks8a.Channels): Parser<locks8a.Reply> => ({
  name: `locks-8a, ${channels}`,
  longest: 4 + channels / 8,
  createFramer: () => locks8a.createReplyFramer({ all: channels }),
  frame: below => locks8a.buildReply({ is: 'all', board: 1 + below(32), contacts: bits(below, channels) }),
  stands: builtBy(locks8a.buildReply),
})

const BOARDS = [
  {
    name: 'kerong-cu48',
    longest: 12,
    createFramer: cu48.createReplyFramer,
    frame: below => cu48.buildStatusReply({ board: below(10), hookClosed: bits(below, 48) }),
    stands: standsCu48,
  } satisfies Parser<cu48.StatusReply>,
  {
    name: 'kerong-cu16',
    longest: 9,
    createFramer: cu16.createReplyFramer,
    frame: below =>
      cu16.buildStatusReply({
        board: below(16),
        hookClosed: bits(below, 16),
        infrared: bits(below, 16),
      }),
    stands: builtBy(cu16.buildStatusReply),
  } satisfies Parser<cu16.StatusReply>,
  of8a(16),
  of8a(24),
  of8a(32),
  {
    name: 'locks-8a, one lock',
    longest: 5,
    createFramer: () => locks8a.createReplyFramer('one'),
    frame: below =>
      locks8a.buildReply({
        is: oneOf(below, 'one', 'unlock'),
        board: 1 + below(32),
        lock: 1 + below(32),
        contact: below(2) === 1,
      }),
    stands: builtBy(locks8a.buildReply),
  } satisfies Parser<locks8a.Reply>,
  {
    name: 'yaogui-board',
    longest: 65,
    createFramer: yaogui.createAnswerFramer,
    frame: below => {
      const common = { board: 1 + below(31), seq: below(256), boot: 1 + below(0xffff_ffff) }
      const outcome = { id: below(10), lock: 1 + below(16), outcome: below(25), ms: below(1_001) }
      const sample = { kind: 1 + below(2), channel: 1 + below(16), number: below(1_000), ageMs: below(1_000) }
      return below(2) === 0
        ? yaogui.encode({ is: oneOf(below, 'unlocked', 'settled'), ...common, ...outcome })
        : yaogui.encode({
            is: 'pushed',
            ...common,
            ...sample,
            quality: below(9),
            value: -below(9_999),
            raw: below(9_999),
          })
    },
    stands: builtBy(yaogui.encode),
  } satisfies Parser<yaogui.Answer>,
]

const OTHERS = [
  {
    name: 'modbus-scale',
    longest: 255,
    createFramer: modbus.createResponseFramer,
    frame: below => {
      const words = Array.from({ length: 1 + below(5) }, () => below(0x10000))
      return modbus.buildResponse({ is: 'words', slave: 1 + below(247), words })
    },
    stands: builtBy(modbus.buildResponse),
  } satisfies Parser<modbus.ReadResponse>,
  {
    name: 'mt-sics',
    longest: 80,
    createFramer: mtSics.createReplyFramer,
    frame: below =>
      oneOf(
        below,
        mtSics.buildReply({ is: 'weight', of: 'S', grams: below(300_000) / 100, stable: below(2) === 1 }),
        mtSics.buildReply({ is: 'refused', of: 'S', why: oneOf(below, 'I', 'L', '+', '-') }),
      ),
    stands: standsWeight,
  } satisfies Parser<mtSics.Reply>,
  {
    name: 'scanner',
    longest: 2_048,
    createFramer: scanner.createScanFramer,
    frame: below =>
      oneOf(
        below,
        latin(']d20106901234567892\x1d10A1\r\n'),
        latin('81234567890123456789\r'),
        scanner.buildTriggerReply(),
      ),
    stands: standsCodes,
  } satisfies Parser<readonly scanner.Scan[]>,
  {
    name: 'sms-modem',
    longest: 512,
    createFramer: sms.createModemFramer,
    frame: below =>
      oneOf(
        below,
        sms.buildLine(oneOf(below, 'OK', '+CMGS: 17', '+CMS ERROR: 38', '+CSQ: 21,99', '+CREG: 0,1')),
        sms.buildLine(`07${'91'.repeat(below(60))}`),
        sms.buildPrompt(),
      ),
    stands: standsLine,
  } satisfies Parser<sms.ModemSaid>,
]

/** The far ends: what a board of our emulators hears. */
const HEARERS = [
  {
    name: 'kerong-cu48, board',
    longest: 6,
    createFramer: cu48.createCommandFramer,
    frame: below => cu48.buildUnlock(cu48.lockAddress({ board: below(10), lock: 1 + below(48) })),
  } satisfies Parser<cu48.Command>,
  {
    name: 'kerong-cu16, board',
    longest: 5,
    createFramer: cu16.createCommandFramer,
    frame: below => cu16.buildUnlock(cu16.lockAddress({ board: below(16), lock: 1 + below(16) })),
  } satisfies Parser<cu16.Command>,
  {
    name: 'locks-8a, board',
    longest: 5,
    createFramer: locks8a.createCommandFramer,
    frame: below => locks8a.buildUnlock(locks8a.lockAddress({ board: 1 + below(32), lock: 1 + below(32) })),
  } satisfies Parser<locks8a.Command>,
  {
    name: 'yaogui-board, board',
    longest: 65,
    createFramer: yaogui.createRequestFramer,
    frame: below => yaogui.encode({ is: 'hello', board: 1 + below(31), seq: below(256), min: 1, max: 1 }),
  } satisfies Parser<yaogui.Request | yaogui.Odd>,
  {
    name: 'modbus-scale, slave',
    longest: 8,
    createFramer: modbus.createRequestFramer,
    frame: below => modbus.buildRead({ slave: 1 + below(247), address: below(0x10000), words: 1 + below(9) }),
  } satisfies Parser<modbus.ReadRequest>,
  {
    name: 'mt-sics, scale',
    longest: 80,
    createFramer: mtSics.createCommandFramer,
    frame: below => mtSics.buildCommand(oneOf(below, 'stable', 'now', 'zero', 'tare', 'reset', 'serial')),
  } satisfies Parser<mtSics.Command | 'unknown'>,
  {
    name: 'scanner, trigger',
    longest: 9,
    createFramer: scanner.createTriggerFramer,
    frame: scanner.buildTrigger,
  } satisfies Parser<'trigger'>,
  {
    name: 'sms-modem, modem',
    longest: 512,
    createFramer: sms.createHostFramer,
    frame: below => oneOf(below, sms.buildCommand('AT+CMGF=0'), sms.buildBody(new Uint8Array(below(180)))),
  } satisfies Parser<sms.HostSaid>,
]

/** Every parser of the wire. */
export const PARSERS = [...BOARDS, ...OTHERS, ...HEARERS] as unknown as readonly Parser[]
