import { beforeEach, describe, expect, it } from 'vitest'
import type { ColdPlace } from '#domain/cold-chain/place.ts'
import { DAY, MINUTE, shanghaiMidnight } from '#domain/time.ts'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { createMonitor } from '#edge/cold-chain/monitor.ts'
import { coldReport } from '#edge/records/report.ts'
import { reportPage } from '#edge/records/report-page.ts'
import { type ColdJournal, ownColdJournal } from '#test/lib/edge-cold-journal.ts'

let held: ColdJournal['held']
let history: ColdJournal['history']
beforeEach(async () => {
  ;({ held, history } = await ownColdJournal())
})

const place = (more: Partial<ColdPlace>): ColdPlace => ({ low: 2, high: 8, ...more })
const WHO = place({ rule: { preset: 'who-pqs-e006' } })
const point = { id: 'F1', name: '1号冰箱' }

/** A monitor as the agent makes it at its start; made again, it stands for a restart. */
const monitor = (of: ColdPlace) => {
  const alarms = createAlarms(held)
  const options = { ...point, ...of, intervalMs: MINUTE, site: 'heping', onReading: () => {} }
  const made = createMonitor({ ...held, ...options, alarms, history })
  return {
    view: made.view,
    open: () => alarms.list().filter(({ clearedAt }) => clearedAt === null),
    /** One reading a minute. */
    feel: async (minutes: number, celsius: number): Promise<void> => {
      for (let at = 0; at < minutes; at++) {
        held.clock.pass(MINUTE)
        await made.take({ ok: true, celsius, at: held.clock.now(), source: 'sensor' })
      }
    },
  }
}

const journaled = (kind: string): Record<string, unknown>[] => {
  held.journal.flush()
  return held.journal
    .read(0, 100_000)
    .filter(record => record.kind === kind)
    .map(({ data }) => JSON.parse(data))
}
const report = async (of: ColdPlace) => {
  held.journal.flush()
  const now = held.clock.now()
  const period = new Date(now.getTime() + 8 * 60 * MINUTE).toISOString().slice(0, 7)
  return coldReport(
    { ...held, history, site: 'heping', siteName: '和平镇', point: { ...point, ...of }, now },
    period,
  )
}

describe('a refrigerator under WHO’s rule', () => {
  it('alarms of heat after ten hours and not a minute before, also over a restart', async () => {
    await monitor(WHO).feel(300, 9)
    const fridge = monitor(WHO)
    await fridge.feel(300, 9)
    expect(fridge.open()).toEqual([])
    expect(await fridge.view()).toMatchObject({ state: 'out-of-range', rule: { version: 'who-pqs-e006' } })
    await fridge.feel(1, 9)
    expect(fridge.open()).toMatchObject([
      { id: 'excursion-F1-hot', text: { zh: '1号冰箱高于 8 °C已达 600 分钟' } },
    ])
    expect(journaled('excursion.alarm')).toMatchObject([
      { limit: 8, minutes: 600, alarmLow: -0.5, atLimitOut: ['cold'], version: 'who-pqs-e006' },
    ])
  })

  it('alarms of frost after an hour at −0.5 °C; at 1 °C it is out of range and no excursion', async () => {
    const fridge = monitor(WHO)
    await fridge.feel(90, 1)
    expect((await fridge.view()).state).toBe('out-of-range')
    await fridge.feel(60, -0.5)
    expect(fridge.open()).toEqual([])
    await fridge.feel(1, -0.5)
    expect(fridge.open()).toMatchObject([{ text: { zh: '1号冰箱不高于 -0.5 °C已达 60 分钟' } }])
    expect(journaled('excursion.alarm')).toMatchObject([{ limit: -0.5, minutes: 60, low: 2, high: 8 }])
    expect(journaled('temperature.record').at(-1)).toMatchObject({
      ...{ low: 2, high: 8, minutes: 600, sideMinutes: { cold: 60 }, alarmLow: -0.5 },
    })
  })

  it('has a report that names the rule, and the one it was watched by before', async () => {
    await monitor(place({})).feel(31, 5)
    const since = held.clock.now().getTime() + MINUTE
    await monitor(WHO).feel(31, 9)
    const made = await report(WHO)
    expect(made).toMatchObject({
      range: { low: 2, high: 8 },
      rule: { low: -0.5, high: 8, sideMinutes: { cold: 60 }, version: 'who-pqs-e006' },
      stats: { minutesOver: expect.closeTo(31, 0) },
    })
    expect(made.earlierRules).toMatchObject([
      { version: 'default-1' },
      { since: new Date(since).toISOString(), version: 'who-pqs-e006' },
    ])
    const page = JSON.stringify(reportPage(made))
    expect(page).toContain(
      '报警规则：不高于 -0.5 °C 连续 60 分钟，高于 8 °C 连续 600 分钟，版本 who-pqs-e006',
    )
    expect(page).toContain('起的记录：低于 2 °C 连续 60 分钟，高于 8 °C 连续 60 分钟，版本 default-1')
  })
})

