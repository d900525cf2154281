import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPulser, REST_MS } from '#hardware/gpio/pulser.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

const PINS = [17, 27, 22]
type Fault = 'stuck-high' | 'unwritable'

/** Lines in memory that note when they rise and fall; the agent is seen whenever `beat` is called. */
const bench = (resting: readonly { readonly pin: number; readonly until: number }[] = []) => {
  const clock = fakeLineClock()
  const high = new Map<number, boolean>()
  const edges: { pin: number; high: boolean; at: number }[] = []
  const faults = new Map<number, Fault>()
  const set = (pin: number, to: boolean): void => {
    if ((high.get(pin) ?? false) !== to) edges.push({ pin, high: to, at: clock.now() })
    high.set(pin, to)
  }
  const line = (pin: number) => ({
    set: (to: boolean) => {
      if (faults.get(pin) === 'unwritable') throw new Error('EIO')
      set(pin, to)
    },
    isHigh: () => high.get(pin) ?? false,
    drop: () => {
      if (faults.get(pin) === 'stuck-high') throw new Error('still high')
      set(pin, false)
    },
  })
  let seenAt = 0
  const pulser = createPulser({
    lines: new Map(PINS.map(pin => [pin, line(pin)])),
    clock,
    agentSilentMs: () => clock.now() - seenAt,
    resting,
  })
  const ends: (string | undefined)[] = []
  return {
    clock,
    edges,
    faults,
    ends,
    pulser,
    beat: () => {
      seenAt = clock.now()
    },
    /** The code it is refused with, if it is. */
    pulse: (pin: number, ms: number, at = clock.now()): string | undefined => {
      try {
        pulser.pulse({ pin, ms, at, onEnd: error => void ends.push(error?.code) })
        return undefined
      } catch (error) {
        return (error as { code: string }).code
      }
    },
  }
}

