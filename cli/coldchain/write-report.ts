import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ColdReportFormat } from '#cloud-sync/contract/edge-cold-chain.ts'
import { openHistory } from '#cloud-sync/history/open.ts'
import { loadConfig } from '#edge/config.ts'
import { wrapDatabase } from '#edge/journal/database.ts'
import { openForReading } from '#edge/journal/verify.ts'
import { type ColdPoint, coldReport } from '#edge/records/report.ts'
import { recordsCsv } from '#edge/records/report-csv.ts'
import { requirePlan } from '../plan/read.ts'
import { usage } from '../report.ts'

type Asked = {
  readonly data: string
  readonly thermometer: string
  /** `YYYY-MM-DD` or `YYYY-MM`. */
  readonly period: string
  readonly format: ColdReportFormat
  readonly file: string
}

const pointOf = async (data: string, id: string): Promise<ColdPoint> => {
  const { thermometers, drawers, doorMinutes, powerMinutes } = await requirePlan(join(data, 'cabinet.json'))
  // A replayed file is no refrigerator of this site.
  const live = thermometers.filter(({ driver }) => driver !== 'replay')
  const found = live.find(one => one.id === id)
  const watched = drawers.flatMap(drawer => (drawer.cold === id ? [drawer.id] : []))
  if (found) return { ...found, drawers: watched, patience: { doorMinutes, powerMinutes } }
  const known = live.map(one => one.id).join('、')
  throw usage(`没有温度计“${id}”，可选：${known}`, `no thermometer "${id}": ${known}`)
}

const collect = async ({ data, thermometer, period }: Asked) => {
  const point = await pointOf(data, thermometer)
  const { site, name: siteName } = loadConfig(data)
  const db = openForReading(data)
  const history = await openHistory({ dataDir: data, influxUrl: process.env.INFLUX_URL })
  try {
    const sources = { db: wrapDatabase(db), history, site, siteName, point, now: new Date() }
    return await coldReport(sources, period)
  } finally {
    await history.close()
    db.close()
  }
}

/** Writes the record to a file. Errors: E_USAGE, E_REPORT_PERIOD, E_JOURNAL_*, E_HISTORY_*, E_CONFIG*, E_PLAN_*. */
export const writeReport = async (
  asked: Asked,
): Promise<{ readonly records: number; readonly excursions: number; readonly closed: boolean }> => {
  const report = await collect(asked)
  const { records, excursions, closings, days } = report
  if (asked.format === 'pdf') {
    const { printPdf } = await import('#edge/records/pdf.ts')
    const { reportPage } = await import('#edge/records/report-page.ts')
    writeFileSync(asked.file, await printPdf(reportPage(report)))
  } else
    writeFileSync(asked.file, asked.format === 'csv' ? recordsCsv(records) : JSON.stringify(report, null, 2))
  const closed = days.every(({ day }) => closings.some(one => one.day === day))
  return { records: records.length, excursions: excursions.length, closed }
}
