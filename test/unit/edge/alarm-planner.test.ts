import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AlarmState,
  type DueNotice,
  dueNotices,
  type NotifyRules,
  type Told,
} from '#domain/alarms/planner.ts'
import { isQuiet } from '#domain/alarms/quiet.ts'
import { MINUTE } from '#domain/time.ts'

/** 10:00 in Shanghai. */
const TEN = Date.parse('2026-11-22T02:00:00Z')
const sms = (target: string, ...steps: readonly number[]) => ({ channel: 'sms', target, steps }) as const

const RULES: NotifyRules = {
  targets: [
    sms('wang', 1),
    sms('li', 1, 2),
    sms('chen', 3),
    { channel: 'centre', target: 'journal', steps: [1] },
  ],
  stepMs: 10 * MINUTE,
  reminderMs: 30 * MINUTE,
  spacingMs: 10 * MINUTE,
  settleMs: MINUTE,
  quiet: { from: '22:00', to: '06:00' },
}

/** An alarm that lives, and everybody who was told of it, minute by minute. */
const life = (level: AlarmState['level'], rules: NotifyRules = RULES, start = TEN) => {
  let alarm: AlarmState = { level, raisedAt: start, clearedAt: null, acknowledged: false }
  let now = start
  const history: Told[] = []
  const ask = (): readonly DueNotice[] => {
    const due = dueNotices({ alarm, rules, now, history })
    for (const one of due) history.push({ ...one, level: alarm.level, raisedAt: alarm.raisedAt, at: now })
    return due
  }
  return {
    history,
    alarm: () => alarm,
    now: () => now,
    set: (to: number) => {
      now = to
    },
    change: (to: Partial<AlarmState>) => {
      alarm = { ...alarm, ...to }
    },
    raise: (at = now) => {
      alarm = { ...alarm, raisedAt: at, clearedAt: null, acknowledged: false }
    },
    clear: () => {
      alarm = { ...alarm, clearedAt: now }
    },
    ask,
    /** Asks each minute; who was told what. */
    pass: (minutes: number): readonly string[] => {
      const said: string[] = []
      for (let passed = 0; passed <= minutes; passed++) {
        said.push(...ask().map(({ target, what }) => `${passed} ${target} ${what}`))
        if (passed < minutes) now += MINUTE
      }
      return said
    },
  }
}

describe('who is told of an alarm', () => {
  it('the first step at once, each next one as long as nobody acknowledges, and reminders for those who know', () => {
    expect(life('alarm').pass(60)).toEqual([
      '0 wang raised',
      '0 li raised',
      '0 journal raised',
      '10 li escalated',
      '20 chen escalated',
      '30 wang reminder',
      '40 li reminder',
      '50 chen reminder',
      '60 wang reminder',
    ])
  })

  it('nobody any more once it is acknowledged, but that it is over', () => {
    const one = life('alarm')
    one.pass(12)
    one.change({ acknowledged: true })
    expect(one.pass(600)).toEqual([])
    one.clear()
    expect(one.pass(30)).toEqual(['1 wang recovered', '1 li recovered'])
  })

  it('the first step alone and once where it is a warning', () => {
    expect(life('warning').pass(1_000)).toEqual(['0 wang raised', '0 li raised', '0 journal raised'])
  })

  it('at once where a warning has become an alarm', () => {
    const one = life('warning')
    one.pass(2)
    one.change({ level: 'alarm' })
    one.raise()
    expect(one.ask().map(({ target, what }) => `${target} ${what}`)).toEqual([
      'wang raised',
      'li raised',
      'journal raised',
    ])
  })

  it('at any hour of an alarm, of a warning when the quiet hours are over; the centre has it in the journal anyway', () => {
    const night = Date.parse('2026-11-22T15:30:00Z')
    expect(life('alarm', RULES, night).ask()).toHaveLength(3)
    const warning = life('warning', RULES, night)
    expect(warning.pass(6 * 60 + 29).map(one => one.split(' ')[1])).toEqual(['journal'])
    expect(warning.pass(2)).toEqual(['1 wang raised', '1 li raised'])
  })

  it('not again within the spacing of a cause that comes and goes, and once it stays', () => {
    const one = life('alarm')
    one.ask()
    for (let flap = 0; flap < 8; flap++) {
      one.clear()
      one.set(one.now() + 30_000)
      expect(one.ask()).toEqual([])
      one.raise()
      expect(one.ask()).toEqual([])
      one.set(one.now() + 30_000)
    }
    expect(one.pass(3)).toEqual(['2 wang raised', '2 li raised', '2 journal raised'])
  })

  it('counts the steps from when somebody was told, whatever the lowest step is', () => {
    const rules = { ...RULES, targets: [sms('wang', 2), sms('li', 3)] }
    expect(life('alarm', rules).pass(10)).toEqual(['0 wang raised', '10 li escalated'])
  })

  it('is not silenced by a clock that is set back', () => {
    const one = life('alarm')
    one.ask()
    one.set(Date.parse('2020-01-01T02:00:00Z'))
    expect(one.ask().map(({ what }) => what)).toContain('escalated')
    one.pass(1)
    // It goes on from there, and does not tell each minute.
    expect(one.pass(9)).toEqual([])
  })

  it('nobody where nobody is configured', () => {
    expect(
      dueNotices({ alarm: life('alarm').alarm(), rules: { ...RULES, targets: [] }, now: TEN, history: [] }),
    ).toEqual([])
  })
})

