import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BACKOFF_FIRST_MS, BACKOFF_LIMIT_MS, backoff, doubled } from '#cloud-sync/link/backoff.ts'
import { createWatchdog } from '#cloud-sync/link/watchdog.ts'
import { createFakeTime } from '#test/lib/cloud-sync-time.ts'

describe('the wait before the next attempt', () => {
  it('lies under a ceiling that doubles from one second to five minutes', () => {
    const ceilings = Array.from({ length: 12 }, (_, n) => doubled(n, BACKOFF_FIRST_MS, BACKOFF_LIMIT_MS))
    expect(ceilings.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000])
    expect(ceilings.slice(8)).toEqual([256_000, 300_000, 300_000, 300_000])
  })

  it('is spread over the whole of it, so that a county does not come back at once', () => {
    expect([0, 0.25, 0.5, 0.999].map(random => backoff(3, () => random))).toEqual([0, 2_000, 4_000, 7_992])
  })

  it('is never beyond five minutes, after any number of failures', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, random) => {
          const wait = backoff(failures, () => random)
          expect(wait).toBeGreaterThanOrEqual(0)
          expect(wait).toBeLessThanOrEqual(300_000)
        },
      ),
    )
  })
})

describe('the progress watchdog', () => {
  it('barks only when one thing stays unconfirmed, whatever else is confirmed meanwhile', () => {
    const time = createFakeTime()
    let barks = 0
    const watchdog = createWatchdog(time.timers, 1_000, () => barks++)
    for (let i = 0; i < 5; i++) {
      const confirmed = watchdog.expect()
      time.advance(900)
      confirmed()
    }
    expect(barks).toBe(0)
    watchdog.expect()
    time.advance(999)
    watchdog.expect()()
    expect(barks).toBe(0)
    time.advance(1)
    expect(barks).toBe(1)
  })

  it('forgets everything when the link is gone', () => {
    const time = createFakeTime()
    let barks = 0
    const watchdog = createWatchdog(time.timers, 1_000, () => barks++)
    watchdog.expect()
    watchdog.clear()
    time.advance(10_000)
    expect(barks).toBe(0)
    expect(time.waits()).toEqual([])
  })
})
