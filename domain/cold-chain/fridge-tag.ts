import { child, FridgeTagError, type HeadNode, number, parseHead, text } from './fridge-tag-lines.ts'
import type { Side } from './limits.ts'
import type { Reading } from './rule.ts'

/** A logged reading: the device's local time, the same in UTC, and the device's own mark. */
export interface FridgeTagReading extends Reading {
  readonly local: string
  readonly outOfLimits: boolean
}

/** What the device decided for one side of one day: minutes out of range, and when its alarm stood (UTC ms). */
export interface FridgeTagVerdict {
  readonly accMinutes: number
  readonly alarmAt?: number
}

export interface FridgeTagDay {
  readonly date: string
  readonly cold: FridgeTagVerdict
  readonly hot: FridgeTagVerdict
}

export interface FridgeTagLog {
  readonly serial: string
  readonly model: string
  readonly intervalMinutes: number
  readonly alarms: readonly { readonly side: Side; readonly limit: number; readonly minutes: number }[]
  readonly readings: readonly FridgeTagReading[]
  /** Oldest first. */
  readonly days: readonly FridgeTagDay[]
}

export interface FridgeTagOptions {
  /** The zone the device's clock was set to, which the export does not say. Default Asia/Shanghai, `+08:00`. */
  readonly utcOffset?: string
}

const MINUTE = 60_000

export const offsetMs = (utcOffset: string): number => {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(utcOffset) ?? []
  if (!sign) throw new RangeError(`utcOffset “${utcOffset}”: +08:00 …`)
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE
}

/** `YYYY-MM-DD HH:mm` as UTC ms, or null when there is no such minute (13th month, 30th of February). */
const localToUtc = (local: string, offset: number): number | null => {
  const at = Date.parse(`${local.replace(' ', 'T')}:00Z`)
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 16) !== local.replace(' ', 'T')) return null
  return at - offset
}

const alarmsOf = (conf: HeadNode): FridgeTagLog['alarms'] => {
  const node = child(conf, 'Alarm')
  const alarm = (side: Side, index: string) => {
    const one = child(node, index)
    return { side, limit: number(one, 'T AL'), minutes: number(one, 't AL') }
  }
  // The device numbers its limits upwards: 0 is the lower one, 1 the upper one.
  const cold = alarm('cold', '0')
  const hot = alarm('hot', '1')
  if (cold.limit >= hot.limit) {
    throw new FridgeTagError(
      'E_FRIDGE_TAG_VALUE',
      node.line,
      '下限不低于上限 / lower limit is not below the upper',
    )
  }
  return [cold, hot]
}

const verdictOf = (alarms: HeadNode, index: string, date: string, offset: number): FridgeTagVerdict => {
  const node = child(alarms, index)
  const accMinutes = number(node, 't Acc')
  const facts = child(node, 't Acc')
  const time = facts.fields.get('TS A')
  if (time === undefined) return { accMinutes }
  const alarmAt = localToUtc(`${date} ${time}`, offset)
  if (alarmAt === null) throw new FridgeTagError('E_FRIDGE_TAG_VALUE', facts.line, `TS A: “${date} ${time}”`)
  return { accMinutes, alarmAt }
}

const daysOf = (history: HeadNode, offset: number): FridgeTagDay[] =>
  history.children
    .filter(node => [...node.fields.keys()].every(key => /^\d+$/.test(key)))
    .map(node => {
      const date = text(node, 'Date')
      const alarms = child(node, 'Alarm')
      return { date, cold: verdictOf(alarms, '0', date, offset), hot: verdictOf(alarms, '1', date, offset) }
    })
    .sort((a, b) => (a.date < b.date ? -1 : 1))

const readingOf = (row: string, line: number, offset: number): FridgeTagReading => {
  const [, local, celsius, mark] =
    /^\t(\d{4}-\d\d-\d\d \d\d:\d\d)\t([+-]?\d+(?:\.\d+)?)(?:\t(x?))?\s*$/.exec(row) ?? []
  const at = local === undefined ? null : localToUtc(local, offset)
  if (local === undefined || at === null) {
    throw new FridgeTagError('E_FRIDGE_TAG_READING', line, `“${row.trim().slice(0, 60)}”`)
  }
  return { local, at, celsius: Number(celsius), outOfLimits: mark === 'x' }
}

const HEADING = '\tyyyy-MM-dd hh:mm\tT\tOut of limits'

/** The rows from `Data:` (index `dataAt`) to the certificate; a file without its last lines is refused. */
export const readingsOf = (lines: readonly string[], dataAt: number, offset: number): FridgeTagReading[] => {
  if (lines[dataAt + 1]?.trimEnd() !== HEADING) {
    throw new FridgeTagError('E_FRIDGE_TAG_FORMAT', dataAt + 2, '列标题不同 / other columns than expected')
  }
  const first = dataAt + 2
  const rest = lines.slice(first).findIndex(line => !line.startsWith('\t'))
  const end = rest < 0 ? lines.length : first + rest
  if (!lines.slice(end).some(line => line.startsWith('Sig:'))) {
    throw new FridgeTagError(
      'E_FRIDGE_TAG_TRUNCATED',
      lines.length,
      '文件不完整 / the file ends before its signature',
    )
  }
  return lines.slice(first, end).map((row, index) => readingOf(row, first + index + 1, offset))
}

/**
 * Reads the text export of a Berlinger Fridge-tag 2 L. Its signature is not verified here.
 * @throws {FridgeTagError} with the code and the line of the first thing that cannot be read
 */
export const parseFridgeTag = (
  file: string,
  { utcOffset = '+08:00' }: FridgeTagOptions = {},
): FridgeTagLog => {
  const offset = offsetMs(utcOffset)
  const lines = file.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (!/^Device: .*Fridge-tag/.test(lines[0] ?? '')) {
    throw new FridgeTagError('E_FRIDGE_TAG_FORMAT', 1, '不是 Fridge-tag 导出文件 / not a Fridge-tag export')
  }
  const dataAt = lines.indexOf('Data:')
  if (dataAt < 0) throw new FridgeTagError('E_FRIDGE_TAG_TRUNCATED', lines.length, '没有 / no “Data:”')
  const head = parseHead(lines.slice(0, dataAt))
  const conf = child(head, 'Conf')
  if (text(conf, 'Temp unit') !== 'C') {
    throw new FridgeTagError(
      'E_FRIDGE_TAG_UNIT',
      child(conf, 'Temp unit').line,
      '温度单位不是 °C / not in °C',
    )
  }
  return {
    serial: text(conf, 'Serial'),
    model: text(head, 'Device'),
    intervalMinutes: number(conf, 'Logging Interval'),
    alarms: alarmsOf(conf),
    readings: readingsOf(lines, dataAt, offset),
    days: daysOf(child(head, 'Hist'), offset),
  }
}
