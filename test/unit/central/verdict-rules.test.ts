import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ColdPlace, RulePlan } from '#domain/cold-chain/place.ts'
import type { VerdictEvent } from '#domain/cold-chain/verdict.ts'
import {
  centreOn,
  everyMinute,
  MINUTE,
  type PlanStep,
  START,
  type Step,
  siteJournal,
  times,
} from '../../lib/central-verdict.ts'

const at = (minute: number): number => START + minute * MINUTE
const place = (rule: RulePlan): ColdPlace => ({ low: 2, high: 8, rule })
const WHO = place({ preset: 'who-pqs-e006' })

const site = (of: ColdPlace, values: readonly number[], from = 0) =>
  siteJournal(everyMinute(values, from), MINUTE, of)
const differences = (journal: readonly VerdictEvent[]) => centreOn(journal).differences
const records = (journal: readonly VerdictEvent[]) => journal.filter(({ type }) => type === 'record')

describe('the centre’s verdict under WHO’s rule', () => {
  const warm = (minutes: number) => site(WHO, [...times(30, 5), ...times(minutes, 9), ...times(60, 5)])
  const frozen = (minutes: number) => site(WHO, [...times(30, 5), ...times(minutes, -0.5), ...times(60, 5)])

  it('agrees with a site that alarms after ten hours of heat or one hour of frost', () => {
    expect(warm(660).map(({ type }) => type)).toContain('alarm')
    expect(warm(590).map(({ type }) => type)).not.toContain('alarm')
    for (const journal of [warm(660), warm(590), frozen(90), frozen(50)])
      expect(differences(journal)).toEqual([])
  })

  it('finds a missed alarm on each side by that side’s minutes and limits', () => {
    expect(differences(records(warm(660)))).toMatchObject([
      { kind: 'missed', side: 'hot', start: at(30), dueAt: at(632) },
    ])
    expect(differences(records(warm(590)))).toEqual([])
    expect(differences(records(frozen(90)))).toMatchObject([
      { kind: 'missed', side: 'cold', start: at(30), dueAt: at(92) },
    ])
    expect(differences(records(site(WHO, times(700, 1))))).toEqual([])
  })

  it('finds an alarm of frost that records above the limit contradict, though out of the range of the place', () => {
    const invented: VerdictEvent = {
      ...{ type: 'alarm', side: 'cold', start: at(0), alarmAt: at(60) },
      rule: { low: 2, high: 8, minutes: 60, alarmLow: -0.5, atLimitOut: ['cold'], version: 'who-pqs-e006' },
    }
    expect(differences([...site(WHO, times(61, 1)), invented])).toMatchObject([
      { kind: 'unfounded', side: 'cold' },
    ])
    expect(differences([...site(WHO, times(60, -0.5)), invented])).toEqual([])
  })

  it('finds an alarm that came before its own rule allows it', () => {
    const early = warm(660).map(event =>
      event.type === 'alarm' ? { ...event, alarmAt: at(30 + 90) } : event,
    )
    expect(differences(early)).toMatchObject([
      { kind: 'early', side: 'hot', start: at(30), alarmAt: at(120) },
    ])
  })

  it('believes an alarm at once after the clock was set back to the very time of a record', () => {
    const back = 30 * MINUTE
    const steps: Step[] = [...everyMinute(times(55, 5)), { at: at(30), celsius: -1, set: -back }]
    expect(differences(siteJournal(steps, MINUTE, place({ minutes: 0 })))).toEqual([])
  })

  it('goes on from the state that the released version kept', () => {
    const usual = site({ low: 2, high: 8 }, times(30, 9))
    const { state } = centreOn(usual)
    expect(state.rule).toEqual({ low: 2, high: 8, minutes: 60 })
    const later = records(site({ low: 2, high: 8 }, times(60, 9), 30))
    expect(centreOn([...usual, ...later]).differences).toMatchObject([{ kind: 'missed', start: at(0) }])
  })

  it('takes a change of the rule from the next record on', () => {
    const before = site({ low: 2, high: 8 }, times(40, 9))
    const after = records(site(WHO, times(100, 9), 40))
    expect(differences([...before, ...after])).toEqual([])
    // Back again: a site goes on with its run, and alarms at once.
    const back = records(site({ low: 2, high: 8 }, times(10, 9), 140))
    expect(differences([...before, ...after, ...back])).toMatchObject([{ kind: 'missed', start: at(0) }])
  })
})

