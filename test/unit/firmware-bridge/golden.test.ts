import { describe, expect, it } from 'vitest'
import { hexOf } from '#cli/frame/protocol.ts'
import type { Framer } from '#firmware-bridge/link/framing.ts'
import * as cu16 from '#firmware-bridge/protocols/kerong-cu16/codec.ts'
import * as cu48 from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import * as locks8a from '#firmware-bridge/protocols/locks-8a/codec.ts'
import * as modbus from '#firmware-bridge/protocols/modbus-scale/codec.ts'
import * as mtSics from '#firmware-bridge/protocols/mt-sics/codec.ts'
import * as scanner from '#firmware-bridge/protocols/scanner/codec.ts'
import * as sms from '#firmware-bridge/protocols/sms-modem/codec.ts'
import { countOf } from '#hardware/drivers/hx711-scale.ts'
import { parseW1Slave } from '#hardware/drivers/w1-thermometer.ts'
import { w1SlaveText } from '#hardware/simulated/w1-slave.ts'
import { runFrame } from '#test/lib/cli-frame.ts'
import { hex, partsIn, text } from '#test/lib/firmware-bridge-streams.ts'

/*
 * Every frame that the vendors' documents and the field give, letter for letter: built from its meaning, read back to
 * it, and both by `yaogui frame`. Sources: KerOng CU48 document V2.1; KerOng CU16 and "8A" boards as several
 * independent implementations send them; MT-SICS reference manual, levels 0 and 1; Modbus Application Protocol V1.1b3
 * 6.3; 3GPP TS 27.005; a scanner's command manual; data sheet of the DS18B20; the kernel's hx711 driver.
 */
type Golden = {
  readonly hex: string
  readonly means: unknown
  readonly parser: () => Framer<unknown>
  /** Left out where nothing of ours may be able to build it. */
  readonly build?: () => Uint8Array
  /** The words of `yaogui frame` that print it. */
  readonly words?: string
  /** Protocol of `yaogui frame PROTOCOL decode`, and something of what that says. */
  readonly decode?: readonly [protocol: string, says: string]
}

/** 1 … `count`, true where listed. */
const locks = (count: number, ...on: readonly number[]): readonly boolean[] =>
  Array.from({ length: count }, (_, at) => on.includes(at + 1))
const shown = (line: string): string => hexOf(text(line))

const CU48: readonly Golden[] = [
  {
    hex: '02 00 00 50 03 55',
    means: { addr: 0, lock: 0, cmd: 'status' },
    parser: cu48.createCommandFramer,
    build: () => cu48.buildStatusQuery(0),
    words: 'kerong-cu48 status --board 0',
    decode: ['kerong-cu48', '查询板 0'],
  },
  {
    hex: '02 00 00 51 03 56',
    means: { addr: 0, lock: 0, cmd: 'unlock' },
    parser: cu48.createCommandFramer,
    build: () => cu48.buildUnlock(cu48.lockAddress({ board: 0, lock: 1 })),
    words: 'kerong-cu48 unlock --board 0 --lock 1',
    decode: ['kerong-cu48', '打开板 0 的锁 1'],
  },
  {
    hex: '02 00 00 65 07 00 00 00 00 C0 03 31',
    means: { board: 0, hookClosed: locks(48, 1, 2, 3, 47, 48) },
    parser: cu48.createReplyFramer,
    build: () => cu48.buildStatusReply({ board: 0, hookClosed: locks(48, 1, 2, 3, 47, 48) }),
    decode: ['kerong-cu48', '1、2、3、47、48'],
  },
]

const CU16: readonly Golden[] = [
  {
    hex: '02 00 30 03 35',
    means: { board: 0, lock: 1, cmd: 'status' },
    parser: cu16.createCommandFramer,
    build: () => cu16.buildStatusQuery(0),
    words: 'kerong-cu16 status --board 0',
    decode: ['kerong-cu16', '查询板 0'],
  },
  {
    hex: '02 00 31 03 36',
    means: { board: 0, lock: 1, cmd: 'unlock' },
    parser: cu16.createCommandFramer,
    build: () => cu16.buildUnlock(cu16.lockAddress({ board: 0, lock: 1 })),
    words: 'kerong-cu16 unlock --board 0 --lock 1',
    decode: ['kerong-cu16', '打开板 0 的锁 1'],
  },
  {
    hex: '02 0F 31 03 45',
    means: { board: 0, lock: 16, cmd: 'unlock' },
    parser: cu16.createCommandFramer,
    build: () => cu16.buildUnlock(cu16.lockAddress({ board: 0, lock: 16 })),
    words: 'kerong-cu16 unlock --board 0 --lock 16',
    decode: ['kerong-cu16', '打开板 0 的锁 16'],
  },
  {
    // Laid out as documented: hooks 1–8, 9–16, infrared 1–8, 9–16.
    hex: '02 20 35 01 80 03 00 03 DE',
    means: { board: 2, hookClosed: locks(16, 1, 16), infrared: locks(16, 1, 2) },
    parser: cu16.createReplyFramer,
    build: () => cu16.buildStatusReply({ board: 2, hookClosed: locks(16, 1, 16), infrared: locks(16, 1, 2) }),
    decode: ['kerong-cu16', '1、16'],
  },
]

