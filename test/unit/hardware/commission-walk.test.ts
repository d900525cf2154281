import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Event, Request } from '#hardware/commissioning/talk.ts'
import { startWalk, stepWalk, type Walk } from '#hardware/commissioning/walk.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import { examplePlan } from '#hardware/plan-example.ts'
import { planWarnings } from '#hardware/plan-warnings.ts'
import { asWired, cabinetOf, goodPerson, play, type Reality } from '#test/lib/hardware-commission.ts'
import { mustBeValid, TODAY } from '#test/lib/hardware-plan.ts'

const plan = mustBeValid(examplePlan())
const told = (reality: Partial<Reality> = {}, options: Partial<Parameters<typeof play>[0]> = {}) => {
  const cabinet = cabinetOf({ ...asWired(options.plan ?? plan), ...reality })
  return { ...play({ plan, cabinet, person: goodPerson(cabinet.hands), ...options }), cabinet }
}
const drawer = (walked: ReturnType<typeof told>, id: string) =>
  walked.walk.context.plan.drawers.find(each => each.id === id)
const onlyD01 = { scope: { drawer: 'D01' } }

describe('commissioning', () => {
  it('of a cabinet that is wired as planned proves all of it and leaves a plan without warnings', () => {
    const walked = told()
    expect(walked.walk.request).toEqual({ is: 'end', outcome: 'complete' })
    expect(drawer(walked, 'D01')).toMatchObject({
      closedWhen: 'hook-closed',
      proved: { lock: TODAY, noZeroTracking: TODAY },
      reference: { grams: 500, shownGrams: 500, on: TODAY },
      calibration: { certificate: 'C-1', by: '王技术员', on: TODAY, expires: '2027-11-22' },
    })
    expect(planWarnings(walked.walk.context.plan, { today: TODAY })).toEqual([])
    // To prove the lock, to lay in a light thing, to put the weight in, to take it out.
    expect(walked.cabinet.pulses).toEqual([...Array(4).fill('D01'), ...Array(4).fill('D02')])
  })

  it('writes each step as it is proved', () => {
    const saves = told().requests.flatMap(each => (each.is === 'save' ? [each.plan] : []))
    expect(saves).toHaveLength(9)
    expect(saves[0]?.drawers[0]?.proved).toEqual({ lock: TODAY })
    expect(saves[0]?.drawers[0]?.reference).toBeUndefined()
  })

  it('of what was proved has nothing to do, and does it again when asked', () => {
    const proved = told().walk.context.plan
    expect(told({}, { plan: proved }).requests).toEqual([{ is: 'end', outcome: 'complete' }])
    expect(told({}, { plan: proved, redo: true }).cabinet.pulses).toHaveLength(8)
    expect(told({}, { plan: proved, redo: true, ...onlyD01 }).cabinet.pulses).toHaveLength(4)
  })

  it('asks for thermometers only, or for drawers only', () => {
    const cold = told({}, { scope: { only: 'thermometers' } })
    expect(cold.cabinet.pulses).toEqual([])
    expect(cold.walk.context.plan.thermometers[0]).toMatchObject({
      offset: 0,
      calibration: { by: '王技术员' },
    })
    expect(told({}, { scope: { only: 'drawers' } }).said).not.toContain('ice')
  })

  it('turns a reversed sensor round and demands another cycle to prove it', () => {
    const walked = told({ reversed: ['D01'] }, onlyD01)
    expect(drawer(walked, 'D01')).toMatchObject({ closedWhen: 'hook-open', proved: { lock: TODAY } })
    expect(walked.said).toEqual(expect.arrayContaining(['flipped', 'once-more', 'lock-proved']))
    expect(walked.cabinet.pulses).toHaveLength(5)
  })

  it('swaps the locks when the wrong drawer opened, and proves both', () => {
    const [one, two] = plan.drawers
    const crossed = {
      wired: { [JSON.stringify(one?.lock)]: 'D02', [JSON.stringify(two?.lock)]: 'D01' },
    }
    const walked = told(crossed)
    expect(walked.walk.request).toEqual({ is: 'end', outcome: 'complete' })
    expect(drawer(walked, 'D01')?.lock).toEqual(two?.lock)
    expect(drawer(walked, 'D02')?.lock).toEqual(one?.lock)
  })

  it('proves a drawer again that was proved before its lock went to another', () => {
    const [one, two] = plan.drawers
    const proved = mustBeValid({
      ...plan,
      drawers: [one, { ...two, proved: { lock: '2026-01-01', noZeroTracking: '2026-01-01' } }],
    })
    const crossed = {
      wired: { [JSON.stringify(one?.lock)]: 'D02', [JSON.stringify(two?.lock)]: 'D01' },
    }
    const walked = told(crossed, { plan: proved })
    expect(drawer(walked, 'D02')?.proved).toEqual({ lock: TODAY, noZeroTracking: '2026-01-01' })
  })

  it('leaves the wiring to the technician who does not want the locks swapped', () => {
    const [one, two] = plan.drawers
    const crossed = {
      wired: { [JSON.stringify(one?.lock)]: 'D02', [JSON.stringify(two?.lock)]: 'D01' },
    }
    const cabinet = cabinetOf(crossed)
    const good = goodPerson(cabinet.hands)
    const person: typeof good = asked => {
      if (asked.code !== 'swap') return good(asked)
      cabinet.hands.shutAll()
      return 'n'
    }
    const { walk, said } = play({ plan, cabinet, person, scope: { only: 'drawers' } })
    expect(walk.request).toEqual({ is: 'end', outcome: 'incomplete' })
    expect(said.filter(code => code === 'wrong-drawer')).toHaveLength(2)
    expect(walk.context.plan).toEqual(plan)
  })

  it('gives a jammed lock three pulses, each confirmed and rested, and opens that drawer for nothing else', () => {
    const walked = told({ jammed: ['D01'] }, onlyD01)
    expect(walked.cabinet.pulses).toEqual(['D01', 'D01', 'D01'])
    expect(walked.said.filter(code => code === 'clear')).toHaveLength(3)
    expect(walked.requests.filter(({ is }) => is === 'rest')).toHaveLength(2)
    expect(walked.walk.request).toEqual({ is: 'end', outcome: 'incomplete' })
  })

  it('finds a sensor that does not change', () => {
    expect(told({ stuck: ['D01'] }, onlyD01).said).toContain('stuck-sensor')
  })

  it('does not prove a lock whose pulse moved another drawer too, though the right one opened', () => {
    const walked = told({ parallel: { D01: 'D02' } }, onlyD01)
    expect(walked.said).toContain('also-moved')
    expect(drawer(walked, 'D01')?.proved).toBeUndefined()
    expect(walked.cabinet.pulses).toEqual(['D01'])
  })

  it.each([
    ['transient', 'nothing-sent', 4],
    ['ambiguous', 'maybe-sent', 4],
  ] as const)('after a %s pulse says "%s", and pulses no more than was confirmed', (kind, code, count) => {
    const walked = told({ pulseFaults: [kind] }, onlyD01)
    expect(walked.said).toContain(code)
    expect(walked.cabinet.pulses).toHaveLength(count)
    expect(walked.walk.request).toEqual({ is: 'end', outcome: 'complete' })
  })

  it('refuses a scale that is 5 % off, says so, and has the weight taken out all the same', () => {
    const walked = told({ span: { D01: 1.05 } }, onlyD01)
    expect(walked.said).toEqual(expect.arrayContaining(['weight-off', 'unload', 'step-again']))
    expect(drawer(walked, 'D01')?.reference).toBeUndefined()
    expect(walked.walk.request).toEqual({ is: 'end', outcome: 'incomplete' })
  })

  it('takes a scale that is 1 % off', () => {
    expect(drawer(told({ span: { D01: 1.0099 } }, onlyD01), 'D01')?.reference).toMatchObject({
      shownGrams: 504.95,
    })
  })

  it('finds a scale that tracks zero by its letting a light thing fade', () => {
    const cabinet = cabinetOf({ ...asWired(plan), tracks: ['D01'] })
    const good = goodPerson(cabinet.hands)
    let lights = 0
    const person: typeof good = asked => (asked.code === 'light' && ++lights > 1 ? 's' : good(asked))
    const { walk, said } = play({ plan, cabinet, person, ...onlyD01 })
    expect(said).toContain('tracks')
    expect(walk.context.plan.drawers[0]?.proved).toEqual({ lock: TODAY })
  })

  it('finds zero and factor of a bare load cell and confirms them with the same weight', () => {
    const bare = mustBeValid(examplePlan('hx711'))
    const cabinet = cabinetOf(asWired(bare))
    const raw = (grams: number) => 8_400_000 - 215.5 * grams
    let lying = 0
    const base = cabinet.perform
    const withCell = {
      ...cabinet,
      perform: (request: Parameters<typeof base>[0], now: typeof plan): Event => {
        const scale = now.drawers[0]?.scale
        if (request.is !== 'weigh' || scale?.driver !== 'hx711') return base(request, now)
        return { is: 'weighed', grams: (raw(lying) - scale.zero) / scale.countsPerGram, resolution: 0.01 }
      },
    }
    const good = goodPerson(cabinet.hands)
    const person: typeof good = asked => {
      if (asked.code === 'load') lying = 500
      if (asked.code === 'unload') lying = 0
      return good(asked)
    }
    const { walk } = play({ plan: bare, cabinet: withCell, person, ...onlyD01 })
    expect(walk.context.plan.drawers[0]).toMatchObject({
      scale: { zero: 8_400_000, countsPerGram: -215.5 },
      reference: { grams: 500, shownGrams: 500 },
    })
  })

  it.each([Number.NaN, 1e9, -1e9])('refuses a bare load cell whose empty drawer reads %d g', grams => {
    const bare = mustBeValid(examplePlan('hx711'))
    const cabinet = cabinetOf(asWired(bare))
    const perform = (request: Parameters<typeof cabinet.perform>[0], now: typeof plan): Event =>
      request.is === 'weigh' ? { is: 'weighed', grams, resolution: 0.01 } : cabinet.perform(request, now)
    const person = goodPerson(cabinet.hands)
    const { walk, said } = play({ plan: bare, cabinet: { ...cabinet, perform }, person, ...onlyD01 })
    expect(said).toContain('cell-range')
    expect(walk.context.plan.drawers[0]?.scale).toEqual(bare.drawers[0]?.scale)
  })

  it.each([
    ['right by its certificate', 0.7, '-0.4', true],
    ['beyond half a degree', 0.55, '', false],
    ['pushed beyond it by its certificate', 0.3, '0.25', false],
  ])('judges a thermometer that is %s', (_, celsius, correction, right) => {
    const cabinet = cabinetOf({ ...asWired(plan), celsius: { F1: celsius } })
    const good = goodPerson(cabinet.hands)
    const person: typeof good = asked => (asked.code === 'correction' ? correction : good(asked))
    const { walk } = play({ plan, cabinet, person, scope: { only: 'thermometers' } })
    const [thermometer] = walk.context.plan.thermometers
    expect(thermometer?.calibration !== undefined).toBe(right)
    expect(thermometer?.offset).toBe(right ? Number(correction) : undefined)
  })

  it('does not take a refrigerator for ice water', () => {
    const cabinet = cabinetOf({ ...asWired(plan), celsius: { F1: 4.5 } })
    const good = goodPerson(cabinet.hands)
    let times = 0
    const person: typeof good = asked => (asked.code === 'ice' && ++times > 1 ? 'q' : good(asked))
    const { said, walk } = play({ plan, cabinet, person, scope: { only: 'thermometers' } })
    expect(said).toContain('not-ice')
    expect(walk.request).toEqual({ is: 'end', outcome: 'stopped' })
  })

  it('stopped after any request and gone on with comes to the same plan', () => {
    const whole = told()
    for (let most = 1; most < whole.requests.length; most += 3) {
      const cabinet = cabinetOf(asWired(plan))
      const person = goodPerson(cabinet.hands)
      const { walk } = play({ plan, cabinet, person, most })
      cabinet.hands.shutAll()
      for (const { id } of plan.drawers) cabinet.hands.put(id, 0)
      expect(play({ plan: walk.context.plan, cabinet, person }).walk.context.plan).toEqual(
        whole.walk.context.plan,
      )
    }
  })
})

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
