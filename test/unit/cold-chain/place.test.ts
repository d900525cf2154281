import { describe, expect, it } from 'vitest'
import { detect, initialDetectState } from '#domain/cold-chain/detect.ts'
import { sideOf, strictly } from '#domain/cold-chain/limits.ts'
import {
  type ColdPlace,
  type RulePlan,
  rangeOf,
  recordingOf,
  ruleOf,
  ruleProblems,
} from '#domain/cold-chain/place.ts'
import { shouldRecord } from '#domain/cold-chain/recording.ts'
import { defaultDetectConfig, type Reading, whoDetectConfig } from '#domain/cold-chain/rule.ts'
import { excursionWords, ruleWords } from '#domain/cold-chain/rule-words.ts'
import { ruleAfter, ruleSaid, saidIn, saidOf } from '#domain/cold-chain/said-rule.ts'

const MINUTE = 60_000
const NOON = Date.parse('2026-11-22T12:00:00+08:00')
const MIDNIGHT = Date.parse('2026-11-23T00:00:00+08:00')

const place = (rule?: RulePlan, more: Partial<ColdPlace> = {}): ColdPlace => ({
  low: 2,
  high: 8,
  ...(rule ? { rule } : {}),
  ...more,
})
/** One reading a minute: each span so many minutes at a temperature. In which minutes it alarmed. */
const alarms = (of: ColdPlace, spans: readonly (readonly [number, number])[], from = NOON) => {
  const config = ruleOf(of)
  let state = initialDetectState
  const found: number[] = []
  const readings = spans.flatMap(([minutes, celsius]) => Array.from({ length: minutes }, () => celsius))
  for (const [minute, celsius] of readings.entries()) {
    const next = detect(state, { at: from + minute * MINUTE, celsius }, config)
    state = JSON.parse(JSON.stringify(next.state))
    for (const event of next.events)
      if (event.type === 'excursion-alarm') found.push((event.alarmAt - from) / MINUTE)
  }
  return found
}

