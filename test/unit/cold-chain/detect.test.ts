import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ColdChainEvent, detect, detectSilence, initialDetectState } from '#domain/cold-chain/detect.ts'
import { type DetectConfig, defaultDetectConfig, type Reading } from '#domain/cold-chain/rule.ts'

const MINUTE = 60_000
const config = defaultDetectConfig(5 * MINUTE)

/** Readings each five minutes from 0, unless a pair gives its own minute. */
const every5 = (...values: readonly (number | readonly [minute: number, celsius: number])[]): Reading[] =>
  values.map((value, index) =>
    typeof value === 'number'
      ? { at: index * 5 * MINUTE, celsius: value }
      : { at: value[0] * MINUTE, celsius: value[1] },
  )

const run = (readings: readonly Reading[], rule: DetectConfig = config, state = initialDetectState) => {
  const events: ColdChainEvent[] = []
  let now = state
  for (const reading of readings) {
    const next = detect(now, reading, rule)
    now = next.state
    events.push(...next.events)
  }
  return { state: now, events }
}

const times = (count: number, celsius: number): number[] => Array.from({ length: count }, () => celsius)

describe('an excursion', () => {
  it('is alarmed by the reading that makes the run as long as the rule says, once', () => {
    const { events } = run(every5(5, ...times(20, 8.1)))
    expect(events).toEqual([
      {
        type: 'excursion-alarm',
        side: 'hot',
        start: 5 * MINUTE,
        alarmAt: 65 * MINUTE,
        limits: { low: 2, high: 8, minutes: 60, version: 'default-1' },
      },
    ])
  })

  it('ends at the first reading in range, with its extremes, minutes and degree-minutes', () => {
    const { events, state } = run(every5(...times(12, 9), 10.5, 8))
    expect(events[1]).toEqual({
      type: 'excursion-ended',
      side: 'hot',
      start: 0,
      alarmAt: 60 * MINUTE,
      end: 65 * MINUTE,
      min: 9,
      max: 10.5,
      minutes: 65,
      degreeMinutes: 60 * 1 + 5 * 2.5,
      reason: 'in-range',
    })
    expect(state).toMatchObject({ cold: null, hot: null })
  })

  it('is not made by temperatures equal to a limit', () => {
    expect(run(every5(...times(20, 8), ...times(20, 2))).events).toEqual([])
  })

  it('is not made by runs that one reading in range divides', () => {
    expect(run(every5(...times(12, 9), 8, ...times(12, 9), 8)).events).toEqual([])
  })

  it('that jumps from cold to hot ends as cold and starts its hour as hot', () => {
    const { events } = run(every5(...times(13, 1), ...times(13, 9)))
    expect(
      events.map(event => [event.type, event.side, 'reason' in event ? event.reason : event.alarmAt]),
    ).toEqual([
      ['excursion-alarm', 'cold', 60 * MINUTE],
      ['excursion-ended', 'cold', 'other-side'],
      ['excursion-alarm', 'hot', 125 * MINUTE],
    ])
  })
})

describe('a gap', () => {
  it('no longer than the rule allows keeps the run', () => {
    expect(run(every5([0, 9], [10, 9], [20, 9], [30, 9], [40, 9], [50, 9], [60, 9])).events).toHaveLength(1)
  })

  it('longer than that starts the run anew: silence is not an excursion', () => {
    expect(run(every5([0, 9], [352, 9], [357, 9])).events).toEqual([])
  })

  it('in a run that was alarmed ends it at the last reading heard', () => {
    const { events } = run([...every5(...times(13, 9)), { at: 500 * MINUTE, celsius: 9 }])
    expect(events[1]).toMatchObject({ reason: 'gap', end: 60 * MINUTE, minutes: 60, degreeMinutes: 60 })
  })

  it('of a dead sensor is closed by silence, and the reading that comes at last changes nothing of that', () => {
    const { state, events } = run(every5(...times(13, 9)))
    expect(detectSilence(state, 70 * MINUTE, config)).toEqual({ state, events: [] })
    const silent = detectSilence(state, 71 * MINUTE, config)
    const late = { at: 500 * MINUTE, celsius: 9 }
    const after = run([late], config, silent.state)
    expect([...events, ...silent.events, ...after.events]).toEqual(
      run([...every5(...times(13, 9)), late]).events,
    )
    expect(after.state).toEqual(run([late], config, state).state)
    expect(detectSilence(initialDetectState, 1, config).events).toEqual([])
  })

  it('backwards, the clock having been set back, is a gap too', () => {
    const readings = every5(...times(12, 9)).map(({ at, celsius }) => ({ at: at + 1000 * MINUTE, celsius }))
    expect(run([...readings, ...every5(9, 9, 9)]).events).toEqual([])
    expect(run([...readings, ...every5(...times(13, 9))]).events).toMatchObject([{ start: 0 }])
  })
})

