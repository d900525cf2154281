import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detect, initialDetectState } from '#domain/cold-chain/detect.ts'
import { judge } from '#domain/cold-chain/judge.ts'
import { meanKinetic } from '#domain/cold-chain/mkt.ts'
import {
  type DetectConfig,
  defaultDetectConfig,
  type Reading,
  whoDetectConfig,
} from '#domain/cold-chain/rule.ts'
import { spansOf } from '#domain/cold-chain/spans.ts'

const MINUTE = 60_000
const START = Date.parse('2026-11-22T00:00:00+08:00')
const rule = defaultDetectConfig(5 * MINUTE)

/** One reading each five minutes; `[celsius, minutes]` in turn. */
const record = (...parts: readonly (readonly [number, number])[]): Reading[] => {
  const values = parts.flatMap(([celsius, minutes]) => Array.from({ length: minutes / 5 }, () => celsius))
  return values.map((celsius, index) => ({ at: START + index * 5 * MINUTE, celsius }))
}

const judged = (readings: readonly Reading[], config: DetectConfig = rule) => {
  const result = judge(readings, config)
  if (result === null) throw new Error('there are readings')
  return result
}

const alarmsIn = (readings: readonly Reading[], config: DetectConfig): readonly number[] =>
  judged(readings, config).excursions.map(({ alarmAt }) => (alarmAt - START) / MINUTE)

describe('mean kinetic temperature', () => {
  it('gives the known answer, ΔH/R being 10,000 K', () => {
    const known = [19.8, 20.2, 20.6, 21, 21.3, 21.5].map(celsius => ({ celsius, weight: 1 }))
    expect(meanKinetic(known, 83.14472)).toBeCloseTo(20.752780387897474, 9)
  })

  it('counts a reading for as long as it stood', () => {
    const twice = meanKinetic([5, 5, 20].map(celsius => ({ celsius, weight: 1 })))
    expect(
      meanKinetic([
        { celsius: 5, weight: 2 },
        { celsius: 20, weight: 1 },
      ]),
    ).toBeCloseTo(twice ?? 0, 9)
  })

  it('lies between the mean and the maximum, and there is none of nothing', () => {
    expect(meanKinetic([])).toBeNull()
    const temperatures = fc.array(fc.double({ min: -30, max: 60, noNaN: true }), {
      minLength: 1,
      maxLength: 50,
    })
    fc.assert(
      fc.property(temperatures, values => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length
        const mkt = meanKinetic(values.map(celsius => ({ celsius, weight: 1 }))) ?? Number.NaN
        expect(mkt).toBeGreaterThanOrEqual(mean - 1e-6)
        expect(mkt).toBeLessThanOrEqual(Math.max(...values) + 1e-6)
      }),
    )
  })
})

describe('minutes out of range', () => {
  const twoHalves = record([9, 35], [5, 60], [9, 35], [5, 60])

  it('must follow one another in the consecutive mode', () => {
    expect(alarmsIn(twoHalves, rule)).toEqual([])
  })

  it('keep a bounded state where a temperature flickers at its limit, and alarm no later for it', () => {
    const config: DetectConfig = { ...rule, mode: 'cumulative' }
    let state = initialDetectState
    const alarms: number[] = []
    for (let second = 0; second < 3 * 3_600; second += 1) {
      const result = detect(state, { at: second * 1_000, celsius: second % 2 === 0 ? 9 : 7 }, config)
      state = result.state
      alarms.push(...result.events.flatMap(each => (each.type === 'excursion-alarm' ? [each.alarmAt] : [])))
    }
    // Each second one has been out since the reading before it.
    const [first = 0] = alarms
    expect(Math.abs(first - 120 * MINUTE)).toBeLessThanOrEqual(2_000)
    expect(state.spent?.hot.length).toBeLessThanOrEqual(500)
  })

  it('add up over the window in the cumulative mode, which then alarms at once until they have left it', () => {
    const cumulative: DetectConfig = { ...rule, mode: 'cumulative' }
    expect(alarmsIn(twoHalves, cumulative)).toEqual([120])
    expect(alarmsIn(record([9, 65], [5, 60], [9, 10], [5, 5]), cumulative)).toEqual([60, 125])
    expect(alarmsIn(twoHalves, { ...cumulative, windowMs: 60 * MINUTE })).toEqual([])
  })

  it('begin anew at midnight in Shanghai in the daily mode', () => {
    const daily: DetectConfig = { ...rule, mode: 'daily' }
    const overMidnight = record([5, 23 * 60 + 20], [9, 80], [5, 10])
    expect(alarmsIn(overMidnight, daily)).toEqual([])
    expect(alarmsIn(overMidnight, rule)).toEqual([24 * 60 + 20])
    expect(alarmsIn(twoHalves, daily)).toEqual([120])
  })

  it('never add up across sides', () => {
    const mixed = record([9, 35], [1, 35], [9, 20], [5, 5])
    expect(alarmsIn(mixed, { ...rule, mode: 'cumulative' })).toEqual([])
  })

  it('give the same state whether or not it was stored and restored in between', () => {
    const config: DetectConfig = { ...rule, mode: 'cumulative' }
    const run = (restore: boolean) => {
      let state = initialDetectState
      const events = twoHalves.flatMap(reading => {
        const next = detect(state, reading, config)
        state = restore ? JSON.parse(JSON.stringify(next.state)) : next.state
        return next.events
      })
      return { state, events }
    }
    expect(run(true)).toEqual(run(false))
  })
})

