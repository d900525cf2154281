import { describe, expect, it } from 'vitest'
import { afterListening, type LineClock } from '#firmware-bridge/link/clock.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

/** A clock whose due timer runs when the test says so, however much later that is. */
const stallingClock = () => {
  let now = 0
  let due: { readonly at: number; readonly run: () => void } | undefined
  const clock: LineClock = {
    now: () => now,
    after: (ms, run) => {
      due = { at: now + ms, run }
      return () => {
        due = undefined
      }
    },
  }
  /** Everything stands still for so long; then what is due runs. */
  const stall = (ms: number): void => {
    now += ms
    const run = due !== undefined && due.at <= now ? due.run : undefined
    if (run === undefined) return
    due = undefined
    run()
  }
  return { clock, stall }
}

describe('a deadline for an answer', () => {
  it('passes at its time, not before', async () => {
    const clock = fakeLineClock()
    const passed: number[] = []
    afterListening(clock, 305, () => passed.push(clock.now()))
    await clock.pass(304)
    expect(passed).toEqual([])
    await clock.pass(10_000)
    expect(passed).toEqual([305])
  })

  it('is not used up by one long stall of the agent, for the answer may lie there unread', () => {
    const { clock, stall } = stallingClock()
    let passed = false
    afterListening(clock, 300, () => {
      passed = true
    })
    stall(5_000)
    expect(passed).toBe(false)
    for (let slices = 0; slices < 14; slices++) stall(20)
    expect(passed).toBe(true)
  })

  it('does not pass once it was cancelled, in whatever slice', async () => {
    const clock = fakeLineClock()
    let passed = false
    const cancel = afterListening(clock, 300, () => {
      passed = true
    })
    await clock.pass(170)
    cancel()
    await clock.pass(10_000)
    expect(passed).toBe(false)
  })
})
