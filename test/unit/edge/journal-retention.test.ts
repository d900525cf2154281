import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClosedDay, planRetention } from '#edge/journal/retention.ts'

const TODAY = '2026-11-22'
const dayBefore = (days: number) => new Date(Date.parse(TODAY) - days * 86_400_000).toISOString().slice(0, 10)

/** Closed days, oldest first, the last one yesterday; `toSeq` counts in tens. */
const daysOf = (weights: readonly (readonly [number, number])[]): ClosedDay[] =>
  weights.map(([recordBytes, lastingBytes], index) => ({
    toSeq: (index + 1) * 10,
    day: dayBefore(weights.length - index),
    recordBytes,
    lastingBytes,
    recordsDropped: false,
    lastingDropped: false,
  }))

const plan = (days: readonly ClosedDay[], changes: object = {}) =>
  planRetention({
    days,
    limits: { recordDays: 400, lastingDays: 2_000, maxBytes: 1e9 },
    usedBytes: days.reduce((sum, one) => sum + one.recordBytes + one.lastingBytes, 0),
    committed: 1e9,
    today: TODAY,
    ...changes,
  })

const some = daysOf([
  [10, 1],
  [10, 1],
  [10, 1],
  [10, 1],
])

describe('retention', () => {
  it('drops nothing that is young and fits', () => {
    expect(plan(some)).toEqual([])
  })

  it('drops records of old days and keeps what was dispensed on them', () => {
    expect(plan(some, { limits: { recordDays: 2, lastingDays: 100, maxBytes: 1e9 } })).toEqual([
      { toSeq: 10, what: 'record' },
      { toSeq: 20, what: 'record' },
    ])
  })

  it('for want of room drops the records of all days before it touches what was dispensed on any', () => {
    expect(plan(some, { limits: { recordDays: 400, lastingDays: 400, maxBytes: 13 } })).toEqual([
      { toSeq: 10, what: 'record' },
      { toSeq: 20, what: 'record' },
      { toSeq: 30, what: 'record' },
      { toSeq: 10, what: 'lasting' },
    ])
  })

  it('drops nothing that the centre has not committed, however old and large', () => {
    const limits = { recordDays: 1, lastingDays: 1, maxBytes: 0 }
    expect(plan(some, { limits, committed: 9 })).toEqual([])
    expect(plan(some, { limits, committed: 15 }).map(({ toSeq }) => toSeq)).toEqual([10, 10])
  })

  it('goes on where it was, and holds its promises for any days and limits', () => {
    const weights = fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000)), { maxLength: 12 })
    const limits = fc.record({
      recordDays: fc.integer({ min: 1, max: 14 }),
      lastingDays: fc.integer({ min: 1, max: 14 }),
      maxBytes: fc.nat(12_000),
    })
    fc.assert(
      fc.property(weights, limits, fc.nat(130), (given, bounds, committed) => {
        const days = daysOf(given)
        const steps = plan(days, { limits: bounds, committed })
        const last = days.at(-1)?.toSeq
        for (const [index, { toSeq, what }] of steps.entries()) {
          expect(toSeq).toBeLessThanOrEqual(committed)
          expect(toSeq).not.toBe(last)
          const before = steps.slice(0, index)
          if (what === 'lasting') expect(before).toContainEqual({ toSeq, what: 'record' })
        }
        expect(new Set(steps.map(({ toSeq, what }) => `${toSeq} ${what}`)).size).toBe(steps.length)
        const done = days.map(one => ({
          ...one,
          recordsDropped: steps.some(({ toSeq, what }) => toSeq === one.toSeq && what === 'record'),
          lastingDropped: steps.some(({ toSeq, what }) => toSeq === one.toSeq && what === 'lasting'),
        }))
        const left = done.reduce(
          (sum, one) =>
            sum + (one.recordsDropped ? 0 : one.recordBytes) + (one.lastingDropped ? 0 : one.lastingBytes),
          0,
        )
        expect(plan(done, { limits: bounds, committed, usedBytes: left })).toEqual([])
      }),
    )
  })
})
