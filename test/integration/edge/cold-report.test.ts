import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLoggerFile } from '#cli/coldchain/read-file.ts'
import { openHistory } from '#cloud-sync/history/open.ts'
import type { History } from '#cloud-sync/history/port.ts'
import { HOUR, MINUTE } from '#domain/time.ts'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { createMonitor } from '#edge/cold-chain/monitor.ts'
import { calibrationOf, recordCalibrations } from '#edge/records/calibrations.ts'
import { coldEvents } from '#edge/records/cold-events.ts'
import { printPdf } from '#edge/records/pdf.ts'
import { coldReport } from '#edge/records/report.ts'
import { recordsCsv } from '#edge/records/report-csv.ts'
import { reportPage } from '#edge/records/report-page.ts'
import { reportSvg } from '#edge/records/report-svg.ts'
import { examplePlan } from '#hardware/plan-example.ts'
import { temporaryDir } from '#test/lib/edge-journal.ts'
import { openDays } from '#test/lib/journal-days.ts'
import { readPdf } from '#test/lib/pdf-text.ts'

let dir: ReturnType<typeof temporaryDir>
let held: ReturnType<typeof openDays>
let history: History
beforeEach(async () => {
  dir = temporaryDir()
  held = openDays(dir.path)
  history = await openHistory({ dataDir: dir.path })
})
afterEach(async () => {
  await history.close()
  held.close()
  dir.remove()
})

const LIMITS = { low: 2, high: 8 }
const watch = (id = 'F1', limits = LIMITS) => {
  const alarms = createAlarms(held)
  const point = { id, name: '1号冰箱', ...limits, intervalMs: MINUTE }
  const { take } = createMonitor({ ...held, ...point, alarms, history, site: 'heping', onReading: () => {} })
  const feel = async (minutes: number, celsius: number, source: 'sensor' | 'replay' = 'sensor') => {
    for (let at = 0; at < minutes; at++) {
      held.clock.pass(MINUTE)
      await take({ ok: true, celsius, at: held.clock.now(), source })
    }
    held.journal.flush()
  }
  return { alarms, feel }
}

const calibrate = (offset: number, certificate: string, expires = '2027-03-31') => {
  const plan = examplePlan()
  const calibration = { certificate, by: '计量院', on: '2026-03-31', expires }
  const thermometers = plan.thermometers.map(one => ({ ...one, offset, calibration }))
  recordCalibrations({ ...held, plan: { ...plan, thermometers } })
}

const report = (period: string, point = { id: 'F1', name: '1号冰箱', ...LIMITS }) =>
  coldReport(
    { ...held, history, site: 'heping', siteName: '和平镇卫生院药房', point, now: held.clock.now() },
    period,
  )

/** 10:00 to 24:00 of 22 November: one excursion of 95 minutes, acknowledged, and the day closed after it. */
const aDay = async () => {
  held.closings.closeDays()
  calibrate(-0.3, 'LZ-2026-fffi-117')
  const { alarms, feel } = watch()
  await feel(120, 5)
  await feel(70, 9.5)
  alarms.acknowledge('excursion-F1-hot', 'wang', '停电，疫苗已转移到二号冰箱')
  await feel(25, 9)
  await feel(14 * 60 - 215, 5)
  held.clock.pass(MINUTE)
  held.closings.closeDays()
}

