import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { foldSamples } from '#cloud-sync/history/fold.ts'
import type { History, HistoryChart, HistoryChartBucket } from '#cloud-sync/history/port.ts'
import { openSqliteHistory } from '#cloud-sync/history/sqlite.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Midnight in Shanghai. */
const START = Date.parse('2026-03-01T00:00:00+08:00')
const F1 = { series: 'temperature', site: 'heping', channel: 'F1' } as const
const limits = { low: 2, high: 8 }

let folder = ''
let history: History
const open = () => openSqliteHistory({ path: join(folder, 'history.sqlite') })
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yaogui-charts-'))
  history = await open()
})
afterEach(async () => {
  await history.close()
  await rm(folder, { recursive: true })
})

const minutes = (count: number, celsius: (minute: number) => number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({
    ...F1,
    at: START + (from + index) * MINUTE,
    value: celsius(from + index),
  }))

const chart = (changes: Partial<HistoryChart>) =>
  history.chart({ ...F1, ...limits, from: START, to: START + DAY, width: HOUR, ...changes })

/** What the rollups must say, from all the samples. */
const plainly = async (range: HistoryChart): Promise<readonly HistoryChartBucket[]> =>
  foldSamples(await history.range({ ...range, from: 0, to: 9e12 }), range)

describe('a chart of the history', () => {
  it('gives extremes and the minutes over, under and covered; a value equal to a limit is within', async () => {
    await history.write(minutes(120, minute => (minute < 30 ? 8 : minute < 60 ? 8.1 : minute < 70 ? 1.9 : 2)))
    const [first, second, none] = await chart({ to: START + 3 * HOUR })
    expect(first).toEqual({
      at: START,
      min: 8,
      max: 8.1,
      coveredMs: HOUR,
      overMs: 30 * MINUTE,
      underMs: 0,
    })
    expect(second).toMatchObject({ min: 1.9, max: 2, underMs: 10 * MINUTE, overMs: 0, coveredMs: HOUR })
    expect(none).toBeUndefined()
  })

  it('counts no minute of a silence, and never hides the one reading in it', async () => {
    await history.write([...minutes(10, () => 5), ...minutes(1, () => 12, 40), ...minutes(20, () => 5, 50)])
    const [hour] = await chart({ to: START + HOUR })
    expect(hour).toMatchObject({ max: 12, overMs: MINUTE, coveredMs: 21 * MINUTE })
  })

  it('is the same before and after late samples, and over a restart', async () => {
    const all = minutes(3 * 1440, minute => 5 + 4 * Math.sin(minute / 100))
    const late = all.filter((_, index) => index % 7 === 0 || (index > 500 && index < 900))
    await history.write(all.filter(one => !late.includes(one)))
    const range = { ...F1, ...limits, from: START, to: START + 3 * DAY, width: 2 * HOUR }
    expect(await history.chart(range)).toEqual(await plainly(range))
    await history.write(late.slice(0, 300))
    await history.close()
    history = await open()
    await history.write(late.slice(300))
    expect(await history.chart(range)).toEqual(await plainly(range))
    expect((await history.chart(range)).every(({ coveredMs }) => coveredMs === 2 * HOUR)).toBe(true)
  })

  it('is made anew by other limits', async () => {
    await history.write(minutes(1440, () => 9))
    expect((await chart({ width: DAY }))[0]?.overMs).toBe(DAY)
    expect((await chart({ width: DAY, high: 10 }))[0]?.overMs).toBe(0)
    const both = [chart({ width: DAY, high: 10 }), chart({ width: DAY }), chart({ width: DAY, high: 11 })]
    expect((await Promise.all(both)).map(([day]) => day?.overMs)).toEqual([0, DAY, 0])
  })

  it('says of any order of writes, with gaps, late and corrected samples, what all the samples say', async () => {
    const write = fc.array(
      fc.record({ second: fc.integer({ min: 0, max: 40_000 }), value: fc.integer({ min: 0, max: 10 }) }),
      { minLength: 1, maxLength: 40 },
    )
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(write, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(10, 30, 60, 120, 240),
        async (writes, width) => {
          run += 1
          const key = { ...F1, channel: `P${run}` }
          const range = { ...key, ...limits, from: START, to: START + 12 * HOUR, width: width * MINUTE }
          for (const points of writes) {
            await history.write(
              points.map(({ second, value }) => ({ ...key, at: START + second * 1000, value })),
            )
            expect(await history.chart(range)).toEqual(await plainly(range))
          }
        },
      ),
      { numRuns: 60, seed: 20261122 },
    )
  })

  it('is drawn of a file that an earlier version wrote', async () => {
    await history.write(minutes(1440, () => 9))
    await history.close()
    const db = new DatabaseSync(join(folder, 'history.sqlite'))
    db.exec('DROP TABLE folded; DROP TABLE slot; PRAGMA user_version = 1')
    db.close()
    history = await open()
    expect((await chart({ width: DAY }))[0]).toMatchObject({ overMs: DAY, coveredMs: DAY })
  })

  it('costs the card nothing until the ten minutes of a sample are over', async () => {
    await history.write(minutes(1440, () => 5))
    await chart({})
    const slots = () => {
      const db = new DatabaseSync(join(folder, 'history.sqlite'), { readOnly: true })
      const { n } = db.prepare('SELECT count(*) AS n FROM slot').get() as { n: number }
      db.close()
      return n
    }
    const before = slots()
    for (let minute = 1440; minute < 1450; minute += 1) await history.write(minutes(1, () => 5, minute))
    expect(slots() - before).toBeLessThanOrEqual(2)
  })
})
