import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseReadingsCsv, ReadingsCsvError } from '#domain/cold-chain/readings-csv.ts'

const failure = (text: string): unknown => {
  try {
    return parseReadingsCsv(text)
  } catch (error) {
    return error instanceof ReadingsCsvError ? [error.code, error.line] : error
  }
}

describe('a CSV of readings', () => {
  it('is read with any zone, and without one as Asia/Shanghai', () => {
    const rows = ['2026-11-22T00:00:00Z,5.1', '2026-11-22T08:00:00+08:00,5.2', '2026-11-22T08:00,-5', '']
    const at = Date.UTC(2026, 10, 22)
    expect(parseReadingsCsv(`\uFEFFat,celsius\r\n${rows.join('\r\n')}`)).toEqual([
      { at, celsius: 5.1 },
      { at, celsius: 5.2 },
      { at, celsius: -5 },
    ])
  })

  it.each([
    ['another header', 'time,temp\n', ['E_CSV_HEADER', 1]],
    ['nothing at all', '', ['E_CSV_HEADER', 1]],
    ['no row', 'at,celsius\n', ['E_CSV_EMPTY', 2]],
    ['a day that does not exist', 'at,celsius\n2026-02-30T00:00:00Z,5', ['E_CSV_ROW', 2]],
    [
      'a temperature that is none',
      'at,celsius\n2026-02-03T00:00:00Z,5\n2026-02-03T00:05:00Z,--',
      ['E_CSV_ROW', 3],
    ],
    ['a third column', 'at,celsius\n2026-02-03T00:00:00Z,5,6', ['E_CSV_ROW', 2]],
    ['an hour that does not exist', 'at,celsius\n2026-02-03T25:00:00Z,5', ['E_CSV_ROW', 2]],
  ])('with %s is refused with its line', (_, text, expected) => {
    expect(failure(text)).toEqual(expected)
  })

  it('gives readings or a told error, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), body => {
        const result = failure(`at,celsius\n${body}`)
        expect(Array.isArray(result)).toBe(true)
      }),
    )
  })
})