describe('a refrigerator whose minutes add up', () => {
  it('by the day alarms at their sum, over a restart, and begins anew at midnight in Shanghai', async () => {
    const daily = place({ rule: { mode: 'daily' } })
    const midnight = shanghaiMidnight(held.clock.now().getTime()) + DAY
    held.clock.pass(midnight - 101 * MINUTE - held.clock.now().getTime())
    await monitor(daily).feel(50, 9)
    await monitor(daily).feel(40, 5)
    // Ten minutes more of yesterday, thirty of today.
    await monitor(daily).feel(40, 9)
    const fridge = monitor(daily)
    await fridge.feel(5, 5)
    await fridge.feel(30, 9)
    expect(fridge.open()).toEqual([])
    await fridge.feel(1, 9)
    expect(fridge.open()).toMatchObject([
      {
        text: { zh: '1号冰箱高于 8 °C，当日累计已达 60 分钟', en: expect.stringContaining('since midnight') },
      },
    ])
    expect(journaled('excursion.alarm')).toMatchObject([{ mode: 'daily', version: 'default-1+mode=daily' }])
    expect(JSON.stringify(reportPage(await report(daily)))).toContain('另计入此前 30 ')
  })

  it('within a window alarms at their sum', async () => {
    const fridge = monitor(place({ rule: { mode: 'cumulative', windowHours: 2, minutes: 30 } }))
    await fridge.feel(20, 9)
    await fridge.feel(30, 5)
    await fridge.feel(10, 9)
    expect(fridge.open()).toEqual([])
    await fridge.feel(1, 9)
    expect(fridge.open()).toMatchObject([{ text: { zh: '1号冰箱高于 8 °C，2 小时内累计已达 30 分钟' } }])
  })
})

it('an excursion and its run outlive a change of the rule between two starts', async () => {
  await monitor(WHO).feel(90, 9)
  // An hour is full already.
  const fridge = monitor(place({}))
  await fridge.feel(1, 9)
  expect(fridge.open()).toMatchObject([
    { id: 'excursion-F1-hot', text: { zh: '1号冰箱高于 8 °C已达 60 分钟' } },
  ])
  const patient = monitor(WHO)
  await patient.feel(5, 9)
  expect(patient.open()).toHaveLength(1)
  await patient.feel(1, 5)
  expect(patient.open()).toEqual([])
  expect(journaled('excursion.alarm')).toHaveLength(1)
  expect(journaled('excursion.ended')).toMatchObject([{ minutes: 96, max: 9, how: 'in-range' }])
})

it('says to pages where the limit itself is out', async () => {
  const fridge = monitor(place({ rule: { strict: false } }))
  await fridge.feel(1, 8)
  expect(await fridge.view()).toMatchObject({ state: 'out-of-range', atLimitOut: ['cold', 'hot'] })
  expect(await monitor(place({})).view()).not.toHaveProperty('atLimitOut')
})

it('a transport box is recorded each five minutes, each two out of range, and its report says so', async () => {
  const box = place({ use: 'transport' })
  const fridge = monitor(box)
  await fridge.feel(31, 5)
  expect(journaled('temperature.record')).toHaveLength(7)
  await fridge.feel(11, 9)
  expect(journaled('temperature.record')).toHaveLength(7 + 6)
  expect((await report(box)).recordMinutes).toBe(5)
})

it('a usual refrigerator’s records stay as small as they were', async () => {
  await monitor(place({})).feel(1, 5)
  const [record = {}] = journaled('temperature.record')
  expect(Object.keys(record)).toEqual(['thermometer', 'at', 'celsius', 'source', 'low', 'high', 'minutes'])
})
