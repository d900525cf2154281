import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reading } from '#domain/cold-chain/rule.ts'
import type { VerdictEvent } from '#domain/cold-chain/verdict.ts'
import { centreOn, MINUTE, START, type Step, siteJournal } from '../../lib/central-verdict.ts'

/** A stretch of time at about one temperature. `before`: what happened just before it. */
type Stretch = {
  readonly base: number
  readonly minutes: number
  /** Tenths, over and over. */
  readonly noise: readonly number[]
  readonly before: 'nothing' | 'restart' | { readonly silent: number } | { readonly set: number }
}

const noise = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 10 })
const stretch = (disturbed: boolean): fc.Arbitrary<Stretch> =>
  fc.record({
    base: fc.constantFrom(0.5, 1, 2, 5, 5, 8, 9, 9.5),
    minutes: fc.integer({ min: 1, max: 150 }),
    noise,
    before: disturbed
      ? fc.oneof(
          { weight: 3, arbitrary: fc.constant('nothing' as const) },
          { weight: 1, arbitrary: fc.constant('restart' as const) },
          { weight: 1, arbitrary: fc.record({ silent: fc.integer({ min: 1, max: 40 }) }) },
          { weight: 1, arbitrary: fc.record({ set: fc.integer({ min: -60, max: 15 }) }) },
        )
      : fc.constant('nothing' as const),
  })

const stepsOf = (stretches: readonly Stretch[]): readonly Step[] => {
  let at = START
  let set = 0
  return stretches.flatMap(({ base, minutes, noise: tenths, before }): readonly Step[] => {
    if (typeof before === 'object') {
      at += ('set' in before ? before.set : before.silent) * MINUTE
      if ('set' in before) set += before.set * MINUTE
    }
    const readings = Array.from({ length: minutes }, (_, index) => {
      at += MINUTE
      return { at, set, celsius: Math.round(base * 10 + (tenths[index % tenths.length] ?? 0)) / 10 }
    })
    return before === 'restart' ? ['restart' as const, ...readings] : readings
  })
}

const series = (disturbed: boolean, minLength = 1) =>
  fc.array(stretch(disturbed), { minLength, maxLength: 8 }).map(stepsOf)
/** One excursion between two times in range, without a gap: what is done to its journal must be found. */
const excursion = fc
  .record({
    hot: fc.boolean(),
    lead: fc.integer({ min: 1, max: 90 }),
    minutes: fc.integer({ min: 66, max: 200 }),
    values: fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 10 }),
  })
  .map(({ hot, lead, minutes, values }): readonly Reading[] => {
    const calm = Array.from({ length: lead }, () => 5)
    const out = Array.from({ length: minutes }, (_, index) => {
      const tenths = values[index % values.length] ?? 1
      return (hot ? 80 + tenths : 20 - tenths) / 10
    })
    return [...calm, ...out, ...calm].map((celsius, index) => ({ at: START + index * MINUTE, celsius }))
  })

const kindsOf = (journal: readonly VerdictEvent[]) => centreOn(journal).differences.map(({ kind }) => kind)

describe('for any temperatures measured by the minute, the centre’s verdict', () => {
  it('is the site’s, over gaps, restarts and clocks that were set, wherever the batches are cut', () => {
    fc.assert(
      fc.property(series(true), fc.array(fc.boolean(), { minLength: 1 }), (steps, cuts) => {
        const journal = siteJournal(steps)
        const whole = centreOn(journal, () => false)
        expect(whole.differences).toEqual([])
        expect(centreOn(journal, index => cuts[index % cuts.length] === true)).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })

  it('is the site’s for faster measurements too', () => {
    fc.assert(
      fc.property(series(false), steps => {
        const halves = steps.flatMap((step): readonly Step[] =>
          typeof step === 'string' ? [step] : [step, { ...step, at: step.at + MINUTE / 2 }],
        )
        expect(centreOn(siteJournal(halves, MINUTE / 2)).differences).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  it('misses an alarm that was taken out of the journal', () => {
    fc.assert(
      fc.property(excursion, readings => {
        const journal = siteJournal(readings)
        expect(kindsOf(journal.filter(({ type }) => type === 'record'))).toEqual(['missed'])
        expect(kindsOf(journal)).toEqual([])
      }),
    )
  })

  it('contradicts an alarm that was invented', () => {
    fc.assert(
      fc.property(
        series(false, 4),
        fc.nat(),
        fc.constantFrom('cold' as const, 'hot' as const),
        (steps, pick, side) => {
          const readings = steps.filter(step => typeof step !== 'string')
          const begin = readings[pick % Math.max(1, readings.length - 60)]?.at ?? START
          const [start, alarmAt] = [begin, begin + 60 * MINUTE]
          const out = (celsius: number) => (side === 'hot' ? celsius > 8 : celsius < 2)
          const span = readings.filter(({ at }) => at >= start && at <= alarmAt)
          // Its first record may be late, see GAP_MS: what the site says of the first minutes is believed.
          fc.pre(
            span.at(-1)?.at === alarmAt &&
              span.some(({ at, celsius }) => at > start + 5 * MINUTE && !out(celsius)),
          )
          const journal = siteJournal(readings)
          const records = journal.findLastIndex(event => event.type === 'record' && event.at <= alarmAt) + 1
          const invented: VerdictEvent = { type: 'alarm', side, start, alarmAt, rule: {} }
          expect(kindsOf([...journal.slice(0, records), invented, ...journal.slice(records)])).toEqual([
            'unfounded',
          ])
        },
      ),
      { numRuns: 300 },
    )
  })

  it('contradicts a record of an excursion that was altered by three degrees', () => {
    fc.assert(
      fc.property(excursion, fc.nat(), fc.constantFrom(-3, 3), (readings, pick, by) => {
        const journal = siteJournal(readings)
        const ended = journal.find(event => event.type === 'ended')
        const inside = journal.filter(
          event => event.type === 'record' && ended && event.at >= ended.start && event.at < ended.end,
        )
        const chosen = inside[pick % inside.length]
        const altered = journal.map(event =>
          event === chosen && event.type === 'record'
            ? { ...event, celsius: Math.round((event.celsius + by) * 10) / 10 }
            : event,
        )
        expect(kindsOf(altered)).not.toEqual([])
      }),
    )
  })
})
