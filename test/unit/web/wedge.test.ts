import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IDLE, press, quiet, type Wedge } from '../../../web/kiosk/core/wedge.ts'

type Heard = { readonly typed: string; readonly scans: readonly string[] }
/** Plays keys with the gaps before them; a gap beyond the hold is heard as silence first, as the page's timer does. */
const play = (keys: readonly (readonly [key: string, gapMs: number])[]): Heard => {
  let wedge: Wedge = IDLE
  let at = 0
  const typed: string[] = []
  const scans: string[] = []
  const take = (heard: ReturnType<typeof quiet>): void => {
    wedge = heard.wedge
    typed.push(...heard.typed)
    if (heard.scan !== null) scans.push(heard.scan)
  }
  for (const [key, gap] of keys) {
    if (gap > 60) take(quiet(wedge))
    at += gap
    take(press(wedge, key, at))
  }
  take(quiet(wedge))
  return { typed: typed.join(''), scans }
}
const burst = (text: string, firstGap = 500) =>
  [...text, 'Enter'].map((key, index) => [key, index === 0 ? firstGap : 4] as const)
const fingers = (text: string) => [...text].map(key => [key, 130] as const)

describe('a scanner that plays a keyboard', () => {
  it('is told from a hand by its pace: the whole text comes as one scan', () => {
    expect(play(burst('YGD:D03'))).toEqual({ typed: '', scans: ['YGD:D03'] })
  })

  it('does not leak a digit into a PIN that is being typed', () => {
    expect(play([...fingers('12'), ...burst('YGB:000123'), ...fingers('34')])).toEqual({
      typed: '1234',
      scans: ['YGB:000123'],
    })
  })

  it('is heard without the Enter that some scanners do not send', () => {
    expect(play(burst('6901234567892').slice(0, -1))).toEqual({ typed: '', scans: ['6901234567892'] })
  })

  it('leaves two quick fingers and the keys of a pad alone', () => {
    expect(
      play([
        ['1', 200],
        ['2', 30],
        ['3', 200],
      ]),
    ).toEqual({ typed: '123', scans: [] })
    expect(
      play([
        ['1', 200],
        ['Backspace', 200],
        ['Enter', 200],
      ]).scans,
    ).toEqual([])
  })

  it('gives every text back as it was, two scans one after the other as two', () => {
    const text = fc.stringMatching(/^[A-Za-z0-9:.-]{4,60}$/)
    fc.assert(
      fc.property(text, text, (one, two) => {
        expect(play([...burst(one), ...burst(two, 300)])).toEqual({ typed: '', scans: [one, two] })
      }),
    )
  })

  it('loses no key that a hand presses', () => {
    const keys = fc.array(fc.tuple(fc.constantFrom(...'0123456789'), fc.integer({ min: 80, max: 900 })))
    fc.assert(
      fc.property(keys, pressed => {
        expect(play(pressed)).toEqual({ typed: pressed.map(([key]) => key).join(''), scans: [] })
      }),
    )
  })
})
