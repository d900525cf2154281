import { describe, expect, it } from 'vitest'
import { borneBy, isCovered } from '#domain/stability.ts'

const hot = (minutes: number, max: number | null, mkt: number | null = null) =>
  ({ side: 'hot', minutes, min: 5, max, mkt }) as const
const cold = (minutes: number, min: number | null) =>
  ({ side: 'cold', minutes, min, max: 3, mkt: null }) as const

describe('R20: the manufacturer’s figures', () => {
  it('R20: are held against the sum of all excursions and the worst of them', () => {
    const seen = [hot(40, 12.5), hot(30, 9)]
    expect(borneBy(seen)).toEqual({ minutes: 70, min: 5, max: 12.5 })
    expect(isCovered(seen, { minutes: 70, maxCelsius: 12.5 })).toBe(true)
    expect(isCovered(seen, { minutes: 69, maxCelsius: 25 })).toBe(false)
    expect(isCovered(seen, { minutes: 240, maxCelsius: 12.4 })).toBe(false)
  })

  it('R20: say nothing of cold unless they name a lowest temperature', () => {
    const allowed = { minutes: 600, maxCelsius: 25 }
    expect(isCovered([cold(20, -1)], allowed)).toBe(false)
    expect(isCovered([cold(20, -1)], { ...allowed, minCelsius: 0 })).toBe(false)
    expect(isCovered([cold(20, 0)], { ...allowed, minCelsius: 0 })).toBe(true)
    expect(isCovered([hot(20, 9)], { ...allowed, minCelsius: 6 })).toBe(true)
  })

  it('R20: cover nothing that nobody measured, nor a mean that was warmer', () => {
    expect(isCovered([hot(5, null)], { minutes: 60, maxCelsius: 25 })).toBe(false)
    expect(isCovered([cold(5, null)], { minutes: 60, maxCelsius: 25, minCelsius: 0 })).toBe(false)
    expect(isCovered([hot(5, 12, 11)], { minutes: 60, maxCelsius: 25, mkt: 11 })).toBe(true)
    expect(isCovered([hot(5, 12, 11.1)], { minutes: 60, maxCelsius: 25, mkt: 11 })).toBe(false)
    expect(isCovered([hot(5, 12)], { minutes: 60, maxCelsius: 25, mkt: 11 })).toBe(false)
  })
})