describe('the centre’s verdict where minutes add up', () => {
  const CUMULATIVE = place({ mode: 'cumulative', windowHours: 6 })
  const DAILY = place({ mode: 'daily' })
  const hours = [...times(40, 9), ...times(100, 5), ...times(40, 9), ...times(30, 5)]

  it.each([
    ['cumulative', CUMULATIVE],
    ['daily', DAILY],
  ] as const)('%s: agrees with the site; finds the alarm that was due and did not come', (_name, of) => {
    const journal = site(of, hours)
    expect(journal.filter(({ type }) => type === 'alarm')).toHaveLength(1)
    expect(differences(journal)).toEqual([])
    expect(differences(records(journal))).toMatchObject([
      { kind: 'missed', side: 'hot', start: at(140), dueAt: at(162) },
    ])
    expect(differences(records(site({ low: 2, high: 8 }, hours)))).toEqual([])
  })

  it('daily: what was out before midnight in Shanghai does not count after it', () => {
    // START is 08:00 there: midnight after 960 minutes.
    expect(differences(records(site(DAILY, hours, 960 - 100)))).toEqual([])
  })

  it('finds an alarm in the middle of records that are in range; how much was added up it does not judge', () => {
    const rule = { low: 2, high: 8, minutes: 60, mode: 'daily', version: 'default-1+mode=daily' } as const
    const alarm = (start: number): VerdictEvent => ({
      ...{ type: 'alarm', side: 'hot', rule },
      ...{ start: at(start), alarmAt: at(start + 5) },
    })
    const until = records(site(DAILY, hours)).filter(event => event.type === 'record' && event.at < at(30))
    expect(differences([...until, alarm(20)])).toEqual([])
    expect(differences([...records(site(DAILY, times(70, 5))), alarm(58)])).toMatchObject([
      { kind: 'unfounded', against: at(60) },
    ])
  })

  it('is silent about minutes that a person has ended with their excursion', () => {
    const out = (from: number, minutes: number) => everyMinute(times(minutes, 9), from)
    const steps: Step[] = [...out(0, 80), 'close', ...everyMinute(times(20, 5), 80), ...out(100, 50)]
    const journal = siteJournal(steps, MINUTE, CUMULATIVE)
    expect(journal.filter(({ type }) => type === 'alarm')).toHaveLength(1)
    expect(differences(journal)).toEqual([])
  })
})

type Stretch = {
  readonly base: number
  readonly minutes: number
  readonly noise: readonly number[]
  readonly before:
    | ('nothing' | 'restart' | 'close')
    | { readonly plan: ColdPlace }
    | { readonly silent: number }
    | { readonly set: number }
}

const rule: fc.Arbitrary<RulePlan> = fc.oneof(
  fc.constant<RulePlan>({ preset: 'who-pqs-e006' }),
  fc.record({
    minutes: fc.integer({ min: 0, max: 60 }),
    mode: fc.constantFrom('consecutive' as const, 'daily' as const),
    strict: fc.boolean(),
  }),
  fc.record({
    minutes: fc.integer({ min: 0, max: 60 }),
    mode: fc.constant('cumulative' as const),
    windowHours: fc.integer({ min: 2, max: 30 }),
    strict: fc.boolean(),
  }),
)

const anyPlace: fc.Arbitrary<ColdPlace> = fc.record({
  low: fc.constantFrom(0, 2, 3),
  high: fc.constantFrom(7, 8),
  rule,
  use: fc.constantFrom('storage', 'transport'),
})

const stretch: fc.Arbitrary<Stretch> = fc.record({
  base: fc.constantFrom(-1, -0.5, 0, 2, 5, 5, 8, 9),
  minutes: fc.integer({ min: 1, max: 250 }),
  noise: fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 8 }),
  before: fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        'nothing' as const,
        'nothing' as const,
        'restart' as const,
        'close' as const,
      ),
    },
    { weight: 2, arbitrary: fc.record({ plan: anyPlace }) },
    { weight: 1, arbitrary: fc.record({ silent: fc.integer({ min: 1, max: 40 }) }) },
    { weight: 1, arbitrary: fc.record({ set: fc.integer({ min: -60, max: 15 }) }) },
  ),
})

const stepsOf = (stretches: readonly Stretch[]): readonly (Step | PlanStep)[] => {
  let now = START
  let set = 0
  return stretches.flatMap(({ base, minutes, noise, before }): readonly (Step | PlanStep)[] => {
    if (typeof before === 'object' && !('plan' in before)) {
      now += ('set' in before ? before.set : before.silent) * MINUTE
      if ('set' in before) set += before.set * MINUTE
    }
    const readings = Array.from({ length: minutes }, (_, index) => {
      now += MINUTE
      return { at: now, set, celsius: Math.round(base * 10 + (noise[index % noise.length] ?? 0)) / 10 }
    })
    const does =
      before === 'restart' || before === 'close' || (typeof before === 'object' && 'plan' in before)
    return does ? [before, ...readings] : readings
  })
}

describe('for any temperatures and any rule, the centre’s verdict', () => {
  it('is the site’s, over gaps, restarts, changes of the plan, closed excursions and clocks that were set', () => {
    fc.assert(
      fc.property(anyPlace, fc.array(stretch, { minLength: 1, maxLength: 10 }), (of, stretches) => {
        expect(differences(siteJournal(stepsOf(stretches), MINUTE, of))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('misses the first alarm that was due by two minutes of records, and was taken out of the journal', () => {
    fc.assert(
      fc.property(rule, fc.boolean(), fc.integer({ min: 5, max: 90 }), (of, hot, more) => {
        const needed = of.preset ? (hot ? 600 : 60) : (of.minutes ?? 60)
        const values = [...times(10, 5), ...times(needed + more, hot ? 9 : -2), 5, 5]
        const journal = site(place(of), values)
        expect(differences(journal)).toEqual([])
        expect(differences(records(journal)).map(({ kind }) => kind)).toEqual(['missed'])
      }),
      { numRuns: 100 },
    )
  })
})