describe('the pulser', () => {
  it.each([
    [300, 300],
    [5_000, 1_000],
    [Number.POSITIVE_INFINITY, 1_000],
  ])('asked for %d ms holds the line for %d ms', async (asked, held) => {
    const { clock, edges, ends, pulse } = bench()
    expect(pulse(17, asked)).toBeUndefined()
    await clock.pass(2_000)
    expect(edges).toEqual([
      { pin: 17, high: true, at: 0 },
      { pin: 17, high: false, at: held },
    ])
    expect(ends).toEqual([undefined])
  })

  it('takes no second order while a line is high', async () => {
    const { clock, pulse } = bench()
    pulse(17, 300)
    await clock.pass(299)
    expect([pulse(17, 300), pulse(27, 300)]).toEqual(['E_LOCK_BUSY', 'E_LOCK_BUSY'])
    await clock.pass(1)
    expect(pulse(27, 300)).toBeUndefined()
  })

  it('lets a lock rest after its pulse, and no other one', async () => {
    const { beat, clock, pulse } = bench()
    pulse(17, 300)
    await clock.pass(300 + REST_MS - 1)
    beat()
    expect(pulse(17, 300)).toBe('E_LOCK_RESTING')
    await clock.pass(1)
    expect(pulse(17, 300)).toBeUndefined()
  })

  it('lets a lock rest from what an earlier guard was told', async () => {
    const { clock, pulse } = bench([{ pin: 27, until: 1_000 }])
    expect(pulse(27, 300)).toBe('E_LOCK_RESTING')
    await clock.pass(1_000)
    expect(pulse(27, 300)).toBeUndefined()
  })

  it('refuses while the agent is not seen, and drops what is high then', async () => {
    const { beat, clock, edges, ends, pulse, pulser } = bench()
    await clock.pass(1_900)
    expect(pulse(17, 1_000)).toBeUndefined()
    await clock.pass(101)
    pulser.check()
    expect(edges.at(-1)).toEqual({ pin: 17, high: false, at: 2_001 })
    expect(ends).toEqual([undefined])
    expect(pulse(27, 300)).toBe('E_AGENT_STALLED')
    beat()
    expect(pulse(27, 300)).toBeUndefined()
  })

  it('does not carry out an order that comes late', async () => {
    const { clock, edges, pulse } = bench()
    await clock.pass(1_500)
    expect(pulse(17, 300, 499)).toBe('E_ORDER_LATE')
    expect(edges).toEqual([])
  })

  it('knows only the locks of the plan', () => {
    expect(bench().pulse(5, 300)).toBe('E_GPIO_PIN')
  })

  it('says when a line does not fall, and raises no other one then', async () => {
    const { clock, ends, faults, pulse } = bench()
    faults.set(17, 'stuck-high')
    pulse(17, 300)
    await clock.pass(300)
    expect(ends).toEqual(['E_GPIO_STUCK'])
    expect(pulse(27, 300)).toBe('E_GPIO_STUCK')
  })

  it('tries again to lower a line that did not fall, and lets it rest from then on', async () => {
    const { beat, clock, edges, ends, faults, pulse, pulser } = bench()
    faults.set(17, 'stuck-high')
    pulse(17, 300)
    await clock.pass(1_300)
    pulser.check()
    expect(edges.at(-1)).toMatchObject({ pin: 17, high: true })
    faults.delete(17)
    pulser.check()
    expect(edges.at(-1)).toEqual({ pin: 17, high: false, at: 1_300 })
    expect(ends).toEqual(['E_GPIO_STUCK'])
    expect(pulse(27, 300)).toBeUndefined()
    await clock.pass(REST_MS - 1)
    beat()
    expect(pulse(17, 300)).toBe('E_LOCK_RESTING')
  })

  it('a line that cannot be written is ambiguous, lowered and answered once', async () => {
    const { clock, ends, faults, pulse } = bench()
    faults.set(17, 'unwritable')
    expect(pulse(17, 300)).toBe('E_GPIO_STUCK')
    await clock.pass(1_000)
    expect(ends).toEqual([])
  })

  it('drops the other lines although one does not fall', () => {
    const { edges, faults, pulse, pulser } = bench()
    pulse(27, 300)
    faults.set(17, 'stuck-high')
    pulser.drop()
    expect(edges.at(-1)).toMatchObject({ pin: 27, high: false })
  })

  const step = fc.oneof(
    fc.record({
      do: fc.constant('pulse' as const),
      pin: fc.constantFrom(...PINS, 5),
      ms: fc.oneof(
        fc.integer({ min: -10, max: 6_000 }),
        fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
      ),
      late: fc.integer({ min: 0, max: 2_000 }),
    }),
    fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 3_000 }) }),
    fc.record({ do: fc.constant('beat' as const) }),
    fc.record({ do: fc.constant('check' as const) }),
    fc.record({ do: fc.constant('drop' as const) }),
  )

  it('whatever happens: never two lines high, none beyond 1000 ms, none without its rest, none unseen', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const { beat, clock, edges, pulse, pulser } = bench()
        let seenAt = 0
        for (const each of steps) {
          if (each.do === 'pass') await clock.pass(each.ms)
          else if (each.do === 'check') pulser.check()
          else if (each.do === 'drop') pulser.drop()
          else if (each.do === 'beat') {
            beat()
            seenAt = clock.now()
          } else {
            const before = edges.length
            pulse(each.pin, each.ms, clock.now() - each.late)
            if (edges.length > before) expect(clock.now() - seenAt).toBeLessThanOrEqual(2_000)
          }
        }
        await clock.pass(1_000)
        const fellAt = new Map<number, number>()
        let up: (typeof edges)[number] | undefined
        for (const edge of edges) {
          if (edge.high) {
            expect(up).toBeUndefined()
            expect(edge.at - (fellAt.get(edge.pin) ?? -REST_MS)).toBeGreaterThanOrEqual(REST_MS)
            up = edge
          } else {
            expect(up?.pin).toBe(edge.pin)
            expect(edge.at - (up?.at ?? 0)).toBeLessThanOrEqual(1_000)
            fellAt.set(edge.pin, edge.at)
            up = undefined
          }
        }
        expect(up).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })
})
