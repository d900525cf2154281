import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFridge } from '#hardware/simulated/fridge.ts'
import { seededRandom } from '#hardware/simulated/random.ts'
import { createCabinetWorld } from '#hardware/simulated/world.ts'
import { twoDrawerWorld } from '#test/lib/hardware-cabinet.ts'

const HOUR = 3_600_000

const setUp = () => {
  let now = Date.UTC(2025, 0, 1)
  const world = twoDrawerWorld(() => new Date(now))
  const pass = (ms: number): void => {
    now += ms
  }
  const first = () => world.view().drawers[0]
  return { world, pass, first }
}

describe('a simulated drawer', () => {
  it('springs open after its travel when pulsed, and only then', () => {
    const { world, pass, first } = setUp()
    world.locks.pulse(0, 1)
    expect(first()).toMatchObject({ position: 'closed', latched: false })
    pass(149)
    expect(world.locks.closed(0, 1)).toBe(true)
    pass(1)
    expect(world.locks.closed(0, 1)).toBe(false)
    expect(world.locks.closed(0, 48)).toBe(true)
  })

  it('keeps hands out while it is shut, and latches when pushed in', () => {
    const { world, pass, first } = setUp()
    expect(() => world.hand.open('D01')).toThrow(expect.objectContaining({ code: 'E_HAND_LOCKED' }))
    expect(() => world.hand.take('D01', 1)).toThrow(expect.objectContaining({ code: 'E_HAND_CLOSED' }))
    expect(() => world.hand.put('D09', 1)).toThrow(expect.objectContaining({ code: 'E_HAND_DRAWER' }))
    world.locks.pulse(0, 1)
    pass(200)
    expect(() => world.hand.take('D01', 21)).toThrow(expect.objectContaining({ code: 'E_HAND_EMPTY' }))
    world.hand.take('D01', 3)
    world.hand.put('D01', 1)
    world.hand.close('D01')
    expect(first()).toMatchObject({ units: 18, position: 'closed', latched: true })
  })

  it('weighs what lies in it, unsteadily at first', () => {
    const { world, pass, first } = setUp()
    world.locks.pulse(0, 1)
    pass(1_000)
    const before = first()?.grams ?? 0
    world.hand.take('D01', 2)
    expect(world.scales.stable(1)).toBe(false)
    pass(300)
    expect(world.scales.stable(1)).toBe(true)
    const taken = before - (first()?.grams ?? 0)
    expect(Math.abs(taken - 25)).toBeLessThan(1)
    const samples = Array.from({ length: 500 }, () => world.scales.grams(1) - (first()?.grams ?? 0))
    const sigma = Math.sqrt(samples.reduce((total, each) => total + each * each, 0) / samples.length)
    expect(sigma).toBeGreaterThan(0.04)
    expect(sigma).toBeLessThan(0.06)
  })

  it('is as it was after being saved and restored, every unit with its own weight', () => {
    const { world, pass } = setUp()
    world.locks.pulse(0, 1)
    pass(500)
    world.hand.take('D01', 5)
    const saved = JSON.parse(JSON.stringify(world.save()))
    const again = twoDrawerWorld(() => new Date(Date.UTC(2025, 0, 2)))
    again.restore(saved)
    expect(again.view()).toEqual(world.view())
  })
})

describe('a simulated refrigerator', () => {
  const range = (fridge: ReturnType<typeof createFridge>, hours: number): readonly [number, number] => {
    const seen = Array.from({ length: hours * 60 }, () => {
      fridge.advance(60_000)
      return fridge.state().celsius
    })
    return [Math.min(...seen), Math.max(...seen)]
  }

  it('holds 3.5–6 °C by cycling its compressor for days', () => {
    const [low, high] = range(createFridge(), 72)
    expect(low).toBeGreaterThan(3.5)
    expect(low).toBeLessThan(4)
    expect(high).toBeGreaterThan(5.4)
    expect(high).toBeLessThan(6)
  })

  it('warms beyond 8 °C within hours when the mains fail, and comes back', () => {
    const fridge = createFridge()
    fridge.set({ mains: false })
    fridge.advance(3 * HOUR)
    expect(fridge.state().celsius).toBeGreaterThan(8)
    fridge.set({ mains: true })
    fridge.advance(6 * HOUR)
    expect(fridge.state().celsius).toBeLessThan(6)
  })

  it('warms within minutes with its door open, though the compressor runs', () => {
    const fridge = createFridge({ celsius: 5 })
    fridge.set({ doorOpen: true })
    fridge.advance(15 * 60_000)
    expect(fridge.state().celsius).toBeGreaterThan(8)
    expect(fridge.state().compressor).toBe(true)
  })
})

describe('goods in a simulated drawer', () => {
  it('weigh n times their unit within what their variation and the cell allow', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 2, max: 80 }),
        (seed, n, unit) => {
          const world = createCabinetWorld({
            drawers: [{ id: 'D01', drug: 'x', unitGrams: unit, variation: 0.02, units: n, scaleAddress: 1 }],
            clock: () => new Date(0),
            random: seededRandom(seed),
          })
          const sigma = Math.hypot(unit * 0.02 * Math.sqrt(n), 0.05)
          expect(Math.abs(world.scales.grams(1) - n * unit)).toBeLessThan(6 * sigma)
        },
      ),
    )
  })
})