describe('a day’s record of a refrigerator', () => {
  it('holds lowest, highest, mean, MKT, time in range, coverage, the excursion with its acknowledgement, and the signed closing', async () => {
    await aDay()
    const { stats, excursions, closings, calibration, records, running } = await report('2026-11-22')
    expect(stats).toMatchObject({ min: 5, max: 9.5, minutesOver: 95, minutesUnder: 0 })
    expect(stats.mean).toBeCloseTo((745 * 5 + 70 * 9.5 + 25 * 9) / 840, 2)
    expect(stats.mkt ?? 0).toBeGreaterThan(stats.mean ?? 99)
    expect(stats.inRangeShare).toBeCloseTo(745 / 840, 2)
    expect(stats.coverage).toBeCloseTo(14 / 24, 2)
    expect(excursions).toMatchObject([
      {
        side: 'hot',
        limit: 8,
        minutes: 95,
        max: 9.5,
        acknowledged: [{ actor: 'wang', reason: expect.stringContaining('停电') }],
      },
    ])
    expect(calibration).toMatchObject({ version: 1, offset: -0.3, certificate: 'LZ-2026-fffi-117' })
    expect(records.length).toBeGreaterThan(60)
    expect(new Set(records.map(one => one.calibration))).toEqual(new Set([1]))
    expect(closings).toMatchObject([
      { day: '2026-11-22', signed: true, head: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ])
    expect(running).toBe(false)
  })

  it('is a page with all of that in Chinese, its font in the file, and the same bytes for the same record', async () => {
    await aDay()
    const made = await report('2026-11-22')
    const pdf = await printPdf(reportPage(made))
    expect((await printPdf(reportPage(made))).equals(pdf)).toBe(true)
    const { text, fonts } = readPdf(pdf)
    expect(fonts).toEqual(['NotoSansHans-Bold', 'NotoSansHans-Regular'])
    const plain = text.replaceAll(' ', '')
    for (const words of [
      '冷藏温度日记录',
      '和平镇卫生院药房',
      '95分钟',
      '停电，疫苗已转移到二号冰箱',
      'LZ-2026-fffi-117',
      '版本default-1',
    ])
      expect(plain).toContain(words)
    expect(plain).toContain(made.closings[0]?.head)
    expect(plain).toContain('站点签名核验相符')
    // Only the chart's axis says this.
    expect(plain).toContain('24:00')
    expect(plain).not.toContain('�')
  })

  it('has a chart with a bar for each bucket that was measured, and the excursion shaded from its start to its end', async () => {
    await aDay()
    const made = await report('2026-11-22')
    const rects = [
      ...reportSvg(made).matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g),
    ]
    const boxes = rects.map(([, ...numbers]) => numbers.map(Number))
    const [x = 0, , width = 0] = boxes[0] ?? []
    // 95 minutes of a day, and 473 points for 24 hours.
    expect(width / (95 / 1440)).toBeCloseTo(473, 0)
    const bars = boxes.slice(1)
    expect(bars).toHaveLength(made.chart.buckets.length)
    expect(bars).toHaveLength(84)
    const top = Math.min(...bars.map(([, y = 0]) => y))
    const warm = bars.filter(([, y]) => y === top).map(([left = 0]) => left)
    // A bucket of ten minutes may have begun before.
    for (const left of warm) expect(left > x - 4 && left < x + width).toBe(true)
  })

  it('says plainly that its day is not closed yet', async () => {
    const { feel } = watch()
    await feel(60, 5)
    const made = await report('2026-11-22')
    expect(made).toMatchObject({ closings: [], running: true })
    const plain = readPdf(await printPdf(reportPage(made))).text.replaceAll(' ', '')
    expect(plain).toContain('尚未日结：2026-11-22')
    expect(plain).toContain('未结束')
  })

  it('shows a closing whose signature was changed as what it is', async () => {
    await aDay()
    held.db.run(`UPDATE journal_closings SET body = replace(body, '"alarm":', '"alarm":1')`)
    const made = await report('2026-11-22')
    expect(made.closings).toMatchObject([{ signed: false }])
    expect(readPdf(await printPdf(reportPage(made))).text.replaceAll(' ', '')).toContain('签名与记录不符')
  })

  it('never counts what was replayed from a file as measured', async () => {
    const { feel } = watch()
    await feel(30, 5)
    await feel(90, 12, 'replay')
    const { stats, records, excursions, chart } = await report('2026-11-22')
    expect(stats).toMatchObject({ max: 5, minutesOver: 0 })
    expect(records.every(({ celsius }) => celsius === 5)).toBe(true)
    expect(excursions).toEqual([])
    expect(Math.max(...chart.buckets.map(({ max }) => max))).toBe(5)
    const window = { from: held.clock.now().getTime() - 5 * HOUR, to: held.clock.now().getTime() }
    expect(coldEvents(held.db, { thermometer: 'F1', drawers: [], ...window })).toEqual([])
  })

  it('refuses MKT for what is kept frozen', async () => {
    const frozen = { low: -25, high: -15 }
    await watch('F1', frozen).feel(30, -20)
    const made = await report('2026-11-22', { id: 'F1', name: '冰柜', ...frozen })
    expect(made.stats).toMatchObject({ min: -20, mkt: null })
    expect(readPdf(await printPdf(reportPage(made))).text.replaceAll(' ', '')).toContain('冷冻品不适用')
  })

  it('as CSV is read again by the logger’s judge, to the same instants and temperatures', async () => {
    await aDay()
    const { records } = await report('2026-11-22')
    const file = join(dir.path, 'F1.csv')
    writeFileSync(file, recordsCsv(records))
    expect(readFileSync(file).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    expect(readLoggerFile(file).readings).toEqual(
      records.map(({ at, celsius }) => ({ at: Date.parse(at), celsius })),
    )
  })
})

describe('a month’s record', () => {
  it('tells of each day, and how many are not closed', async () => {
    await aDay()
    await watch().feel(60, 4)
    const made = await report('2026-11')
    expect(made.days).toHaveLength(30)
    expect(made.days.find(({ day }) => day === '2026-11-22')).toMatchObject({ max: 9.5 })
    expect(made.days.find(({ day }) => day === '2026-11-23')).toMatchObject({ min: 4, minutesOver: 0 })
    expect(made.days[0]).toMatchObject({ min: null, coverage: 0 })
    const plain = readPdf(await printPdf(reportPage(made))).text.replaceAll(' ', '')
    expect(plain).toContain('冷藏温度月记录')
    expect(plain).toContain('尚未日结：29天')
  })

  it.each(['2026-13', '2026-02-30', '2027-01', 'x'])('of %s is refused', async period => {
    await expect(report(period)).rejects.toMatchObject({ code: 'E_REPORT_PERIOD' })
  })
})

describe('a calibration', () => {
  it('is a version on record, written when it changes and at no other time, and each record names its own', async () => {
    calibrate(-0.3, 'A')
    calibrate(-0.3, 'A')
    await watch().feel(1, 5)
    calibrate(0.1, 'B')
    await watch().feel(1, 5)
    expect(calibrationOf(held.db, 'F1')).toMatchObject({
      version: 2,
      offset: 0.1,
      certificate: 'B',
      actor: 'plan',
    })
    expect(held.kinds().filter(kind => kind === 'calibration.recorded')).toHaveLength(2)
    const { records } = await report('2026-11-22')
    expect(records.map(({ calibration }) => calibration)).toEqual([1, 2])
  })
})
