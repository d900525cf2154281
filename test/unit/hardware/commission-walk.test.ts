import { describe, expect, it } from 'vitest'
import type { Event } from '#hardware/commissioning/talk.ts'
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
