import { readFileSync } from 'node:fs'
import { parseFridgeTag } from '#domain/cold-chain/fridge-tag.ts'
import { FridgeTagError } from '#domain/cold-chain/fridge-tag-lines.ts'
import { parseQTag } from '#domain/cold-chain/q-tag.ts'
import { parseReadingsCsv, ReadingsCsvError } from '#domain/cold-chain/readings-csv.ts'
import type { Reading } from '#domain/cold-chain/rule.ts'
import { usualInterval } from '#domain/cold-chain/spans.ts'
import { YaoguiError } from '#domain/error.ts'

/** `intervalMs`: the usual time between two readings. */
export type LoggerFile = {
  readonly format: 'fridge-tag' | 'q-tag' | 'csv'
  readonly readings: readonly Reading[]
  readonly intervalMs: number
}

const MINUTE = 60_000

const textOf = (path: string): string => {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new YaoguiError('E_USAGE_FILE', {
      zh: `无法读取 ${path}：${why}`,
      en: `cannot read ${path}: ${why}`,
    })
  }
}

const parse = (text: string): LoggerFile => {
  if (/^\uFEFF?Device: Q-tag (?!Fridge-tag)/.test(text)) {
    const { readings, intervalMinutes } = parseQTag(text)
    return { format: 'q-tag', readings, intervalMs: intervalMinutes * MINUTE }
  }
  if (/^\uFEFF?Device: /.test(text)) {
    const { readings, intervalMinutes } = parseFridgeTag(text)
    return { format: 'fridge-tag', readings, intervalMs: intervalMinutes * MINUTE }
  }
  const readings = parseReadingsCsv(text)
  return { format: 'csv', readings, intervalMs: usualInterval(readings) ?? MINUTE }
}

/** Reads a logger's export, `-` being standard input. Throws E_USAGE_FILE, E_FRIDGE_TAG_… or E_CSV_… with the line. */
export const readLoggerFile = (path: string): LoggerFile => {
  try {
    return parse(textOf(path))
  } catch (error) {
    if (!(error instanceof FridgeTagError || error instanceof ReadingsCsvError)) throw error
    throw new YaoguiError(error.code, {
      zh: `${path} ${error.message}`,
      en: `${path} cannot be read as a logger's export (line ${error.line})`,
      wayOut: {
        zh: '支持 Berlinger Fridge-tag 2 L、Q-tag CLm doc 文本，或表头为 at,celsius 的 CSV',
        en: 'the text of a Berlinger Fridge-tag 2 L or Q-tag CLm doc, or a CSV with the header at,celsius',
      },
    })
  }
}
