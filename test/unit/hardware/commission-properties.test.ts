import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Event, Request } from '#hardware/commissioning/talk.ts'
import { startWalk, stepWalk, type Walk } from '#hardware/commissioning/walk.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import { examplePlan } from '#hardware/plan-example.ts'
import { mustBeValid, TODAY } from '#test/lib/hardware-plan.ts'

const plan = mustBeValid(examplePlan())

const texts = fc.constantFrom(
  'y',
  'n',
  '',
  's',
  'D01',
  'D02',
  'd02',
  '500',
  '0',
  '-1',
  '2027-01-01',
  'C-1',
  'x',
  '否',
)
const seen = fc.constantFrom('open' as const, 'closed' as const, 'unknown' as const)
const numbers = fc.oneof(fc.double({ min: -1e4, max: 1e4 }), fc.constantFrom(0, Number.NaN, 500))
const failure = fc.record({
  is: fc.constant('failed' as const),
  code: fc.constant('E_TEST'),
  kind: fc.constantFrom('transient' as const, 'ambiguous' as const, 'permanent' as const),
  zh: fc.constant('测试'),
  en: fc.constant('test'),
})
const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: texts.map(text => ({ is: 'answered' as const, text })) },
  { weight: 4, arbitrary: fc.constant({ is: 'done' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ D01: seen, D02: seen }).map(sight => ({ is: 'seen' as const, sight })),
  },
  numbers.map(grams => ({ is: 'weighed' as const, grams, resolution: 0.1 })),
  fc.array(numbers, { maxLength: 20 }).map(trace => ({ is: 'watched' as const, trace, resolution: 0.1 })),
  numbers.map(celsius => ({ is: 'measured' as const, celsius })),
  failure,
)

const start = (driver?: string) =>
  startWalk({ plan: mustBeValid(examplePlan(driver)), today: TODAY, by: '王' }).walk

const drivers = fc.constantFrom(undefined, 'mt-sics', 'yaogui-board', 'hx711', 'locks-8a', 'gpio')

const HELPFUL: Readonly<Record<string, string>> = {
  clear: 'y',
  'what-opened': 'y',
  swap: 'y',
  load: '500',
  'scale-certificate': 'C-1',
  'thermometer-certificate': 'C-1',
  expires: '2027-11-22',
}

type Sight = Extract<Event, { is: 'seen' }>['sight']
type Chance = {
  readonly helpful: boolean
  readonly text: string
  readonly sight: Sight
  readonly number: number
  readonly trace: readonly number[]
  readonly failure: Extract<Event, { is: 'failed' }> | undefined
  readonly odd: Event | undefined
}

const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 20, arbitrary: fc.constant(undefined) }, arbitrary)

/** Sooner or later of every kind, and mostly what lets the walk go on, so that it comes to its far corners. */
const chances: fc.Arbitrary<readonly Chance[]> = fc.array(
  fc.record({
    helpful: fc.oneof({ weight: 15, arbitrary: fc.constant(true) }, fc.constant(false)),
    text: texts,
    sight: fc.record({ D01: seen, D02: seen }),
    number: numbers,
    trace: fc.array(numbers, { maxLength: 20 }),
    failure: rarely(failure),
    odd: rarely(events),
  }),
  { minLength: 100, maxLength: 200, size: 'max' },
)

const isFailing = ({ is }: Request): boolean =>
  ['pulse', 'look', 'zero', 'span', 'weigh', 'watch', 'measure'].includes(is)

type World = { readonly opened: string | undefined; readonly grams: number }

/** What comes of the request, in a world that mostly is as the person makes it. */
const comeOf = (request: Request, chance: Chance, { opened, grams }: World): Event => {
  const { helpful, text, sight, number, trace, failure: failed, odd } = chance
  if (odd !== undefined) return odd
  if (failed !== undefined && isFailing(request)) return failed
  switch (request.is) {
    case 'ask':
      return { is: 'answered', text: helpful ? (HELPFUL[request.question.code] ?? '') : text }
    case 'look': {
      const right = { D01: 'closed', D02: 'closed', ...(opened ? { [opened]: 'open' } : {}) } as Sight
      return { is: 'seen', sight: helpful ? right : sight }
    }
    case 'weigh':
      return { is: 'weighed', grams: helpful ? grams : number, resolution: 0.1 }
    case 'watch':
      return { is: 'watched', trace: helpful ? [0, 0, 0, 3, 3, 3, 3, 3] : trace, resolution: 0.1 }
    case 'measure':
      return { is: 'measured', celsius: helpful ? 0.2 : number }
    default:
      return { is: 'done' }
  }
}

