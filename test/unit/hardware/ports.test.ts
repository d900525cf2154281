import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pulseMs } from '#hardware/ports.ts'

describe('a pulse', () => {
  it('is an integer of 100 to 1000 ms, and nothing else can be made', () => {
    expect([100, 400, 1_000].map(pulseMs)).toEqual([100, 400, 1_000])
    for (const ms of [99, 1_001, 1_500, 400.5]) {
      expect(() => pulseMs(ms)).toThrow(expect.objectContaining({ code: 'E_PULSE', kind: 'permanent' }))
    }
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double(), fc.anything()), value => {
        let made: unknown
        try {
          made = pulseMs(value as number)
        } catch (error) {
          expect(error).toMatchObject({ code: 'E_PULSE', kind: 'permanent' })
          return
        }
        expect(Number.isInteger(made) && Number(made) >= 100 && Number(made) <= 1_000).toBe(true)
      }),
    )
  })
})
