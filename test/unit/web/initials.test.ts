import fc from 'fast-check'
import { pinyin } from 'pinyin-pro'
import { describe, expect, it } from 'vitest'
import { initialsOf, matches } from '../../../web/kiosk/core/initials.ts'

/** The 3,755 most used characters (level 1 of GB 2312), in its own order. */
const commonCharacters = (): readonly string[] => {
  const decoder = new TextDecoder('gbk')
  const characters: string[] = []
  for (let row = 0xb0; row <= 0xd7; row += 1)
    for (let cell = 0xa1; cell <= (row === 0xd7 ? 0xf9 : 0xfe); cell += 1)
      characters.push(decoder.decode(new Uint8Array([row, cell])))
  return characters
}

describe('pinyin initials by the order of the sort', () => {
  it('agree with a dictionary for every common character, in one of its readings', () => {
    const wrong = commonCharacters().filter(character => {
      const readings: readonly string[] = pinyin(character, {
        multiple: true,
        toneType: 'none',
        type: 'array',
      })
      return !readings.some(reading => reading.slice(0, 1).toUpperCase() === initialsOf(character)[0])
    })
    expect(wrong).toEqual([])
  })

  it('find a patient by the family name as it is said', () => {
    expect(initialsOf('曾庆红')).toEqual(['CQH', 'ZQH'])
    expect(matches('ZQH', ['曾庆红'])).toBe(true)
  })

  it('find a drug by its letters and an order by its number', () => {
    expect(matches('ALDP', ['苯磺酸氨氯地平片'])).toBe(true)
    expect(matches('0042', ['RX20250703-0042'])).toBe(true)
    expect(matches('XYZ', ['苯磺酸氨氯地平片', 'RX20250703-0042'])).toBe(false)
  })

  it('let everything through while nothing is asked', () => {
    fc.assert(fc.property(fc.string(), text => matches('', [text])))
  })
})