/** Plays by chance and hands on every step. Returns the codes of the requests that came up. */
const gamble = (
  driver: string | undefined,
  dice: readonly Chance[],
  check: (before: Walk, event: Event, after: Walk) => void,
): ReadonlySet<string> => {
  let walk = start(driver)
  let opened: string | undefined
  let grams = 0
  const came = new Set<string>()
  for (const chance of dice) {
    const event = comeOf(walk.request, chance, { opened, grams })
    const before = walk
    ;({ walk } = stepWalk(walk, event))
    if (before.request.is === 'pulse' && walk.request !== before.request) opened = before.request.drawer
    if (
      before.request.is === 'ask' &&
      walk.request.is === 'look' &&
      before.request.question.code !== 'what-opened'
    )
      opened = undefined
    if (before.request.is === 'ask') grams = before.request.question.code === 'load' ? 500 : 0
    check(before, event, walk)
    came.add(walk.request.is === 'ask' ? walk.request.question.code : walk.request.is)
  }
  return came
}

const gambles = (
  check: (before: Walk, event: Event, after: Walk) => void,
  parameters: { readonly seed?: number; readonly numRuns?: number } = {},
): ReadonlySet<string> => {
  const came = new Set<string>()
  fc.assert(
    fc.property(drivers, chances, (driver, dice) => {
      for (const code of gamble(driver, dice, check)) came.add(code)
    }),
    { numRuns: 150, ...parameters },
  )
  return came
}

describe('whatever happens during commissioning', () => {
  it('each pulse has a yes of its own, given since the one before, and a rest after the first', () => {
    const yes = new WeakMap<Walk, { confirmed: boolean; rested: boolean }>()
    gambles((before, event, after) => {
      const { confirmed, rested } = yes.get(before) ?? { confirmed: false, rested: true }
      const moved = after.request !== before.request
      const cleared = before.request.is === 'ask' && before.request.question.code === 'clear' && moved
      const now = {
        confirmed: cleared ? event.is === 'answered' && event.text === 'y' : confirmed,
        rested: rested || before.request.is === 'rest',
      }
      if (moved && after.request.is === 'pulse') {
        expect(now).toEqual({ confirmed: true, rested: true })
        yes.set(after, { confirmed: false, rested: false })
      } else yes.set(after, now)
    })
    // Else the chances are not such that this proves anything; told of one set of dice, or chance would fail it.
    expect([...gambles(() => {}, { seed: 1, numRuns: 500 })]).toEqual(
      expect.arrayContaining([
        'pulse',
        'rest',
        'zero',
        'load',
        'unload',
        'light',
        'swap',
        'close',
        'ice',
        'again',
        'end',
      ]),
    )
  })

  it('what is written is a valid plan with the same drawers, lines and set of locks', () => {
    const locks = (value: typeof plan): string =>
      value.drawers
        .map(({ lock }) => JSON.stringify(lock))
        .sort()
        .join()
    let saves = 0
    gambles((before, _, { request }) => {
      if (request.is !== 'save') return
      saves += 1
      expect(checkPlan(request.plan)).toMatchObject({ ok: true })
      expect(locks(request.plan)).toBe(locks(before.context.plan))
    })
    expect(saves).toBeGreaterThan(100)
  })

  it('what is no answer to the request changes nothing', () => {
    const answers = { ask: 'answered', look: 'seen', weigh: 'weighed', watch: 'watched', measure: 'measured' }
    const wanted = {
      ...answers,
      pulse: 'done',
      rest: 'done',
      zero: 'done',
      span: 'done',
      save: 'done',
      end: '',
    }
    gambles((before, event, after) => {
      const fits =
        event.is === wanted[before.request.is] || (event.is === 'failed' && isFailing(before.request))
      if (!fits) expect(after).toBe(before)
    })
  })
})