const LOCKS_8A: readonly Golden[] = [
  {
    hex: '8A 01 01 11 9B',
    means: { cmd: 'unlock', board: 1, lock: 1 },
    parser: locks8a.createCommandFramer,
    build: () => locks8a.buildUnlock(locks8a.lockAddress({ board: 1, lock: 1 })),
    words: 'locks-8a unlock --board 1 --lock 1',
    decode: ['locks-8a', '打开板 1 的锁 1'],
  },
  {
    hex: '80 01 01 33 B3',
    means: { cmd: 'read', board: 1, lock: 1 },
    parser: locks8a.createCommandFramer,
    build: () => locks8a.buildReadOne(locks8a.lockAddress({ board: 1, lock: 1 })),
    words: 'locks-8a status --board 1 --lock 1',
    decode: ['locks-8a', '查询板 1 的锁 1'],
  },
  {
    hex: '80 01 00 33 B2',
    means: { cmd: 'read', board: 1, lock: 0 },
    parser: locks8a.createCommandFramer,
    build: () => locks8a.buildReadAll(1),
    words: 'locks-8a status --board 1',
    decode: ['locks-8a', '查询板 1 全部锁'],
  },
  {
    hex: '80 01 01 11 91',
    means: { is: 'one', board: 1, lock: 1, contact: true },
    parser: () => locks8a.createReplyFramer('one'),
    build: () => locks8a.buildReply({ is: 'one', board: 1, lock: 1, contact: true }),
    decode: ['locks-8a', '短接'],
  },
  {
    hex: '80 01 01 00 80',
    means: { is: 'one', board: 1, lock: 1, contact: false },
    parser: () => locks8a.createReplyFramer('one'),
    build: () => locks8a.buildReply({ is: 'one', board: 1, lock: 1, contact: false }),
    decode: ['locks-8a', '断开'],
  },
  {
    // S3 S2 S1: the LAST status byte holds channels 1–8.
    hex: '80 01 80 00 01 33 33',
    means: { is: 'all', board: 1, contacts: locks(24, 1, 24) },
    parser: () => locks8a.createReplyFramer({ all: 24 }),
    build: () => locks8a.buildReply({ is: 'all', board: 1, contacts: locks(24, 1, 24) }),
    decode: ['locks-8a', '1、24'],
  },
]

const ask = (command: mtSics.Command, letters: string): Golden => ({
  hex: shown(`${letters}\r\n`),
  means: command,
  parser: mtSics.createCommandFramer,
  build: () => mtSics.buildCommand(command),
  words: `mt-sics ${command}`,
})

/** Built with the value in ten places; a scale parts its fields by any white space. */
const weight = (line: string, means: Extract<mtSics.Reply, { is: 'weight' }>): readonly Golden[] => [
  {
    hex: shown(`${line}\r\n`),
    means,
    parser: mtSics.createReplyFramer,
    decode: ['mt-sics', `${means.grams} 克`],
  },
  {
    hex: shown(`${line.replace(/\d[\d.]*/, value => value.padStart(10))}\r\n`),
    means,
    parser: mtSics.createReplyFramer,
    build: () => mtSics.buildReply(means),
  },
]

const says = (
  line: string,
  means: Exclude<mtSics.Reply, { is: 'unit' | 'unknown' }>,
  word: string,
): Golden => ({
  hex: shown(`${line}\r\n`),
  means,
  parser: mtSics.createReplyFramer,
  build: () => mtSics.buildReply(means),
  decode: ['mt-sics', word],
})

const MT_SICS: readonly Golden[] = [
  ask('stable', 'S'),
  ask('now', 'SI'),
  ask('repeat', 'SIR'),
  ask('zero', 'Z'),
  ask('tare', 'T'),
  ask('reset', '@'),
  ask('serial', 'I4'),
  ...weight('S S 100.00 g', { is: 'weight', of: 'S', grams: 100, stable: true }),
  ...weight('S D 100.02 g', { is: 'weight', of: 'S', grams: 100.02, stable: false }),
  says('S I', { is: 'refused', of: 'S', why: 'I' }, '不能执行'),
  says('S L', { is: 'refused', of: 'S', why: 'L' }, '参数'),
  says('S +', { is: 'refused', of: 'S', why: '+' }, '超载'),
  says('S -', { is: 'refused', of: 'S', why: '-' }, '低于'),
  says('ES', { is: 'error', error: 'ES' }, '不认识'),
  says('ET', { is: 'error', error: 'ET' }, '误码'),
  says('EL', { is: 'error', error: 'EL' }, '无法执行'),
  says('I4 A "B021002593"', { is: 'serial', serial: 'B021002593' }, 'B021002593'),
]

