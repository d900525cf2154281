import { SECOND } from '#domain/time.ts'
import type { OfficialRecord } from './report.ts'

const SHANGHAI_MS = 8 * 3_600 * SECOND

/** Asia/Shanghai with its zone, so that people and programs read the same instant. */
const local = (at: string): string =>
  new Date(Date.parse(at) + SHANGHAI_MS).toISOString().replace('Z', '+08:00')

/**
 * The official records as `at,celsius`: a table program opens it (byte order mark), and `yaogui coldchain judge` reads
 * it again.
 */
export const recordsCsv = (records: readonly Pick<OfficialRecord, 'at' | 'celsius'>[]): string =>
  `\uFEFFat,celsius\r\n${records.map(({ at, celsius }) => `${local(at)},${celsius}\r\n`).join('')}`
