import { describe, expect, it } from 'vitest'
import { checkPlan } from '#hardware/plan-check.ts'
import { examplePlan } from '#hardware/plan-example.ts'
import { planWarnings } from '#hardware/plan-warnings.ts'
import { mustBeValid, planWith, problemPaths, TODAY } from '#test/lib/hardware-plan.ts'

const [first] = examplePlan().thermometers
const withPlace = (more: object) => planWith({ thermometers: [{ ...first, low: 2, high: 8, ...more }] })
const at = (field: string): string => `/thermometers/0/rule/${field}`

describe('a thermometer’s rule in the plan', () => {
  it('is not needed: an older plan is read as it was', () => {
    const [place] = mustBeValid(withPlace({})).thermometers
    expect(Object.keys(place ?? {})).not.toEqual(expect.arrayContaining(['rule']))
    expect(Object.keys(place ?? {})).not.toEqual(expect.arrayContaining(['use']))
  })

  it('may be a preset, or say what differs; the place may be a transport box', () => {
    for (const more of [
      { rule: {} },
      { rule: { preset: 'who-pqs-e006' }, use: 'storage' },
      { rule: { preset: 'default-1', minutes: 0, strict: false }, use: 'transport' },
      { rule: { mode: 'cumulative', windowHours: 12, minutes: 30 } },
      { rule: { mode: 'daily' } },
    ])
      expect(mustBeValid(withPlace(more)).thermometers[0]).toMatchObject(more)
  })

  it.each<[object, readonly string[]]>([
    [{ rule: { preset: 'who' } }, [at('preset')]],
    [{ rule: { mode: 'weekly' } }, [at('mode')]],
    [{ rule: { minutes: 1441 } }, [at('minutes')]],
    [{ rule: { minutes: 0.5 } }, [at('minutes')]],
    [{ rule: { mode: 'cumulative', windowHours: 0 } }, [at('windowHours')]],
    [{ rule: { minuts: 30 } }, ['/thermometers/0/rule']],
    [{ use: 'van' }, ['/thermometers/0/use']],
    [{ rule: { windowHours: 6 } }, [at('windowHours')]],
    [{ rule: { mode: 'daily', minutes: 1440 } }, [at('minutes')]],
    [
      { rule: { preset: 'who-pqs-e006', minutes: 90, mode: 'daily', strict: false } },
      [at('minutes'), at('mode'), at('strict')],
    ],
    [{ low: -25, high: -15, rule: { preset: 'who-pqs-e006' } }, [at('preset')]],
    [{ low: 8, high: 2, rule: { preset: 'who-pqs-e006' } }, ['/thermometers/0']],
  ])('%j is refused at %j, in both languages', (more, paths) => {
    expect(problemPaths(withPlace(more))).toEqual(paths)
    const checked = checkPlan(withPlace(more))
    for (const { message } of checked.ok ? [] : checked.problems)
      expect(message).toMatch(/\p{Script=Han}.* \/ .+/u)
  })

  it('is warned of where goods of 2–8 °C would be out for more than an hour, WHO’s own rule excepted', () => {
    const warned = (more: object) =>
      planWarnings(mustBeValid(withPlace(more)), { today: TODAY }).filter(
        ({ path }) => path === at('minutes'),
      )
    expect(warned({ rule: { minutes: 61 } })).toHaveLength(1)
    expect(warned({ low: 3, high: 7, rule: { minutes: 240 } })).toHaveLength(1)
    expect(warned({ rule: { minutes: 60 } })).toEqual([])
    expect(warned({ rule: { preset: 'who-pqs-e006' } })).toEqual([])
    expect(warned({ low: 10, high: 30, rule: { minutes: 240 } })).toEqual([])
  })
})