const OTHERS: readonly Golden[] = [
  {
    hex: '01 03 00 00 00 02 C4 0B',
    means: { slave: 1, address: 0, words: 2 },
    parser: modbus.createRequestFramer,
    build: () => modbus.buildRead({ slave: 1, address: 0, words: 2 }),
    words: 'modbus-scale read --slave 1 --address 0 --words 2',
    decode: ['modbus-scale', '从站 1'],
  },
  {
    hex: '7E 00 08 01 00 02 01 AB CD',
    means: 'trigger',
    parser: scanner.createTriggerFramer,
    build: scanner.buildTrigger,
    words: 'scanner trigger',
    decode: ['scanner', '触发'],
  },
  {
    hex: '02 00 00 01 00 33 31',
    means: [],
    parser: scanner.createScanFramer,
    build: scanner.buildTriggerReply,
    decode: ['scanner', '触发'],
  },
  ...(['AT', 'AT+CMGF=0', 'AT+CSCA?', 'AT+CREG?', 'AT+CSQ'] as const).map(
    (command): Golden => ({
      hex: shown(`${command}\r`),
      means: { is: 'command', text: command },
      parser: sms.createHostFramer,
      build: () => sms.buildCommand(command),
    }),
  ),
]

const GOLDEN = [...CU48, ...CU16, ...LOCKS_8A, ...MT_SICS, ...OTHERS]

describe('a frame of the documents', () => {
  it.each(GOLDEN.filter(({ build }) => build))('$hex is what we build', ({ hex: golden, build }) => {
    expect(build?.()).toEqual(hex(golden))
  })

  it.each(GOLDEN)('$hex is understood', ({ hex: golden, parser, means }) => {
    expect(partsIn(parser, [hex(golden)])).toEqual({ frames: [means], discarded: 0, bad: 0, held: 0 })
  })

  it.each(GOLDEN.filter(({ words }) => words))('$hex is printed by `yaogui frame $words`', async golden => {
    const { out, exit, code } = await runFrame(...(golden.words ?? '').split(' '))
    expect([out[0], exit, code]).toEqual([golden.hex, undefined, undefined])
  })

  it.each(GOLDEN.filter(({ decode }) => decode))(
    '$hex is explained by `yaogui frame $decode.0 decode`',
    async golden => {
      const [protocol = '', word = ''] = golden.decode ?? []
      const { out, exit } = await runFrame(protocol, 'decode', ...golden.hex.split(' '))
      expect([out[0], exit]).toEqual([golden.hex, undefined])
      expect(out.at(-1)).toContain(word)
    },
  )

  it.each([
    ['kerong-cu48', '02 00 30 51 03 86'],
    ['kerong-cu48', '02 0A 00 51 03 60'],
    ['kerong-cu16', '02 00 33 03 38'],
    ['locks-8a', '8A 01 00 11 9A'],
    ['locks-8a', '9D 01 01 33 AE'],
    ['locks-8a', '9A 01 01 11 8B'],
  ])('of %s that opens or holds everything is known for it: %s', async (protocol, golden) => {
    expect((await runFrame(protocol, 'decode', ...golden.split(' '))).out.at(-1)).toContain('危险')
  })
})

describe('a text of the kernel', () => {
  const text = (bytes: string, milli: number) =>
    `${bytes} : crc=${bytes.slice(-2)} YES\n${bytes} t=${milli}\n`

  it('of the DS18B20 is read as in the data sheet, and written the same', () => {
    const golden = text('4b 01 4b 46 7f ff 05 10 e1', 20_687)
    expect(parseW1Slave(golden)).toEqual({ ok: true, celsius: 20.687 })
    expect(w1SlaveText(20.6875)).toBe(golden)
  })

  it('of a DS18B20 that has measured nothing yet is no temperature', () => {
    expect(parseW1Slave(text('50 05 4b 46 7f ff 0c 10 1c', 85_000))).toEqual({
      ok: false,
      fault: 'power-on-value',
    })
  })

  it('of the HX711 counts from 8388608, and its ends are no weight', () => {
    expect(countOf('8388608', 'iio:device0') - 0x80_00_00).toBe(0)
    for (const end of ['0', '16777215'])
      expect(() => countOf(end, 'iio:device0')).toThrow(expect.objectContaining({ code: 'E_SCALE_RANGE' }))
  })
})
