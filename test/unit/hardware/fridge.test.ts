import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFridge, type FridgeState } from '#hardware/simulated/fridge.ts'

const MAKE = { ambient: 24, heatCapacity: 60_000, leakage: 2, doorLeakage: 25, cooling: 120 }
const STEP_MS = 5_000

const joulesIn = (before: FridgeState, after: FridgeState): number => {
  const walls = (MAKE.leakage + (before.doorOpen ? MAKE.doorLeakage : 0)) * (MAKE.ambient - before.celsius)
  return (walls - (after.compressor ? MAKE.cooling : 0)) * (STEP_MS / 1_000)
}

const celsius = fc.integer({ min: -50, max: 230 }).map(tenths => tenths / 10)
const hands = fc.array(
  fc.record({ mains: fc.boolean(), doorOpen: fc.boolean(), steps: fc.integer({ min: 1, max: 200 }) }),
  { minLength: 1, maxLength: 6 },
)

describe('the heat in a simulated refrigerator', () => {
  it('is what came through walls and door, less what the compressor took out, to the joule', () => {
    fc.assert(
      fc.property(celsius, hands, (start, changes) => {
        const fridge = createFridge({ ...MAKE, celsius: start })
        let heat = 0
        for (const { steps, ...change } of changes) {
          fridge.set(change)
          for (let step = 0; step < steps; step++) {
            const before = fridge.state()
            fridge.advance(STEP_MS)
            heat += joulesIn(before, fridge.state())
          }
        }
        expect((fridge.state().celsius - start) * MAKE.heatCapacity).toBeCloseTo(heat, 3)
      }),
    )
  })

  it('only rises without mains, towards the room and never past it, faster with the door open', () => {
    fc.assert(
      fc.property(celsius, fc.integer({ min: 1, max: 600 }), (start, minutes) => {
        const rise = (doorOpen: boolean): number => {
          const fridge = createFridge({ ...MAKE, celsius: start })
          fridge.set({ mains: false, doorOpen })
          fridge.advance(minutes * 60_000)
          return fridge.state().celsius - start
        }
        const shut = rise(false)
        expect(shut).toBeGreaterThan(0)
        expect(rise(true)).toBeGreaterThanOrEqual(shut)
        expect(start + rise(true)).toBeLessThanOrEqual(MAKE.ambient + 1e-9)
      }),
    )
  })

  it('is the same after one long step as after many short ones of the same kind', () => {
    const [once, often] = [createFridge(MAKE), createFridge(MAKE)]
    once.advance(3_600_000)
    for (let step = 0; step < 720; step++) often.advance(STEP_MS)
    expect(once.state().celsius).toBeCloseTo(often.state().celsius, 6)
  })
})

describe('the thermometer in its bottle', () => {
  it('lags the air and lies between where it was and where the air is', () => {
    const fridge = createFridge({ celsius: 4 })
    fridge.set({ doorOpen: true, mains: false })
    fridge.advance(120_000)
    const { celsius: air, sensor } = fridge.state()
    expect(sensor).toBeGreaterThan(4)
    expect(sensor).toBeLessThan(air)
    fridge.set({ doorOpen: false, mains: true, celsius: air })
    expect(fridge.state().sensor).toBe(air)
  })

  it('swings less than the air, and holds 2–8 °C as the air does', () => {
    const fridge = createFridge()
    const seen = Array.from({ length: 24 * 60 }, () => {
      fridge.advance(60_000)
      return fridge.state()
    })
    const span = (of: (state: FridgeState) => number): number =>
      Math.max(...seen.map(of)) - Math.min(...seen.map(of))
    expect(span(({ sensor }) => sensor)).toBeLessThan(span(({ celsius: air }) => air))
    expect(seen.every(({ sensor }) => sensor > 2 && sensor < 8)).toBe(true)
  })

  it('is at the air when the state was saved before there was a bottle', () => {
    const fridge = createFridge()
    fridge.restore({ celsius: 6.5, compressor: false, doorOpen: false, mains: true })
    expect(fridge.state().sensor).toBe(6.5)
  })
})
