import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type History, HistoryError, type HistoryPoint } from '#cloud-sync/history/port.ts'

const F1 = { series: 'temperature', site: 'S001', channel: 'F1' } as const
const MINUTE = 60_000
/** Midnight in Shanghai, which is no multiple of a day in UTC. */
const START = Date.parse('2025-03-01T00:00:00+08:00')
const DAY = 24 * 60 * MINUTE

const point = (minutes: number, value: number, key: Partial<typeof F1> | object = {}): HistoryPoint => ({
  ...F1,
  ...key,
  at: START + minutes * MINUTE,
  value,
})

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  return error instanceof HistoryError ? `${error.code} ${error.kind}` : String(error)
}

/**
 * What every adapter of the history port does. `open` gives the same, once empty, store each time it is called
 * within one test, and a fresh one after `reset`.
 */
export const describeHistory = (
  name: string,
  { open, reset }: { readonly open: () => Promise<History>; readonly reset: () => Promise<void> },
): void => {
  describe(`history in ${name}`, () => {
    let history: History
    const day = { ...F1, from: START, to: START + DAY }

    beforeEach(async () => {
      await reset()
      history = await open()
    })
    afterEach(() => history.close())

    it('gives back points in order of time, whatever the order they came in', async () => {
      await history.write([point(10, 4.5), point(0, 4.25), point(5, -0.0625)])
      await history.write([point(2, 8)])
      expect(await history.range(day)).toEqual([
        { at: START, value: 4.25 },
        { at: START + 2 * MINUTE, value: 8 },
        { at: START + 5 * MINUTE, value: -0.0625 },
        { at: START + 10 * MINUTE, value: 4.5 },
      ])
    })

    it('keeps one point per key however often it is written, within a batch or across batches', async () => {
      const batch = [point(0, 4), point(1, 5), point(0, 4)]
      await history.write(batch)
      await history.write(batch)
      expect(await history.range(day)).toHaveLength(2)
      expect(await history.buckets({ ...day, width: DAY })).toEqual([{ at: START, min: 4, max: 5, count: 2 }])
    })

    it('replaces the value of a key with the one written last', async () => {
      await history.write([point(0, 4)])
      await history.write([point(0, 6)])
      expect(await history.range(day)).toEqual([{ at: START, value: 6 }])
    })

    it('keeps series, sites and channels apart', async () => {
      await history.write([
        point(0, 1),
        point(0, 2, { channel: '28-000000000001' }),
        point(0, 3, { site: '柳林镇' }),
        point(0, 4, { series: 'humidity' }),
      ])
      expect(await history.range(day)).toEqual([{ at: START, value: 1 }])
      expect(await history.range({ ...day, channel: '28-000000000001' })).toEqual([{ at: START, value: 2 }])
      expect(await history.range({ ...day, site: '柳林镇' })).toEqual([{ at: START, value: 3 }])
      expect(await history.range({ ...day, series: 'humidity' })).toEqual([{ at: START, value: 4 }])
    })

    it('takes `from` in and leaves `to` out', async () => {
      await history.write([point(-1, 1), point(0, 2), point(1, 3), point(2, 4)])
      const narrow = { ...F1, from: START, to: START + 2 * MINUTE }
      expect((await history.range(narrow)).map(sample => sample.value)).toEqual([2, 3])
      expect(await history.buckets({ ...narrow, width: DAY })).toEqual([
        { at: START, min: 2, max: 3, count: 2 },
      ])
    })

    it('counts buckets from `from`, so that a local day is one bucket, and leaves empty ones out', async () => {
      const width = 7 * MINUTE
      await history.write([point(0, 4), point(6, 9.5), point(7, 5), point(21, -1), point(22, 3)])
      expect(await history.buckets({ ...day, width })).toEqual([
        { at: START, min: 4, max: 9.5, count: 2 },
        { at: START + width, min: 5, max: 5, count: 1 },
        { at: START + 3 * width, min: -1, max: 3, count: 2 },
      ])
    })

    it('charts extremes and the time that readings stood, over the limits and at all', async () => {
      await history.write([point(0, 4), point(1, 9), point(3, 8), point(4, 1.5), point(30, 5)])
      const chart = { ...day, low: 2, high: 8, width: 10 * MINUTE }
      expect(await history.chart(chart)).toEqual([
        { at: START, min: 1.5, max: 9, coveredMs: 5 * MINUTE, overMs: 2 * MINUTE, underMs: MINUTE },
        { at: START + 30 * MINUTE, min: 5, max: 5, coveredMs: MINUTE, overMs: 0, underMs: 0 },
      ])
      expect(await history.chart({ ...chart, from: START + DAY, to: START + 2 * DAY })).toEqual([])
    })

    it('answers with nothing where nothing was written', async () => {
      expect(await history.range(day)).toEqual([])
      expect(await history.buckets({ ...day, width: MINUTE })).toEqual([])
      await history.write([])
      expect(await history.range({ ...day, to: day.from })).toEqual([])
      expect(await history.buckets({ ...day, to: day.from, width: MINUTE })).toEqual([])
    })

    it('refuses a whole batch for one bad point and says which', async () => {
      for (const bad of [
        point(0, Number.NaN),
        point(0, Number.POSITIVE_INFINITY),
        point(0.00001, 4),
        point(0, 4, { site: 'a,b=c d' }),
        point(0, 4, { channel: '' }),
        point(0, 4, { series: 'x"; drop' }),
      ]) {
        const writing = history.write([point(1, 4), bad])
        await expect(writing).rejects.toThrow('[1]')
        expect(await codeOf(writing)).toBe('E_HISTORY_POINT permanent')
      }
      expect(await history.range(day)).toEqual([])
    })

    it('refuses a range or a width that makes no sense', async () => {
      expect(await codeOf(history.range({ ...day, to: Number.NaN }))).toBe('E_HISTORY_RANGE permanent')
      expect(await codeOf(history.range({ ...day, site: "' OR 1=1" }))).toBe('E_HISTORY_RANGE permanent')
      for (const width of [0, -1, 1.5, Number.NaN, 1]) {
        expect(await codeOf(history.buckets({ ...day, width }))).toBe('E_HISTORY_RANGE permanent')
      }
    })

    it('still has a month of five-minute readings after closing and opening', async () => {
      const month = Array.from({ length: 30 * 288 }, (_, index) => point(index * 5, 2 + (index % 288) / 48))
      await history.write(month)
      await history.close()
      history = await open()
      const whole = { ...day, to: START + 30 * DAY }
      expect(await history.range(whole)).toHaveLength(month.length)
      const days = await history.buckets({ ...whole, width: DAY })
      expect(days).toHaveLength(30)
      expect(days.at(-1)).toEqual({ at: START + 29 * DAY, min: 2, max: 2 + 287 / 48, count: 288 })
    })
  })
}
