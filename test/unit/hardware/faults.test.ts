import { describe, expect, it } from 'vitest'
import type { DrawerFaults } from '#hardware/simulated/drawer.ts'
import { twoDrawerWorld } from '#test/lib/hardware-cabinet.ts'

const setUp = (faults: Partial<DrawerFaults> = {}) => {
  let now = Date.UTC(2025, 0, 1)
  const world = twoDrawerWorld(() => new Date(now))
  world.hand.fail('D01', faults)
  const pass = (ms: number): void => {
    now += ms
  }
  const first = () => world.view().drawers[0]
  return { world, pass, first, closed: () => world.locks.closed(0, 1) }
}

describe('a simulated drawer with a fault', () => {
  it('that is jammed feels the pulse and stays latched, until it is mended', () => {
    const { world, pass, first } = setUp({ jammed: true })
    let moved = 0
    world.onChange(() => {
      moved += 1
    })
    world.locks.pulse(0, 1)
    pass(10_000)
    expect(first()).toMatchObject({ position: 'closed', latched: true, faults: { jammed: true } })
    expect(moved).toBe(0)
    world.hand.fail('D01', { jammed: false })
    world.locks.pulse(0, 1)
    pass(200)
    expect(first()).toMatchObject({ position: 'open', latched: false })
    expect(first()).not.toHaveProperty('faults')
  })

  it('that is half open has let go and not moved: a hand may pull it, or push it back', () => {
    const { world, pass, first, closed } = setUp({ halfOpen: true })
    world.locks.pulse(0, 1)
    pass(60_000)
    expect(first()).toMatchObject({ position: 'closed', latched: false })
    expect(closed()).toBe(true)
    expect(() => world.hand.take('D01', 1)).toThrow(expect.objectContaining({ code: 'E_HAND_CLOSED' }))
    const saved = JSON.parse(JSON.stringify(world.save()))
    world.hand.open('D01')
    expect(closed()).toBe(false)
    world.restore(saved)
    expect(closed()).toBe(true)
    world.hand.close('D01')
    expect(first()).toMatchObject({ latched: true })
  })

  it.each(['open', 'closed'] as const)('whose switch is stuck says "%s" whatever it does', stuckSwitch => {
    const { world, pass, first, closed } = setUp({ stuckSwitch })
    expect(closed()).toBe(stuckSwitch === 'closed')
    world.locks.pulse(0, 1)
    pass(200)
    expect(closed()).toBe(stuckSwitch === 'closed')
    expect(first()?.position).toBe('open')
  })

  it('whose switch bounces says both for a while after each move, and then the truth', () => {
    const { world, pass, closed } = setUp({ bouncing: true })
    const says = (): Set<boolean> =>
      new Set(
        Array.from({ length: 40 }, () => {
          pass(5)
          return closed()
        }),
      )
    expect(says()).toEqual(new Set([true]))
    world.locks.pulse(0, 1)
    pass(150)
    expect(says().size).toBe(2)
    pass(100)
    expect(says()).toEqual(new Set([false]))
    world.hand.close('D01')
    expect(says().size).toBe(2)
    pass(100)
    expect(says()).toEqual(new Set([true]))
  })

  it('whose weight is frozen shows the old one as stable while goods are taken', () => {
    const { world, pass, first } = setUp()
    const before = world.scales.grams(1)
    world.hand.fail('D01', { frozenWeight: true })
    world.locks.pulse(0, 1)
    pass(500)
    world.hand.take('D01', 5)
    expect(world.scales.stable(1)).toBe(true)
    expect(world.scales.grams(1)).toBe(before)
    world.hand.fail('D01', { frozenWeight: false })
    pass(500)
    expect(Math.abs(world.scales.grams(1) - (first()?.grams ?? 0))).toBeLessThan(0.5)
  })

  it('whose scale is unplugged is not on its bus, and comes back', () => {
    const { world } = setUp({ unplugged: true })
    expect(world.scales.addresses).toEqual([2])
    expect(world.drawer('D01')?.plugged()).toBe(false)
    world.hand.fail('D01', { unplugged: false })
    expect(world.scales.addresses).toEqual([1, 2])
  })
})
