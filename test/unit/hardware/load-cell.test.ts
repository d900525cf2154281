import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLoadCell, type LoadCellMake } from '#hardware/simulated/load-cell.ts'

const MINUTE = 60_000

const cellWith = (make: LoadCellMake, load = 0) => {
  const look = createLoadCell(make, { now: 0, load, celsius: 20, calibratedAt: 20 })
  return (now: number, on: number, celsius = 20): number => look({ now, load: on, celsius })
}

describe('a simulated load cell', () => {
  it('shows a load that has rested as it is', () => {
    const look = cellWith({}, 812.5)
    expect(look(0, 812.5)).toBeCloseTo(812.5, 6)
    expect(look(60 * MINUTE, 812.5)).toBeCloseTo(812.5, 6)
  })

  it('shows a fresh load short by its creep, and gains it in half an hour', () => {
    const look = cellWith({ creep: 0.000_2 })
    expect(look(0, 2_000)).toBeCloseTo(1_999.6, 6)
    expect(look(30 * MINUTE, 2_000)).toBeGreaterThan(1_999.99)
  })

  it('creeps one way only, never past the load, however often it is looked at', () => {
    const times = fc.array(fc.integer({ min: 1, max: 10 * MINUTE }), { minLength: 2, maxLength: 20 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), times, (load, steps) => {
        const look = cellWith({})
        let now = 0
        let before = look(now, load)
        for (const step of steps) {
          now += step
          const shown = look(now, load)
          expect(shown).toBeGreaterThanOrEqual(before)
          expect(shown).toBeLessThanOrEqual(load + 1e-9)
          before = shown
        }
        const once = cellWith({})
        once(0, load)
        expect(once(now, load)).toBeCloseTo(before, 6)
      }),
    )
  })

  it('keeps what it had crept when the load goes, and loses it again', () => {
    const look = cellWith({ creep: 0.000_2 }, 2_000)
    expect(look(MINUTE, 0)).toBeCloseTo(0.4, 6)
    expect(look(31 * MINUTE, 0)).toBeLessThan(0.01)
  })

  it('drifts with its own temperature, which follows the air slowly', () => {
    const make = { creep: 0, zeroGramsPerKelvin: 0.02, spanPpmPerKelvin: 17, thermalSeconds: 900 }
    const look = cellWith(make, 1_000)
    look(0, 1_000, 30)
    const soon = look(MINUTE, 1_000, 30) - 1_000
    const later = look(120 * MINUTE, 1_000, 30) - 1_000
    expect(soon).toBeLessThan(0.05)
    // 10 K: 0.2 g of zero and 170 ppm of a kilogram.
    expect(later).toBeCloseTo(0.37, 2)
  })

  it('stays within what counting packs needs: ±0.1 g by creep after 250 g are taken', () => {
    const look = cellWith({}, 800)
    const before = look(0, 800)
    look(1_000, 550)
    for (const minutes of [0, 1, 5, 30, 120])
      expect(Math.abs(before - look(1_000 + minutes * MINUTE, 550) - 250)).toBeLessThan(0.1)
  })
})

describe('a scale that tracks its zero', () => {
  const zero = { around: 'zero', bandGrams: 1, gramsPerSecond: 0.2 } as const

  it('swallows a light weight on an empty pan within seconds, and one that does not is shown to keep it', () => {
    const tracks = cellWith({ creep: 0, tracking: zero })
    const honest = cellWith({ creep: 0 })
    tracks(0, 0.8)
    honest(0, 0.8)
    expect(Math.abs(tracks(10_000, 0.8))).toBeLessThan(0.01)
    expect(honest(10_000, 0.8)).toBeCloseTo(0.8, 6)
  })

  it('lets a heavier weight alone', () => {
    const look = cellWith({ creep: 0, tracking: zero })
    look(0, 50)
    expect(look(60_000, 50)).toBeCloseTo(50, 6)
  })

  it('anywhere, never misses a tablet that is taken every ten seconds, but shows a pack at once', () => {
    const tracking = { around: 'anywhere', bandGrams: 0.5, gramsPerSecond: 0.1 } as const
    const look = cellWith({ creep: 0, tracking }, 250)
    let shown = 250
    for (let tablets = 1; tablets <= 100; tablets++) shown = look(tablets * 10_000, 250 - tablets * 0.3)
    // 30 g are gone and the scale says that next to nothing is.
    expect(shown).toBeGreaterThan(249.5)
    expect(shown - look(1_000_100, 220 - 12.5)).toBeGreaterThan(12)
  })
})
