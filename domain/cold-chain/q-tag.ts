import { type FridgeTagOptions, type FridgeTagReading, offsetMs, readingsOf } from './fridge-tag.ts'
import { child, FridgeTagError, number, parseHead, text } from './fridge-tag-lines.ts'

export type QTagLog = {
  readonly serial: string
  readonly model: string
  readonly intervalMinutes: number
  readonly readings: readonly FridgeTagReading[]
}

/**
 * Reads the text export of a Berlinger Q-tag (CLm doc …), °C: the rows are those of a Fridge-tag 2 L, the heading is another.
 * Its up to five limits and its own verdict are left out, as it keeps none by the day. Its signature is not verified here.
 * @throws {FridgeTagError} as `parseFridgeTag` does
 */
export const parseQTag = (file: string, { utcOffset = '+08:00' }: FridgeTagOptions = {}): QTagLog => {
  const offset = offsetMs(utcOffset)
  const lines = file.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (!/^Device: Q-tag /.test(lines[0] ?? '')) {
    throw new FridgeTagError('E_FRIDGE_TAG_FORMAT', 1, '不是 Q-tag 导出文件 / not a Q-tag export')
  }
  const dataAt = lines.indexOf('Data:')
  if (dataAt < 0) throw new FridgeTagError('E_FRIDGE_TAG_TRUNCATED', lines.length, '没有 / no “Data:”')
  const head = parseHead(lines.slice(0, dataAt))
  const conf = child(head, 'Conf')
  return {
    serial: text(conf, 'Serial'),
    model: text(head, 'Device'),
    intervalMinutes: number(conf, 'Logging Interval'),
    readings: readingsOf(lines, dataAt, offset),
  }
}
