import { describe, expect, it } from 'vitest'
import { endOfShanghaiDay, formatShanghai, parseShanghai, shanghaiDay } from '#domain/time.ts'

describe('the calendar of Asia/Shanghai', () => {
  it('changes its day at 16:00 UTC', () => {
    expect(shanghaiDay(new Date('2026-11-22T15:59:59.999Z'))).toBe('2026-11-22')
    expect(shanghaiDay(new Date('2026-11-22T16:00:00.000Z'))).toBe('2026-11-23')
  })

  it('ends a day where the next begins, also over month, year and leap day', () => {
    expect(endOfShanghaiDay('2026-11-22').toISOString()).toBe('2026-11-22T16:00:00.000Z')
    for (const [day, next] of [
      ['2026-11-30', '2026-12-01'],
      ['2026-12-31', '2027-01-01'],
      ['2028-02-28', '2028-02-29'],
    ] as const) {
      const end = endOfShanghaiDay(day)
      expect(shanghaiDay(new Date(end.getTime() - 1))).toBe(day)
      expect(shanghaiDay(end)).toBe(next)
    }
  })

  it('reads and writes the time of the national message', () => {
    const at = parseShanghai('2026-11-22 00:00:00')
    expect(at?.toISOString()).toBe('2026-11-21T16:00:00.000Z')
    expect(at && formatShanghai(at)).toBe('2026-11-22 00:00:00')
  })

  it.each([
    '',
    'yesterday',
    '2026-13-01 00:00:00',
    '2026-11-22 25:00:00',
    '2026-11-22 24:00:00',
    '2026-02-30 09:00:00',
    '+275760-09-13 00:00:00',
  ])('does not read "%s"', text => {
    expect(parseShanghai(text)).toBeUndefined()
  })
})