/** What may happen to an alarm, and then some minutes pass. */
const happening = fc.record({
  do: fc.constantFrom('raise', 'clear', 'acknowledge', 'nothing'),
  minutes: fc.integer({ min: 0, max: 90 }),
})
const lives = fc.record({
  level: fc.constantFrom('alarm' as const, 'warning' as const),
  start: fc.integer({ min: 0, max: 24 * 60 }).map(minutes => TEN + minutes * MINUTE),
  steps: fc.array(happening, { maxLength: 40 }),
})

/** Lives it; asks `look` each minute, after what was due was told. */
const liveOut = (
  {
    level,
    start,
    steps,
  }: { level: AlarmState['level']; start: number; steps: readonly { do: string; minutes: number }[] },
  look: (one: ReturnType<typeof life>, due: readonly DueNotice[]) => boolean,
): boolean => {
  const one = life(level, RULES, start)
  for (const step of steps) {
    if (step.do === 'raise' && one.alarm().clearedAt !== null) one.raise()
    if (step.do === 'clear' && one.alarm().clearedAt === null) one.clear()
    if (step.do === 'acknowledge') one.change({ acknowledged: true })
    for (let minute = 0; minute <= step.minutes; minute++) {
      if (!look(one, one.ask())) return false
      if (minute < step.minutes) one.set(one.now() + MINUTE)
    }
  }
  return true
}

describe('whatever happens to an alarm', () => {
  it('it is never silent for longer than the spacing while it is open and nobody has acknowledged it', () => {
    fc.assert(
      fc.property(lives, what =>
        liveOut({ ...what, level: 'alarm' }, one => {
          const { raisedAt, clearedAt, acknowledged } = one.alarm()
          if (clearedAt !== null || acknowledged || one.now() - raisedAt < RULES.spacingMs) return true
          const told = (target: string) =>
            one.history.some(each => each.target === target && each.raisedAt === raisedAt)
          return told('wang') && told('li')
        }),
      ),
    )
  })

  it('a warning is not sent to anybody in the quiet hours', () => {
    fc.assert(
      fc.property(lives, what =>
        liveOut({ ...what, level: 'warning' }, (one, due) => {
          const people = due.filter(({ channel }) => channel !== 'centre')
          return people.length === 0 || !isQuiet(one.now(), { from: '22:00', to: '06:00' })
        }),
      ),
    )
  })

  it('nobody hears of a recovery who has not heard of the alarm since the last one', () => {
    fc.assert(
      fc.property(lives, what =>
        liveOut(what, (one, due) =>
          due
            .filter(each => each.what === 'recovered')
            .every(({ target }) => {
              const before = one.history.filter(each => each.target === target).slice(0, -1)
              return before.length > 0 && before.at(-1)?.what !== 'recovered'
            }),
        ),
      ),
    )
  })

  it('nobody is told more often than the rules allow', () => {
    fc.assert(
      fc.property(lives, what =>
        liveOut(what, one => {
          const [before, after] = one.history.filter(({ target }) => target === 'wang').slice(-2)
          if (!before || !after || before.what === 'recovered' || after.what === 'recovered') return true
          return after.at - before.at >= RULES.spacingMs
        }),
      ),
    )
  })
})

describe('the quiet hours', () => {
  it.each([
    ['21:59', false],
    ['22:00', true],
    ['23:59', true],
    ['00:00', true],
    ['05:59', true],
    ['06:00', false],
  ])('over midnight, at %s in Shanghai: %s', (time, quiet) => {
    const at = Date.parse(`2026-11-22T${time}:00+08:00`)
    expect(isQuiet(at, { from: '22:00', to: '06:00' })).toBe(quiet)
  })

  it('within a day, and none where both ends are one', () => {
    const noon = Date.parse('2026-11-22T12:00:00+08:00')
    expect(isQuiet(noon, { from: '11:00', to: '13:00' })).toBe(true)
    expect(isQuiet(noon, { from: '12:00', to: '12:00' })).toBe(false)
  })
})