describe('the limits', () => {
  it('are in range themselves unless the rule says otherwise', () => {
    const atLimits = record([8, 120], [5, 5], [2, 120], [5, 5])
    expect(alarmsIn(atLimits, rule)).toEqual([])
    expect(alarmsIn(atLimits, { ...rule, atLimitOut: ['cold', 'hot'] })).toEqual([60, 185])
  })

  it.each([
    ['above +8 °C a reading short of 10 hours', [8.1, 595], []],
    ['above +8 °C for 10 hours', [8.1, 605], [600]],
    ['at +8 °C for a day', [8, 1_440], []],
    ['at −0.5 °C a reading short of an hour', [-0.5, 55], []],
    ['at −0.5 °C for an hour', [-0.5, 65], [60]],
    ['at −0.4 °C for a day', [-0.4, 1_440], []],
  ] as const)('of WHO: %s', (_, part, expected) => {
    expect(alarmsIn(record(part, [5, 10]), whoDetectConfig(5 * MINUTE))).toEqual(expected)
  })
})

describe('a whole record', () => {
  it('of frozen goods has no mean kinetic temperature, which says nothing of them', () => {
    const frozen = record([-20, 20])
    expect(judged(frozen, { ...rule, low: -25, high: -15 })).toMatchObject({ mean: -20, mkt: null })
    expect(judged(frozen).mkt).not.toBeNull()
  })

  it('is weighed by time: a gap counts for nothing, the reading before it for one interval', () => {
    const readings = [
      { at: START, celsius: 4 },
      { at: START + 5 * MINUTE, celsius: 6 },
      { at: START + 65 * MINUTE, celsius: 12 },
      { at: START + 70 * MINUTE, celsius: 4 },
    ]
    expect(judged(readings)).toMatchObject({ mean: 6.5, inRangeShare: 0.75, min: 4, max: 12, readings: 4 })
    expect(judged(readings).gaps).toEqual([{ from: START + 5 * MINUTE, to: START + 65 * MINUTE }])
  })

  it('splits a reading that stood over midnight between its days', () => {
    const readings = record([5, 23 * 60 + 55], [9, 5]).map(({ at, celsius }) => ({
      at: at + 2 * MINUTE,
      celsius,
    }))
    const out = judged(readings).days.filter(({ minutesOut }) => minutesOut > 0)
    expect(out).toEqual([{ date: '2026-11-22', side: 'hot', minutesOut: 3, alarmAt: null }])
  })

  it('names an excursion still going on, with no end', () => {
    expect(judged(record([9, 90])).excursions).toEqual([
      { side: 'hot', start: START, alarmAt: START + 60 * MINUTE, end: null, minutes: 85, min: 9, max: 9 },
    ])
  })

  it('is null of nothing, and stands on a single reading', () => {
    expect(judge([], rule)).toBeNull()
    expect(judged([{ at: START, celsius: 5 }])).toMatchObject({ mean: 5, inRangeShare: 1, readings: 1 })
  })

  it('never counts time twice, whatever the clock does', () => {
    const readings = fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: 10 ** 7 }),
        celsius: fc.double({ min: -20, max: 40, noNaN: true }),
      }),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(readings, given => {
        const { spans } = spansOf(given, rule)
        for (const { ms } of spans) expect(ms).toBeGreaterThanOrEqual(0)
        const shares = given.length === 0 ? null : judge(given, rule)
        expect(shares?.inRangeShare ?? 0).toBeGreaterThanOrEqual(0)
        expect(shares?.inRangeShare ?? 0).toBeLessThanOrEqual(1 + 1e-9)
      }),
    )
  })
})