describe('the rule of a place', () => {
  it('is the usual one where nothing is said, with its own limits, and a gap of at least five minutes', () => {
    expect(ruleOf(place())).toEqual({ ...defaultDetectConfig(MINUTE), gapMs: 5 * MINUTE })
    expect(ruleOf(place({ preset: 'default-1', minutes: 60, mode: 'consecutive', strict: true }))).toEqual(
      ruleOf(place()),
    )
    expect(ruleOf(place({}, { low: -25, high: -15 }), 10 * MINUTE)).toMatchObject({
      ...{ low: -25, high: -15, gapMs: 20 * MINUTE, version: 'default-1' },
    })
  })

  it('is WHO’s by its preset, whatever is in range of the place', () => {
    const who = place({ preset: 'who-pqs-e006' })
    expect(ruleOf(who)).toEqual({ ...whoDetectConfig(MINUTE), gapMs: 5 * MINUTE })
    expect(rangeOf(who)).toEqual({ low: 2, high: 8 })
    expect(alarms(who, [[600, 9]])).toEqual([])
    expect(alarms(who, [[601, 9]])).toEqual([600])
    expect(alarms(who, [[60, -0.5]])).toEqual([])
    expect(alarms(who, [[61, -0.5]])).toEqual([60])
    expect(alarms(who, [[700, 1]])).toEqual([])
  })

  it.each([
    [{ minutes: 30 }, 'default-1+minutes=30'],
    [{ minutes: 0 }, 'default-1+minutes=0'],
    [{ mode: 'daily' }, 'default-1+mode=daily'],
    [{ mode: 'cumulative', windowHours: 24 }, 'default-1+mode=cumulative'],
    [{ mode: 'cumulative', windowHours: 12 }, 'default-1+mode=cumulative+window=12h'],
    [
      { strict: false, windowHours: 6, mode: 'cumulative', minutes: 45 },
      'default-1+minutes=45+mode=cumulative+window=6h+strict=false',
    ],
    [{ preset: 'who-pqs-e006' }, 'who-pqs-e006'],
  ] as const satisfies [RulePlan, string][])('%j is named %s', (rule, version) => {
    expect(ruleOf(place(rule)).version).toBe(version)
  })

  it('minutes: alarms exactly when they are full', () => {
    expect(alarms(place({ minutes: 30 }), [[30, 9]])).toEqual([])
    expect(alarms(place({ minutes: 30 }), [[31, 9]])).toEqual([30])
    expect(alarms(place({ minutes: 0 }), [[1, 9]])).toEqual([0])
  })

  it('strict: false counts the limit itself as out, on both sides, and so does its range', () => {
    for (const celsius of [2, 8]) {
      expect(alarms(place(), [[100, celsius]])).toEqual([])
      expect(alarms(place({ strict: false }), [[100, celsius]])).toEqual([60])
      expect(sideOf(celsius, rangeOf(place({ strict: false })))).not.toBeNull()
    }
    const { low, high } = strictly(rangeOf(place({ strict: false })))
    expect([2 < low, 2.0001 < low, 8 > high, 7.9999 > high]).toEqual([true, false, true, false])
    expect(strictly(rangeOf(place()))).toEqual({ low: 2, high: 8 })
  })

  it('cumulative: adds up over its window and forgets what lies before it', () => {
    const rule = place({ mode: 'cumulative', windowHours: 2 })
    const spans = (pause: number) => [[30, 9] as const, [pause, 5] as const, [31, 9] as const]
    expect(alarms(place(), spans(10))).toEqual([])
    expect(alarms(rule, spans(10))).toEqual([70])
    expect(alarms(rule, spans(59))).toEqual([119])
    expect(alarms(rule, spans(61))).toEqual([])
    expect(alarms(place({ mode: 'cumulative' }), spans(600))).toEqual([660])
  })

  it('daily: adds up since midnight in Shanghai', () => {
    const rule = place({ mode: 'daily' })
    const spans = [[30, 9] as const, [10, 5] as const, [31, 9] as const]
    expect(alarms(rule, spans)).toEqual([70])
    // Fifty minutes before midnight, the rest after it.
    expect(alarms(rule, spans, MIDNIGHT - 50 * MINUTE)).toEqual([])
    const run = [[110, 9]] as const
    expect(alarms(rule, run, MIDNIGHT - 59 * MINUTE)).toEqual([])
    expect(alarms(rule, [[120, 9]], MIDNIGHT - 59 * MINUTE)).toEqual([119])
  })

  it('where minutes add up, an alarm says what its own run is not, and none says it again', () => {
    const config = ruleOf(place({ mode: 'cumulative' }))
    let state = initialDetectState
    const earlier: unknown[] = []
    const values = [
      [30, 11],
      [20, 5],
      [20, 8.5],
      [20, 5],
      [20, 9],
      [20, 5],
      [5, 10],
    ].flatMap(([minutes = 0, celsius = 0]) => Array.from({ length: minutes }, () => celsius))
    for (const [minute, celsius] of values.entries()) {
      const next = detect(state, { at: NOON + minute * MINUTE, celsius }, config)
      state = JSON.parse(JSON.stringify(next.state))
      for (const event of next.events) if (event.type === 'excursion-alarm') earlier.push(event.earlier)
    }
    expect(earlier).toEqual([{ minutes: 50, min: 8.5, max: 11 }, undefined])
  })

  it('counts nothing that another rule has added up, though the clock was set back to before it', () => {
    const sums = ruleOf(place({ mode: 'cumulative' }))
    let state = initialDetectState
    for (const [minute, celsius] of [...Array.from({ length: 50 }, () => 9), 5].entries())
      state = detect(state, { at: NOON + minute * MINUTE, celsius }, sums).state
    const found: number[] = []
    for (let minute = 0; minute <= 60; minute++) {
      const at = NOON - 10 * MINUTE + minute * MINUTE
      const next = detect(state, { at, celsius: 9 }, ruleOf(place()))
      state = next.state
      if (next.events.length > 0) found.push(minute)
    }
    expect(found).toEqual([60])
  })
})

describe('the official records of a place', () => {
  /** The minutes at which one of these readings, one a minute, is recorded. */
  const recorded = (of: ColdPlace, values: readonly number[]): number[] => {
    let last: Reading | null = null
    return values.flatMap((celsius, minute) => {
      const reading = { at: minute * MINUTE, celsius }
      if (!shouldRecord(last, reading, recordingOf(of, MINUTE))) return []
      last = reading
      return [minute]
    })
  }
  const times = (count: number, celsius: number) => Array.from({ length: count }, () => celsius)

  it('are made each 5 minutes in a transport box, each 30 in storage, each 2 out of range in both', () => {
    const values = [...times(31, 5), ...times(5, 9)]
    expect(recorded(place(), values)).toEqual([0, 30, 31, 33, 35])
    expect(recorded(place(undefined, { use: 'storage' }), values)).toEqual([0, 30, 31, 33, 35])
    expect(recorded(place(undefined, { use: 'transport' }), values)).toEqual([
      ...[0, 5, 10, 15, 20, 25, 30, 31, 33, 35],
    ])
  })

  it('are made too where the alarm’s own limits are crossed, and densely beyond either', () => {
    const who = place({ preset: 'who-pqs-e006' })
    expect(recorded(who, [1, -0.4, -0.5, -0.5, -0.4, 1])).toEqual([0, 2, 4])
    expect(recorded({ ...who, low: -20 }, times(6, -1))).toEqual([0, 2, 4])
  })
})

