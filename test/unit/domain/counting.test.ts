import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countDeviation, countDifference } from '#domain/counting.ts'

const unit = { grams: 20, cv: 0.01, reference: 20 }
const SCALE_SD = 0.2

describe('counting by weight', () => {
  it('follows the published formula for the deviation of the estimate', () => {
    // n·c² + n²·c²/m + (σ/μ)²·(1 + n²/m²), n = 4, by hand
    const byHand = Math.sqrt(4 * 1e-4 + (16 * 1e-4) / 20 + 0.01 ** 2 * (1 + 16 / 400))
    expect(countDeviation(4, unit, SCALE_SD)).toBeCloseTo(byHand, 12)
  })

  it('gives whole packs taken out, put in, or neither', () => {
    expect(countDifference(60.1, unit, SCALE_SD)).toEqual({ kind: 'count', units: 3 })
    expect(countDifference(-39.9, unit, SCALE_SD)).toEqual({ kind: 'count', units: -2 })
    expect(countDifference(-0.1, unit, SCALE_SD)).toEqual({ kind: 'count', units: 0 })
    expect(Object.is(countDifference(-0.1, unit, SCALE_SD), -0)).toBe(false)
  })

  it.each([
    { ...unit, reference: 0 },
    { ...unit, grams: 0 },
    { ...unit, cv: Number.NaN },
  ])('leaves to a person what cannot be reckoned: %j', wrong => {
    expect(countDifference(0.1, wrong, SCALE_SD).kind).toBe('ask')
  })

  it('knows an object that is no pack', () => {
    expect(countDifference(30, unit, SCALE_SD)).toMatchObject({ kind: 'unknown-object', residual: -0.5 })
    expect(countDifference(7, unit, SCALE_SD)).toMatchObject({ kind: 'unknown-object' })
  })

  it('accepts a residual of exactly three deviations and not a hair more', () => {
    const limit = 3 * countDeviation(2, unit, SCALE_SD) * unit.grams
    expect(countDifference(40 + limit - 1e-9, unit, SCALE_SD).kind).toBe('count')
    expect(countDifference(40 + limit + 1e-9, unit, SCALE_SD).kind).toBe('unknown-object')
  })

  it('asks a person as soon as three deviations reach half a pack, at zero and at any number', () => {
    const half = (0.5 / 3) * unit.grams * Math.sqrt(1) // n = 0: sd = σ/μ
    expect(countDifference(0, unit, half).kind).toBe('ask')
    const exact = { ...unit, cv: 0, reference: 1e9 }
    expect(countDifference(0, exact, half).kind).toBe('ask')
    expect(countDifference(0, exact, half * (1 - 1e-9)).kind).toBe('count')
    const loose = { grams: 20, cv: 0.05, reference: 10 }
    const asked = Array.from({ length: 30 }, (_, n) => countDifference(n * 20, loose, SCALE_SD).kind)
    const first = asked.indexOf('ask')
    expect(first).toBeGreaterThan(1)
    expect(asked.slice(first).every(kind => kind === 'ask')).toBe(true)
  })

  it('is exact for every count it accepts, as long as the weights err by less than half a deviation each', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -12, max: 12 }),
        fc.double({ min: 5, max: 200, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (n, grams, error) => {
          const pack = { grams, cv: 0.01, reference: 20 }
          const scaleSd = grams * 0.01
          const noise = error * 3 * countDeviation(Math.abs(n), pack, scaleSd) * grams * 0.999
          const verdict = countDifference(n * grams + noise, pack, scaleSd)
          expect(verdict).toEqual({ kind: 'count', units: n })
        },
      ),
    )
  })

  it('leaves to a person a number that fits while the next one is not out of the question', () => {
    // sd = 0.16, so 3·sd = 0.48: two packs and an error of 3.5 deviations weigh 2.56, which fits three packs.
    const pack = { grams: 10, cv: 0, reference: 1e9 }
    expect(countDifference(25.6, pack, 1.6)).toMatchObject({ kind: 'ask', estimate: 3 })
    // The third pack would be six deviations from 2.04 = 3 − 6·0.16 and no further.
    expect(countDifference(20.4 - 1e-6, pack, 1.6)).toEqual({ kind: 'count', units: 2 })
    expect(countDifference(20.4 + 1e-6, pack, 1.6).kind).toBe('ask')
    expect(countDifference(-20.4 - 1e-6, pack, 1.6).kind).toBe('ask')
  })

  it('accepts no wrong number whatever errs, up to six deviations', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -30, max: 30 }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        fc.integer({ min: 10, max: 30 }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.double({ min: -6, max: 6, noNaN: true }),
        (n, cv, reference, scaleSd, error) => {
          const pack = { grams: 1, cv, reference }
          const verdict = countDifference(
            n + error * countDeviation(Math.abs(n), pack, scaleSd),
            pack,
            scaleSd,
          )
          if (verdict.kind === 'count') expect(verdict.units).toBe(n)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('never counts half packs', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8, max: 8 }), n => {
        expect(countDifference((n + 0.5) * unit.grams, unit, SCALE_SD).kind).toBe('unknown-object')
      }),
    )
  })
})
