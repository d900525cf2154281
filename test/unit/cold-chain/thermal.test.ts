import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foresee, initialThermalState, type ThermalState } from '#domain/cold-chain/thermal.ts'
import { LIMITS, watchedFridge } from '#test/lib/cold-chain-fridge.ts'

const MINUTE = 60_000
const DAY = 24 * 60

describe('the early warning', () => {
  it.each([
    ['as it is', {}],
    ['with a noisy sensor', { noise: 0.3 }],
    ['in a hot room', { make: { ambient: 32 } }],
    ['that holds little', { make: { heatCapacity: 25_000 } }],
    ['of a calm make', { make: { heatCapacity: 400_000 } }],
    ['whose door and plug nobody watches', { knows: false }],
  ])('says nothing in a week of normal cycling of a refrigerator %s', (_which, options) => {
    const fridge = watchedFridge(options)
    for (let hour = 0; hour < 7 * 24; hour++) {
      fridge.run(59)
      // Somebody takes something out.
      fridge.set({ doorOpen: hour % 24 > 7 && hour % 24 < 18 })
      fridge.run(1)
      fridge.set({ doorOpen: false })
    }
    expect(fridge.said).toEqual([])
  })

  it.each([1, 2, 3, 4, 5])('comes at least ten minutes before the limit when the mains fail (%i)', seed => {
    const fridge = watchedFridge({ seed })
    fridge.run(2 * DAY + seed * 17)
    fridge.set({ mains: false })
    fridge.runUntilOut()
    const [first, ...more] = fridge.said
    expect(more).toEqual([])
    expect(first).toMatchObject({ change: 'warn', forecast: { side: 'hot', limit: 8 } })
    const left = ((fridge.outAt() ?? 0) - (first?.at ?? 0)) / MINUTE
    expect(left).toBeGreaterThanOrEqual(10)
    // It says about when.
    expect(Math.abs((first?.forecast?.minutes ?? 0) - left)).toBeLessThan(0.35 * left)
  })

  it('comes as early when the compressor dies and no contact tells of it', () => {
    const fridge = watchedFridge({ knows: false })
    fridge.run(2 * DAY)
    fridge.set({ mains: false })
    fridge.runUntilOut()
    expect(fridge.said).toHaveLength(1)
    expect((fridge.outAt() ?? 0) - (fridge.said[0]?.at ?? 0)).toBeGreaterThanOrEqual(10 * MINUTE)
  })

  it('comes before the limit when the door is left open, and is over once it has been shut and the air turned', () => {
    const fridge = watchedFridge()
    fridge.run(DAY)
    fridge.set({ doorOpen: true })
    fridge.runUntilOut(60)
    expect(fridge.said).toMatchObject([{ change: 'warn' }])
    fridge.set({ doorOpen: false })
    fridge.run(180)
    expect(fridge.said).toMatchObject([{ change: 'warn' }, { change: 'over' }])
  })

  it('knows at once how long is left once a mains failure has taught it', () => {
    const fridge = watchedFridge()
    fridge.run(DAY)
    fridge.set({ mains: false })
    fridge.run(40)
    fridge.set({ mains: true })
    fridge.run(6 * 60)
    expect(fridge.state().taus.mains).toHaveLength(1)
    fridge.set({ mains: false })
    fridge.run(1)
    const said = fridge.forecast()
    expect(said).toMatchObject({ side: 'hot', by: 'model' })
    const left = fridge.runUntilOut()
    expect(Math.abs((said?.minutes ?? 0) - left)).toBeLessThan(0.25 * left)
  })

  it('warns of the cold side, too', () => {
    let state: ThermalState = initialThermalState
    const changes: unknown[] = []
    for (let at = 0; at < 2 * DAY; at++) {
      // Cycles for a day, then the thermostat sticks.
      const celsius = at < DAY ? 4.5 + Math.sin(at / 9) : 4.5 - (at - DAY) * 0.03
      if (celsius < -5) break
      const result = foresee(state, { at: at * MINUTE, celsius }, null, LIMITS)
      state = result.state
      if (result.change) changes.push([result.change, result.forecast?.side, celsius > 2])
    }
    expect(changes).toEqual([['warn', 'cold', true]])
  })

  it('never comes of noise alone, whatever the level and the noise', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 2.5, max: 7.5, noNaN: true }),
        fc.array(fc.double({ min: -0.4, max: 0.4, noNaN: true }), { minLength: 600, maxLength: 600 }),
        (level, noise) => {
          let state: ThermalState = initialThermalState
          for (const [minute, off] of noise.entries()) {
            const result = foresee(state, { at: minute * MINUTE, celsius: level + off }, null, LIMITS)
            state = result.state
            if (result.change !== null) return false
          }
          return true
        },
      ),
      { numRuns: 60 },
    )
  })

  it('keeps its state small and finite, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            step: fc.integer({ min: -3_600_000, max: 3_600_000 }),
            celsius: fc.double({ min: -40, max: 85, noNaN: true }),
            cause: fc.constantFrom('mains' as const, 'door' as const, null),
          }),
          { maxLength: 300 },
        ),
        readings => {
          let state: ThermalState = initialThermalState
          let at = 0
          for (const { step, celsius, cause } of readings) {
            at += step
            const result = foresee(state, { at, celsius }, cause, LIMITS)
            state = result.state
            if (result.forecast && !(result.forecast.minutes >= 0)) return false
          }
          return JSON.stringify(state).length < 20_000
        },
      ),
    )
  })
})
