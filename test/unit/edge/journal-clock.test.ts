import { describe, expect, it } from 'vitest'
import { createClockWatch } from '#edge/health/clock-watch.ts'
import { edgeClock } from '#test/lib/edge-clock.ts'

describe('a wall clock that is moved', () => {
  it.each([
    ['an hour back', '2026-11-22T01:00:10.000Z', -3_600],
    ['five years ahead', '2031-11-22T02:00:10.000Z', 157_766_400],
  ])('%s is told once, with from and to', (_what, to, seconds) => {
    const clock = edgeClock()
    const moved = createClockWatch(clock)
    clock.pass(10_000)
    expect(moved()).toBeUndefined()
    clock.set(to)
    expect(moved()).toEqual({ from: '2026-11-22T02:00:10.000Z', to, seconds })
    clock.pass(10_000)
    expect(moved()).toBeUndefined()
  })

  it('by half a minute or less is not worth a word', () => {
    const clock = edgeClock()
    const moved = createClockWatch(clock)
    clock.set('2026-11-22T02:00:30.000Z')
    expect(moved()).toBeUndefined()
  })
})
