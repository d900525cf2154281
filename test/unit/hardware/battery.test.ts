import { describe, expect, it } from 'vitest'
import { seededRandom } from '#hardware/simulated/random.ts'
import { createCabinetWorld } from '#hardware/simulated/world.ts'

const HOUR = 3_600_000
const worldOf = (battery = {}) =>
  createCabinetWorld({ drawers: [], battery, clock: () => new Date(0), random: seededRandom(1) })

describe('the battery of a simulated cabinet', () => {
  it('empties in eight hours without mains, fills in four with them, and goes beyond neither end', () => {
    const world = worldOf()
    world.hand.fridge({ mains: false })
    world.advance(4 * HOUR)
    expect(world.view().battery).toBeCloseTo(50)
    world.advance(9 * HOUR)
    expect(world.view().battery).toBe(0)
    world.hand.fridge({ mains: true })
    world.advance(HOUR)
    expect(world.view().battery).toBeCloseTo(25)
    world.advance(9 * HOUR)
    expect(world.view().battery).toBe(100)
  })

  it('keeps its charge when the world is saved, and is full in one saved before there was a battery', () => {
    const saved = worldOf({ percent: 30 }).save()
    const world = worldOf()
    world.restore(saved)
    expect(world.view().battery).toBe(30)
    const { battery: _, ...older } = saved
    const other = worldOf()
    other.restore(older)
    expect(other.view().battery).toBe(100)
  })
})
