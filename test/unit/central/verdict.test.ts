import { describe, expect, it } from 'vitest'
import type { VerdictEvent } from '#domain/cold-chain/verdict.ts'
import { centreOn, everyMinute, MINUTE, START, siteJournal, times } from '../../lib/central-verdict.ts'

const at = (minute: number): number => START + minute * MINUTE
const differencesOf = (journal: readonly VerdictEvent[]) => centreOn(journal).differences
const without = (journal: readonly VerdictEvent[], ...types: VerdictEvent['type'][]) =>
  journal.filter(({ type }) => !types.includes(type))

/** Out at minute 30 for `minutes`, then in range. */
const warm = (minutes: number, celsius = 9) =>
  siteJournal(everyMinute([...times(30, 5), ...times(minutes, celsius), ...times(60, 5)]))

describe('the centre’s own verdict on the official records', () => {
  it('agrees with a site that alarmed, and with one that had no reason to', () => {
    expect(differencesOf(warm(90))).toEqual([])
    expect(differencesOf(warm(60))).toEqual([])
    expect(warm(60).some(({ type }) => type === 'alarm')).toBe(false)
  })

  it('finds an alarm that was due and did not come, at the first record after it', () => {
    const journal = without(warm(90), 'alarm', 'ended')
    expect(differencesOf(journal)).toEqual([
      {
        ...{ kind: 'missed', side: 'hot', start: at(30), dueAt: at(92) },
        rule: { low: 2, high: 8, minutes: 60 },
      },
    ])
    const due = journal.findIndex(event => event.type === 'record' && event.at === at(92))
    expect(differencesOf(journal.slice(0, due + 1))).toEqual([])
    expect(differencesOf(journal.slice(0, due + 2))).toHaveLength(1)
  })

  it('says nothing of a run that lasts one official interval more than the rule allows, and no longer', () => {
    const silent = (minutes: number) => differencesOf(without(warm(minutes), 'alarm', 'ended'))
    expect(silent(62)).toEqual([])
    expect(silent(63)).toHaveLength(1)
  })

  it('finds an alarm where a record of that time lies inside the limits, and one that no record supports', () => {
    const invented: VerdictEvent = {
      ...{ type: 'alarm', side: 'hot', rule: {} },
      ...{ start: at(25), alarmAt: at(85) },
    }
    const before = (journal: readonly VerdictEvent[], minute: number) => [
      ...journal.filter(event => event.type !== 'record' || event.at < at(minute)),
      invented,
    ]
    expect(differencesOf(before(siteJournal(everyMinute(times(90, 5))), 85))).toMatchObject([
      { kind: 'unfounded', side: 'hot', start: at(25), against: at(60) },
    ])
    expect(differencesOf([invented])).toMatchObject([{ kind: 'unfounded', against: null }])
    // Out from minute 30 on: true, but not since minute 20.
    const early = { ...invented, start: at(20), alarmAt: at(80) }
    const warmed = without(warm(90), 'alarm', 'ended').filter(
      event => event.type !== 'record' || event.at < at(80),
    )
    expect(differencesOf([...warmed, early])).toMatchObject([{ kind: 'unfounded', against: null }])
  })

  it('finds an alarm of the wrong side', () => {
    const other = warm(90).map(event =>
      event.type === 'alarm' ? { ...event, side: 'cold' as const } : event,
    )
    expect(differencesOf(other)).toMatchObject([
      { kind: 'unfounded', side: 'cold' },
      { kind: 'missed', side: 'hot' },
    ])
  })

  it('finds a record beyond the extremes that the end of the excursion states', () => {
    const altered = warm(90).map(event =>
      event.type === 'record' && event.at === at(110) ? { ...event, celsius: 12 } : event,
    )
    expect(differencesOf(altered)).toMatchObject([
      { kind: 'extremes', side: 'hot', min: 9, max: 9, celsius: 12, end: at(120) },
    ])
  })

  it('takes the end alone for an alarm, whose record was lost', () => {
    const journal = warm(90)
    const ended = journal.filter(({ type }) => type === 'ended')
    expect(differencesOf([...without(journal, 'alarm', 'ended').slice(0, 20), ...ended])).toEqual([])
  })

  it('judges by the rule that the record names', () => {
    const freezer = { low: -25, high: -15, minutes: 60 }
    const records = siteJournal(everyMinute(times(90, -20)))
      .filter(({ type }) => type === 'record')
      .map(event => ({ ...event, rule: freezer }) as VerdictEvent)
    expect(differencesOf(records)).toEqual([])
  })

  it('does not count over a silence longer than the site’s own gap', () => {
    const hour = [...everyMinute(times(40, 9)), ...everyMinute(times(40, 9), 46)]
    expect(differencesOf(siteJournal(hour))).toEqual([])
  })

  it('an alarm whose end was lost does not cover the next excursion', () => {
    const first = without(warm(90), 'ended')
    const later = everyMinute([...times(90, 9), 5], 300)
    const second = without(siteJournal(later), 'alarm', 'ended')
    expect(differencesOf([...first, ...second])).toMatchObject([{ kind: 'missed', start: at(300) }])
  })
})

describe('a clock that was set', () => {
  const out = (from: number, minutes: number) => everyMinute(times(minutes, 9), from)
  it.each([
    ['back by three minutes in an excursion', [...out(0, 41), ...out(38, 60), ...everyMinute([5], 98)]],
    ['back by half an hour in an excursion', [...out(0, 41), ...out(11, 90), ...everyMinute([5], 101)]],
    ['back by years', [...out(1_000_000, 41), ...out(0, 90), ...everyMinute([5], 90)]],
    ['forward by years', [...out(0, 41), ...out(1_000_000, 90), ...everyMinute([5], 1_000_090)]],
    [
      'back by three minutes, in range just then',
      [...out(0, 41), ...everyMinute(times(3, 5), 38), ...out(41, 60), ...everyMinute([5], 101)],
    ],
    [
      'back by four minutes just before it gets warm',
      [...everyMinute(times(35, 5)), ...everyMinute([5, 5], 31), ...out(33, 90), ...everyMinute([5], 123)],
    ],
  ])('%s makes no difference', (_what, steps) => {
    expect(differencesOf(siteJournal(steps))).toEqual([])
  })
})
