import { describe, expect, it } from 'vitest'
import { yaogui } from '#test/lib/edge-cli.ts'

const frame = (...words: readonly string[]) => yaogui(['frame', ...words])

describe('yaogui frame as a process', () => {
  it.each([
    ['kerong-cu48 unlock --board 0 --lock 1', '02 00 00 51 03 56'],
    ['kerong-cu16 unlock --board 0 --lock 16', '02 0F 31 03 45'],
    ['locks-8a unlock --board 1 --lock 1', '8A 01 01 11 9B'],
    ['modbus-scale read --slave 1 --address 0 --words 2', '01 03 00 00 00 02 C4 0B'],
  ])('%s prints %s first and ends with 0', async (words, golden) => {
    const { code, out, err } = await frame(...words.split(' '))
    expect([code, out.split('\n')[0], err]).toEqual([0, golden, ''])
  })

  it.each([
    [['kerong-cu48', 'unlock', '--board', '0', '--lock', '49'], 'E_LOCK_ADDRESS'],
    [['kerong-cu48', 'unlock', '--board', '10', '--lock', '1'], 'E_LOCK_ADDRESS'],
    [['kerong-cu48', 'unlock', '--board', '0', '--lock', ''], 'E_LOCK_ADDRESS'],
    [['kerong-cu16', 'unlock', '--board', '0', '--lock', '４'], 'E_LOCK_ADDRESS'],
    [['locks-8a', 'unlock', '--board', '1', '--lock', '0'], 'E_LOCK_ADDRESS'],
    [['locks-8a', 'unlock', '--board', '1', '--lock=-1'], 'E_LOCK_ADDRESS'],
    [['kerong-cu48', 'unlock', '--board', '0'], 'E_USAGE'],
    [['kerong-cu48', 'decode', '02', '00', '00', '51', '03', '57'], 'E_FRAME_CHECKSUM'],
  ])('%j prints no frame, tells its code on stderr and ends with 2', async (words, code) => {
    const ran = await frame(...words)
    expect([ran.code, ran.out]).toEqual([2, ''])
    expect(ran.err.split(' ')[0]).toBe(code)
  })

  it('ends with 2 for an option that it does not know or that lacks its number', async () => {
    for (const words of [
      ['kerong-cu48', 'unlock', '--all'],
      ['kerong-cu48', 'unlock', '--board'],
    ]) {
      const { code, out } = await frame(...words)
      expect([code, out]).toEqual([2, ''])
    }
  })
})
