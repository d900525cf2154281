import { describe, expect, it } from 'vitest'
import { defaultRecordingConfig as config, shouldRecord } from '#domain/cold-chain/recording.ts'

const MINUTE = 60_000

/** The minutes of the readings that become records, one reading each `every` minutes. */
const recorded = (celsius: (minute: number) => number, minutes: number, every = 1): number[] => {
  let last: { at: number; celsius: number } | null = null
  const kept: number[] = []
  for (let minute = 0; minute <= minutes; minute += every) {
    const reading = { at: minute * MINUTE, celsius: celsius(minute) }
    if (!shouldRecord(last, reading, config)) continue
    kept.push(minute)
    last = reading
  }
  return kept
}

describe('official records', () => {
  it('begin with the first reading and follow each 30 minutes in range', () => {
    expect(recorded(() => 5, 95)).toEqual([0, 30, 60, 90])
  })

  it('are made each 2 minutes out of range, and on entering and leaving it', () => {
    expect(recorded(minute => (minute >= 5 && minute < 10 ? 8.1 : 5), 45)).toEqual([0, 5, 7, 9, 10, 40])
  })

  it('are made when the temperature jumps from one side to the other', () => {
    expect(recorded(minute => (minute < 3 ? 1 : 9), 6)).toEqual([0, 2, 3, 5])
  })

  it('come early rather than late when readings do not fall on the limit', () => {
    expect(
      recorded(() => 5, 100, 0.7).every((at, index, all) => index === 0 || at - (all[index - 1] ?? 0) <= 30),
    ).toBe(true)
  })

  it('are made when the clock was set back', () => {
    expect(shouldRecord({ at: 100 * MINUTE, celsius: 5 }, { at: MINUTE, celsius: 5 }, config)).toBe(true)
  })
})