describe('a reading', () => {
  it('that comes twice, or a little late, changes nothing', () => {
    const { state } = run(every5(9, 9, 9))
    for (const again of every5([10, 9], [10, 5], [5, 5], [0, 1])) {
      expect(detect(state, again, config)).toEqual({ state, events: [] })
    }
  })

  it('that is not a number does not count as in range', () => {
    const { state } = run(every5(9))
    for (const celsius of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(detect(state, { at: 5 * MINUTE, celsius }, config)).toEqual({ state, events: [] })
    }
  })
})

describe('for any readings', () => {
  const readings = fc
    .array(
      fc.record({
        step: fc.oneof(
          { weight: 20, arbitrary: fc.constant(5) },
          fc.integer({ min: 1, max: 11 }),
          fc.constantFrom(-300, -7, 0, 90),
        ),
        celsius: fc.oneof(
          { weight: 8, arbitrary: fc.constant(9) },
          { weight: 8, arbitrary: fc.constant(1) },
          fc.constantFrom(2, 8, 5, -4.5, 8.1, 30),
        ),
        times: fc.integer({ min: 1, max: 16 }),
      }),
      { maxLength: 12 },
    )
    .map(groups => {
      let at = Date.parse('2025-03-01T20:00:00+08:00')
      return groups.flatMap(({ step, celsius, times: count }) =>
        times(count, celsius).map((value, index) => {
          at += (index === 0 ? step : 5) * MINUTE
          return { at, celsius: value }
        }),
      )
    })

  it('stopping anywhere, storing the state as JSON and going on is the same as never stopping', () => {
    fc.assert(
      fc.property(readings, fc.nat(), (all, cut) => {
        const at = all.length === 0 ? 0 : cut % (all.length + 1)
        const before = run(all.slice(0, at))
        const after = run(all.slice(at), config, JSON.parse(JSON.stringify(before.state)))
        expect([...before.events, ...after.events]).toEqual(run(all).events)
        expect(after.state).toEqual(run(all).state)
      }),
    )
  })

  it('cold and hot are judged alike: a mirrored log gives mirrored alarms', () => {
    const mirror = (celsius: number) => 10 - celsius
    const shape = (events: readonly ColdChainEvent[], swap: boolean) =>
      events.map(event => {
        const side = swap ? (event.side === 'cold' ? 'hot' : 'cold') : event.side
        return `${event.type} ${side} ${event.start} ${event.alarmAt} ${'reason' in event ? event.reason : ''}`
      })
    fc.assert(
      fc.property(readings, all => {
        const mirrored = all.map(({ at, celsius }) => ({ at, celsius: mirror(celsius) }))
        expect(shape(run(mirrored).events, true).sort()).toEqual(shape(run(all).events, false).sort())
      }),
    )
  })

  it('in order, there is an alarm exactly for each unbroken run of an hour or more', () => {
    fc.assert(
      fc.property(readings, all => {
        const ordered = [...new Map(all.map(reading => [reading.at, reading])).values()].sort(
          (a, b) => a.at - b.at,
        )
        const runs: Reading[][] = []
        const side = ({ celsius }: Reading) => (celsius < 2 ? -1 : celsius > 8 ? 1 : 0)
        for (const reading of ordered) {
          const last = runs.at(-1)?.at(-1)
          if (last && side(last) === side(reading) && reading.at - last.at <= 10 * MINUTE)
            runs.at(-1)?.push(reading)
          else runs.push([reading])
        }
        const expected = runs
          .filter(
            each => each[0] && side(each[0]) !== 0 && (each.at(-1)?.at ?? 0) - each[0].at >= 60 * MINUTE,
          )
          .map(each => each[0]?.at)
        const alarms = run(ordered).events.filter(event => event.type === 'excursion-alarm')
        expect(alarms.map(alarm => alarm.start)).toEqual(expected)
      }),
    )
  })
})
