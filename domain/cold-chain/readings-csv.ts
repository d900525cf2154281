import type { Reading } from './rule.ts'

/** E_CSV_HEADER, E_CSV_ROW or E_CSV_EMPTY, with the line (from 1) that cannot be read. */
export class ReadingsCsvError extends Error {
  override readonly name = 'ReadingsCsvError'
  readonly code: 'E_CSV_HEADER' | 'E_CSV_ROW' | 'E_CSV_EMPTY'
  readonly line: number

  constructor(code: ReadingsCsvError['code'], line: number, message: string) {
    super(`第 ${line} 行：${message} (line ${line})`)
    this.code = code
    this.line = line
  }
}

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/

/** ISO 8601, UTC ms; without a zone it is Asia/Shanghai. `Date.parse` alone would take 30 February for 2 March. */
const timeOf = (text: string): number | null => {
  const [, day, minute, second = ':00', zone = '+08:00'] = TIME.exec(text) ?? []
  if (day === undefined || new Date(`${day}T00:00Z`).toJSON()?.slice(0, 10) !== day) return null
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`
  const at = Date.parse(`${day}T${minute}${second}${offset}`)
  return Number.isNaN(at) ? null : at
}

const rowOf = (row: string, line: number): Reading => {
  const cells = row.split(',').map(cell => cell.trim().replace(/^"(.*)"$/, '$1'))
  const [time = '', value = ''] = cells
  const at = timeOf(time)
  if (cells.length !== 2 || at === null) {
    throw new ReadingsCsvError(
      'E_CSV_ROW',
      line,
      `须为“ISO 8601 时间,温度”/ expected time,celsius: “${row.slice(0, 60)}”`,
    )
  }
  if (!/^[+-]?\d+(\.\d+)?$/.test(value)) {
    throw new ReadingsCsvError('E_CSV_ROW', line, `温度不是数字 / not a temperature: “${value.slice(0, 40)}”`)
  }
  return { at, celsius: Number(value) }
}

/**
 * Reads a CSV with the header `at,celsius`: ISO 8601 times, °C. Rows stay in the file's order, as a clock set back is
 * something to see. Empty lines are passed over.
 * @throws {ReadingsCsvError}
 */
export const parseReadingsCsv = (text: string): readonly Reading[] => {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const header = (lines[0] ?? '').replaceAll(/[\s"]/g, '').toLowerCase()
  if (header !== 'at,celsius') {
    throw new ReadingsCsvError('E_CSV_HEADER', 1, '表头须为 at,celsius / the header must be at,celsius')
  }
  const readings = lines.slice(1).flatMap((row, index) => (row.trim() === '' ? [] : [rowOf(row, index + 2)]))
  if (readings.length === 0) throw new ReadingsCsvError('E_CSV_EMPTY', 2, '没有数据 / there are no readings')
  return readings
}
