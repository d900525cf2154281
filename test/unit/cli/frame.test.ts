import { describe, expect, it } from 'vitest'
import { runFrame as run } from '#test/lib/cli-frame.ts'

const GOLDEN = [
  ['kerong-cu48 unlock --board 0 --lock 1', '02 00 00 51 03 56'],
  ['kerong-cu48 status --board 0', '02 00 00 50 03 55'],
  ['kerong-cu16 status --board 0', '02 00 30 03 35'],
  ['kerong-cu16 unlock --board 0 --lock 1', '02 00 31 03 36'],
  ['kerong-cu16 unlock --board 0 --lock 16', '02 0F 31 03 45'],
  ['locks-8a unlock --board 1 --lock 1', '8A 01 01 11 9B'],
  ['locks-8a status --board 1 --lock 1', '80 01 01 33 B3'],
  ['locks-8a status --board 1', '80 01 00 33 B2'],
  ['mt-sics stable', '53 0D 0A'],
  ['mt-sics reset', '40 0D 0A'],
  ['modbus-scale read --slave 1 --address 0 --words 2', '01 03 00 00 00 02 C4 0B'],
  ['modbus-scale read --slave 1 --model flintec-dad141', '01 03 35 00 00 05 8A 05'],
  ['modbus-scale read --slave 7 --model laumas-tlb', '07 03 00 06 00 08 A4 6B'],
  ['scanner trigger', '7E 00 08 01 00 02 01 AB CD'],
] as const

describe('yaogui frame', () => {
  it.each(GOLDEN)('%s prints the golden frame first, then every byte explained', async (words, frame) => {
    const { out, exit } = await run(...words.split(' '))
    expect(out[0]).toBe(frame)
    const explained = out
      .filter(line => line.startsWith('  '))
      .map(line => line.match(/^ {2}((?:[0-9A-F]{2} ?)+)/))
    expect(explained.map(match => match?.[1]?.trim()).join(' ')).toBe(frame)
    expect(exit).toBeUndefined()
  })

  it.each([
    ['kerong-cu48', '02000065 07000000 00C00331', '1、2、3、47、48'],
    ['kerong-cu48', '02 00 30 51 03 86', '打开全部'],
    ['kerong-cu48', '02 0A 00 51 03 60', '打开全部'],
    ['kerong-cu16', '02 20 35 01 80 03 00 03 DE', '1、16'],
    ['kerong-cu16', '02 00 33 03 38', '打开全部'],
    ['locks-8a', '80 01 01 11 91', '短接'],
    ['locks-8a', '80 01 01 00 80', '断开'],
    ['locks-8a', '80 01 80 00 01 33 33', '1、24'],
    ['locks-8a', '8A 01 00 11 9A', '打开全部'],
    ['locks-8a', '9D 01 01 33 AE', '打开全部'],
    ['locks-8a', '9A 01 01 11 8B', '长通电'],
    ['mt-sics', Buffer.from('S S 100.00 g\r\n').toString('hex'), '100 克，稳定'],
    ['mt-sics', Buffer.from('ES\r\n').toString('hex'), '不认识的指令'],
    ['modbus-scale', '01 83 02 C0 F1', '异常 2'],
    ['modbus-scale', '07 03 10 08 80 00 00 00 19 00 00 00 00 00 00 00 00 01 09 50 BD', '2176、0、25'],
    [
      'modbus-scale',
      '07 03 10 08 80 00 00 00 19 00 00 00 00 00 00 00 00 01 09 50 BD --model laumas-tlb',
      '重量 -2.5 克，稳定',
    ],
    [
      'modbus-scale',
      '07 03 10 08 84 00 00 00 19 00 00 00 00 00 00 00 00 01 09 54 BE --model laumas-tlb',
      '无重量：超载',
    ],
    [
      'scanner',
      Buffer.from(']C081234567890123456789\r\n').toString('hex'),
      '药品追溯码 81234567890123456789',
    ],
  ])('%s decode %s says what it means', async (protocol, hex, meaning) => {
    const { out } = await run(protocol, 'decode', ...hex.split(' '))
    expect(out.at(-1)).toContain(meaning)
  })

  it.each([
    ['kerong-cu48 unlock --board 0 --lock 49', 'E_LOCK_ADDRESS'],
    ['kerong-cu48 unlock --board 10 --lock 1', 'E_LOCK_ADDRESS'],
    ['kerong-cu48 unlock --board 0 --lock 0x30', 'E_LOCK_ADDRESS'],
    ['kerong-cu48 unlock --board -1 --lock 1', 'E_LOCK_ADDRESS'],
    ['kerong-cu16 unlock --board 3 --lock 17', 'E_LOCK_ADDRESS'],
    ['locks-8a unlock --board 1 --lock 0', 'E_LOCK_ADDRESS'],
    ['modbus-scale read --slave 0 --address 0 --words 2', 'E_MODBUS_RANGE'],
    ['modbus-scale read --slave 1', 'E_USAGE'],
    ['modbus-scale read --slave 1 --model laumas-tlb --words 2', 'E_USAGE'],
    ['modbus-scale read --slave 1 --model laumas', 'E_MODBUS_MODEL'],
    ['kerong-cu48 decode 02 00 00 51 03 56 --model laumas-tlb', 'E_USAGE'],
    ['kerong-cu48 status --board 0 --model laumas-tlb', 'E_USAGE'],
    ['kerong-cu48 decode 02 00 00 51 03 57', 'E_FRAME_CHECKSUM'],
    ['kerong-cu48 decode 02 00 00 51 03 56 00', 'E_FRAME_UNKNOWN'],
    ['mt-sics decode 5320580D0A', 'E_FRAME_UNKNOWN'],
    ['kerong-cu48 decode 0x1', 'E_USAGE'],
    ['kerong-cu48 unlock --board 0', 'E_USAGE'],
    ['kerong-cu48 status --board 0 --lock 1', 'E_USAGE'],
    ['kerong-cu48 open --board 0', 'E_USAGE'],
    ['kerong-cu48 unlock 02', 'E_USAGE'],
    ['kerong-cu48', 'E_USAGE'],
    ['wkly unlock', 'E_USAGE'],
  ])('%s is refused with %s, exit code 2 and no frame', async (words, code) => {
    expect(await run(...words.split(' '))).toEqual({ out: [], code, exit: 2 })
  })

  it('gives the same as JSON', async () => {
    const { out } = await run('kerong-cu16', 'unlock', '--board', '2', '--lock', '3', '--json')
    const told = JSON.parse(out.join('')) as { hex: string; fields: readonly { hex: string }[] }
    expect(told.hex).toBe('02 22 31 03 58')
    expect(told.fields.map(field => field.hex).join(' ')).toBe(told.hex)
  })

  it('alone lists every protocol with its verbs', async () => {
    const { out } = await run()
    const named = out.filter(line => !line.startsWith(' ')).map(line => line.split(' ')[0])
    for (const [words] of GOLDEN) expect(named).toContain(words.split(' ')[0])
    const json = JSON.parse((await run('--json')).out.join('')) as readonly { verbs: unknown[] }[]
    expect(json.every(({ verbs }) => verbs.length >= 2)).toBe(true)
  })
})
