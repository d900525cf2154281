import { describe, expect, it } from 'vitest'
import { readPatiently } from '#edge/cold-chain/patience.ts'
import type { TemperatureReading } from '#hardware/ports.ts'
import { edgeClock } from '#test/lib/edge-clock.ts'

describe('a thermometer that is read', () => {
  it('and answers gives what it says, however often', async () => {
    const clock = edgeClock()
    const good = { ok: true, celsius: 5, at: clock.now(), source: 'sensor' } as const
    const read = readPatiently({ read: async () => good }, clock)
    expect([await read(), await read()]).toEqual([good, good])
  })

  it('over a bus that hangs is no answer after half a minute, is asked once, and is heard again when it goes on', async () => {
    const clock = edgeClock()
    const asked: ((reading: TemperatureReading) => void)[] = []
    const read = readPatiently({ read: () => new Promise(resolve => void asked.push(resolve)) }, clock)
    for (const _ of [1, 2]) {
      const hung = read()
      clock.pass(30_000)
      expect(await hung).toEqual({ ok: false, fault: 'no-answer', at: clock.now(), source: 'sensor' })
    }
    expect(asked).toHaveLength(1)
    const good = { ok: true, celsius: 5, at: clock.now(), source: 'sensor' } as const
    const heard = read()
    asked[0]?.(good)
    expect(await heard).toEqual(good)
    void read()
    expect(asked).toHaveLength(2)
  })
})
