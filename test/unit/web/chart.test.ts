import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ColdEventView, ColdSeriesView } from '#cloud-sync/contract/edge-cold-chain.ts'
import { chartWindow } from '#domain/cold-chain/chart.ts'
import { clampView, latest, moveView, SPANS, spanName, zoomView } from '../../../web/shared/chart/view.ts'
import { eventList, eventTime, omittedText, summaryText, tableRows } from '../../../web/shared/chart/words.ts'

const NOW = Date.parse('2026-11-22T10:00:00+08:00')
const HOUR = 3_600_000
const DAY = 24 * HOUR

const series = (hours: number, over = 0): ColdSeriesView => {
  const at = Array.from({ length: hours * 2 }, (_, index) => (NOW - hours * HOUR) / 1000 + index * 1_800)
  const all = <T>(value: T): T[] => at.map(() => value)
  return {
    ...{ thermometer: 'F1', name: '1号冰箱', low: 2, high: 8, width: 1_800 },
    from: new Date(NOW - hours * HOUR).toISOString(),
    to: new Date(NOW).toISOString(),
    columns: {
      at,
      min: all(4).map((value, index) => (index === 0 ? null : value)),
      max: all(6),
      over: all(over),
      under: all(0),
      coverage: all(1).map((value, index) => (index === 0 ? 0 : value)),
    },
    summary: { min: 4, max: 6, minutesOver: over * at.length, minutesUnder: 0, coverage: 0.98 },
  }
}

describe('the window of a chart', () => {
  it('stays between minutes and a year, and never runs into what is to come', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: NOW }), fc.integer({ min: 1, max: 900 * DAY }), (from, span) => {
        const { from: left, to } = clampView({ from, to: from + span }, NOW)
        expect(to - left).toBeGreaterThanOrEqual(20 * 60_000 - 1)
        expect(to - left).toBeLessThanOrEqual(366 * DAY + 1)
        expect(to).toBeLessThanOrEqual(NOW + 366 * DAY * 0.02 + 1)
      }),
    )
  })

  it('keeps the instant under the hand where it is while it zooms', () => {
    const view = { from: NOW - 10 * DAY, to: NOW - 3 * DAY }
    const at = NOW - 5 * DAY
    const near = zoomView(view, 0.5, at, NOW)
    const share = ({ from, to }: typeof view) => (at - from) / (to - from)
    expect(near.to - near.from).toBe(3.5 * DAY)
    expect(share(near)).toBeCloseTo(share(view), 6)
  })

  it('is known by its button after it was chosen, and not after it was zoomed', () => {
    for (const name of Object.keys(SPANS) as (keyof typeof SPANS)[])
      expect(spanName(latest(name, NOW))).toBe(name)
    expect(spanName(zoomView(latest('week', NOW), 0.5, NOW, NOW))).toBeUndefined()
    expect(moveView(latest('day', NOW), DAY, NOW)).toEqual(latest('day', NOW))
  })
})

describe('the buckets of a window', () => {
  it('are never more than asked for, whole, and the same however it is moved', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: NOW }),
        fc.integer({ min: 60_000, max: 3_000 * DAY }),
        fc.integer({ min: 10, max: 2_000 }),
        (from, span, points) => {
          const made = chartWindow({ from, to: from + span, points })
          expect(made.from).toBeLessThanOrEqual(from)
          expect(made.to).toBeGreaterThanOrEqual(from + span)
          expect((made.to - made.from) / made.width).toBeLessThanOrEqual(points + 2)
          expect((made.to - made.from) % made.width).toBe(0)
          // Midnight in Shanghai begins one.
          if (made.width <= DAY) expect((DAY - ((made.from + 8 * HOUR) % DAY)) % made.width).toBe(0)
        },
      ),
    )
  })
})

describe('what a chart says to whoever cannot see it', () => {
  it('names extremes, minutes, excursions and coverage, Chinese and English', () => {
    const excursion: ColdEventView = {
      what: 'excursion',
      start: new Date(NOW - 3 * HOUR).toISOString(),
      end: null,
      text: { zh: '高温', en: 'hot' },
    }
    const zh = summaryText(series(24, 10), [excursion], 'zh')
    for (const words of ['最低 4.0 °C', '最高 6.0 °C', '480 分钟', '超温事件 1 次', '98.0%'])
      expect(zh).toContain(words)
    expect(summaryText(series(24), [], 'en')).toContain('0 min over')
    expect(eventTime(excursion, 'zh')).toContain('进行中')
  })

  it('names each range with its beginning where the limits were changed', () => {
    const at = (hours: number) => (NOW - hours * HOUR) / 1000
    const limits = [
      { at: at(24), low: 2, high: 8 },
      { at: at(2), low: 2, high: 10 },
    ]
    const changed = { ...series(24), high: 10, limits }
    expect(summaryText(changed, [], 'zh')).toContain('范围 2–8 °C，11月22日 08:00 起 2–10 °C')
    expect(summaryText(changed, [], 'en')).toContain('range 2–8 °C, 2–10 °C since 22 Nov, 08:00')
  })

  it('says from when on everything is listed, where the cabinet or the centre had to leave out doors', () => {
    const event = (what: 'door' | 'fault', n: number): ColdEventView => ({
      ...{ what, start: new Date(NOW + n * 1_000).toISOString(), end: null, text: { zh: '', en: '' } },
    })
    const few = [event('fault', 0), event('door', 1)]
    expect(eventList(few)).toEqual({ events: few, omittedBefore: null })
    const many = [event('fault', 0), ...Array.from({ length: 1_999 }, (_, n) => event('door', n + 1))]
    expect(eventList(many).omittedBefore).toBe(event('door', 1).start)
    expect(omittedText('2026-11-22T00:00:00.000Z', 'zh')).toContain('11月22日 08:00 之前')
  })

  it('as a table has a row an hour of a day and a row a day of a month, and marks what was out', () => {
    const hours = tableRows(series(24, 5), 'zh')
    expect(hours).toHaveLength(24)
    expect(hours[0]).toMatchObject({ min: '4.0 °C', over: '10', coverage: '50.0%', out: true })
    const days = tableRows(series(24 * 30), 'zh')
    expect(days).toHaveLength(31)
    expect(days[1]).toMatchObject({ at: '2026-10-24', coverage: '100.0%', out: false })
  })
})