describe('a rule in the journal', () => {
  const rules: readonly RulePlan[] = [
    {},
    { preset: 'who-pqs-e006' },
    { minutes: 30, strict: false },
    { mode: 'daily' },
    { mode: 'cumulative', windowHours: 6 },
  ]

  it('is read as it was said, and says nothing more than it must', () => {
    for (const plan of rules) {
      const rule = ruleOf(place(plan))
      const said = JSON.parse(JSON.stringify(saidOf({ low: 2, high: 8 }, rule)))
      expect(said).toMatchObject({ low: 2, high: 8 })
      expect(ruleSaid(said, rule.gapMs)).toEqual(rule)
      expect(saidIn({ ...said, thermometer: 'F1' })).toEqual(said)
    }
    expect(saidOf({ low: 2, high: 8 }, ruleOf(place()))).toEqual({ low: 2, high: 8, minutes: 60 })
  })

  it('takes the place of the one before as a whole; a record of an older release changes nothing, or what it says', () => {
    const who = saidOf({ low: 2, high: 8 }, ruleOf(place({ preset: 'who-pqs-e006' })))
    expect(ruleAfter(who, { low: 2, high: 8, minutes: 60 })).toEqual({ low: 2, high: 8, minutes: 60 })
    expect(ruleAfter(who, {})).toEqual(who)
    expect(ruleAfter(who, { low: 3 })).toEqual({ ...who, low: 3 })
  })

  it('is told to people as it is', () => {
    const words = (rule: RulePlan) => excursionWords('hot', ruleOf(place(rule))).zh
    expect(words({})).toBe('高于 8 °C已达 60 分钟')
    expect(words({ preset: 'who-pqs-e006' })).toBe('高于 8 °C已达 600 分钟')
    expect(excursionWords('cold', ruleOf(place({ preset: 'who-pqs-e006' })))).toEqual({
      ...{ zh: '不高于 -0.5 °C已达 60 分钟', en: 'at or below -0.5 °C for 60 minutes' },
    })
    expect(words({ mode: 'cumulative', minutes: 45 })).toBe('高于 8 °C，24 小时内累计已达 45 分钟')
    expect(words({ mode: 'daily', strict: false })).toBe('不低于 8 °C，当日累计已达 60 分钟')
    expect(words({ minutes: 0 })).toBe('高于 8 °C')
    expect(ruleWords(ruleOf(place({ minutes: 0, mode: 'daily' }))).zh).toBe('低于 2 °C 立即，高于 8 °C 立即')
    expect(ruleWords(ruleOf(place({ preset: 'who-pqs-e006' }))).zh).toBe(
      '不高于 -0.5 °C 连续 60 分钟，高于 8 °C 连续 600 分钟',
    )
  })
})

describe('a rule that contradicts itself', () => {
  const fields = (rule: RulePlan, more: Partial<ColdPlace> = {}) =>
    ruleProblems(place(rule, more)).map(({ field }) => field)

  it.each<[RulePlan, readonly string[]]>([
    [{}, []],
    [{ minutes: 1440 }, []],
    [{ windowHours: 12 }, ['windowHours']],
    [{ windowHours: 12, mode: 'daily' }, ['windowHours']],
    [{ windowHours: 1, mode: 'cumulative' }, []],
    [{ windowHours: 1, mode: 'cumulative', minutes: 61 }, ['minutes']],
    [{ mode: 'daily', minutes: 1440 }, ['minutes']],
    [{ mode: 'daily', minutes: 1439 }, []],
    [{ preset: 'who-pqs-e006' }, []],
    [{ preset: 'who-pqs-e006', minutes: 60 }, ['minutes']],
    [
      { preset: 'who-pqs-e006', mode: 'daily', strict: true, windowHours: 3 },
      ['mode', 'windowHours', 'strict'],
    ],
  ])('%j → %j', (rule, expected) => {
    expect(fields(rule)).toEqual(expected)
  })

  it('WHO’s limits hold no range that is wider than they are', () => {
    expect(fields({ preset: 'who-pqs-e006' }, { low: -25, high: -15 })).toEqual(['preset'])
    expect(fields({ preset: 'who-pqs-e006' }, { low: -0.5 })).toEqual(['preset'])
    expect(fields({ preset: 'who-pqs-e006' }, { high: 8.1 })).toEqual(['preset'])
    expect(fields({ preset: 'who-pqs-e006' }, { low: 0 })).toEqual([])
  })
})
