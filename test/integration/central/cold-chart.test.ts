import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenDatabase, openDatabase } from '#central/db/open.ts'
import { seedFormulary } from '#central/formulary/formulary.ts'
import { coldEvents } from '#central/monitoring/cold-events.ts'
import { coldSeries } from '#central/monitoring/cold-series.ts'
import { SUBJECTS } from '#central/monitoring/marks.ts'
import { DAY, HOUR, MINUTE } from '#domain/time.ts'
import { newChartSite } from '../../lib/central-chart.ts'
import { createTestClock, temporaryFolder } from '../../lib/central-fixture.ts'
import { createJournal } from '../../lib/central-journal.ts'

/** Midnight in Shanghai. */
const START = Date.parse('2026-11-20T00:00:00+08:00')
const iso = (ms: number): string => new Date(ms).toISOString()
const at = (minutes: number): string => iso(START + minutes * MINUTE)
const RULE = { low: 2, high: 8, minutes: 60 }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let database: OpenDatabase
const { clock } = createTestClock()
beforeAll(async () => {
  folder = await temporaryFolder()
  database = await openDatabase({ dataDir: folder.path })
  await seedFormulary(database.db, clock)
})
afterAll(async () => {
  await database.close()
  await folder.remove()
})

const record = (minutes: number, celsius: number, rule: object = RULE) => ({
  ...{ thermometer: 'F1', at: at(minutes), celsius, source: 'sensor' },
  ...rule,
})
type Journal = ReturnType<typeof createJournal>
const recorded = (
  { append }: Journal,
  ...records: readonly [minutes: number, celsius: number, rule?: object][]
) => {
  for (const [minutes, celsius, rule] of records)
    append('temperature.record', record(minutes, celsius, rule), at(minutes))
}
/** As a site does in range: one each half hour, from and to in minutes. */
const quiet = (from: number, to: number, celsius = 5): [number, number][] =>
  Array.from({ length: (to - from) / 30 }, (_, index) => [from + 30 * index, celsius])

const newSite = async () => {
  const { site, live, send } = await newChartSite(database.db, clock)
  const window = (from: number, to: number) => ({
    ...{ site, thermometer: 'F1', from: START + from * MINUTE, to: START + to * MINUTE },
  })
  const series = (from: number, to: number, points = 600, now = START + 30 * DAY) =>
    coldSeries(database.db, { ...window(from, to), points, now })
  const events = (from: number, to: number) => coldEvents(database.db, window(from, to))
  return { site, live, send, series, events }
}

describe("the centre's chart of a thermometer", () => {
  it('counts minutes over and under from the official records, each of which stands until the next', async () => {
    const { send, series } = await newSite()
    const journal = createJournal()
    recorded(journal, ...quiet(0, 60), [60, 8.1], [62, 9.4], [64, 8.5], [66, 7.9], ...quiet(96, 126, 1.9))
    recorded(journal, [98, 1.9], [100, 2], ...quiet(130, 280))
    await send(journal.records)
    const { summary, columns, width, name, limits } = await series(0, 240)
    expect(summary).toEqual({ min: 1.9, max: 9.4, minutesOver: 6, minutesUnder: 4, coverage: 1 })
    expect({ name, limits, width }).toEqual({ name: '1号冰箱', limits: undefined, width: 60 })
    expect(columns.at).toHaveLength(240)
    expect(columns.over.reduce((all, one) => all + one, 0)).toBe(6)
    expect(columns.max.slice(59, 67)).toEqual([5, 8.1, 8.1, 9.4, 9.4, 8.5, 8.5, 7.9])
  })

  it('says the same of a window however wide its buckets are', async () => {
    const { send, series } = await newSite()
    const journal = createJournal()
    recorded(journal, ...quiet(0, 90), [90, 8.1], [92, 9.9], [94, 8], ...quiet(120, 1_500))
    await send(journal.records)
    for (const points of [10, 24, 100, 600, 2_000])
      expect((await series(0, 1_440, points)).summary).toEqual({
        ...{ min: 5, max: 9.9, minutesOver: 4, minutesUnder: 0, coverage: 1 },
      })
  })

  it('breaks where a record did not come when it was due: earlier out of range than in it', async () => {
    const { send, series } = await newSite()
    const journal = createJournal()
    recorded(journal, ...quiet(0, 60), [60, 5], [180, 9], [190, 9], [197, 5], ...quiet(227, 300))
    await send(journal.records)
    const { columns, summary } = await series(0, 240)
    expect(columns.max.slice(59, 63)).toEqual([5, 5, null, null])
    expect(columns.max.slice(179, 182)).toEqual([null, 9, null])
    expect(columns.max.slice(190, 198)).toEqual([9, 9, 9, 9, 9, 9, 9, 5])
    expect(summary.minutesOver).toBe(8)
    expect(summary.coverage).toBeCloseTo((61 + 1 + 7 + 43) / 240, 6)
  })

  it('takes the newest record to stand until now as long as the next is not due, and no longer', async () => {
    const { send, series } = await newSite()
    const journal = createJournal()
    recorded(journal, ...quiet(0, 60))
    await send(journal.records)
    const at50 = START + 50 * MINUTE
    expect((await series(0, 60, 600, at50)).summary.coverage).toBe(1)
    expect((await series(0, 120, 600, at50 + HOUR)).summary.coverage).toBeCloseTo(31 / 110, 6)
  })

  it('judges each record by the limits it names, and shows from when on they held', async () => {
    const { send, series, live } = await newSite()
    await live({ low: 2, high: 10 })
    const journal = createJournal()
    const warm = Array.from({ length: 15 }, (_, index) => [30 + 2 * index, 9] as [number, number])
    const wide = { ...RULE, high: 10 }
    recorded(journal, ...quiet(0, 30), ...warm, [60, 9, wide], [90, 9, wide], [120, 9, wide])
    await send(journal.records)
    const shown = await series(30, 120)
    expect(shown).toMatchObject({ low: 2, high: 10, summary: { minutesOver: 30 } })
    expect(shown.limits).toEqual([
      { at: (START + 30 * MINUTE) / 1000, low: 2, high: 8 },
      { at: (START + 60 * MINUTE) / 1000, low: 2, high: 10 },
    ])
    expect(await series(0, 60)).toMatchObject({ low: 2, high: 8, summary: { minutesOver: 30 } })
    expect((await series(60, 120)).limits).toBeUndefined()
  })

  it('counts the limit itself as out only where the rule says so, and takes no alarm limit for the range', async () => {
    const { send, series } = await newSite()
    const journal = createJournal()
    const strict = { ...RULE, atLimitOut: ['cold', 'hot'] }
    const who = { ...RULE, alarmLow: -0.5, atLimitOut: ['cold'] }
    recorded(journal, [0, 8], [2, 8, strict], [4, 2, strict], [6, 2, who], [8, 5, who], [30, 5, who])
    await send(journal.records)
    const { summary, limits, low, high } = await series(0, 30)
    expect(summary).toMatchObject({ minutesOver: 2, minutesUnder: 2 })
    expect({ low, high }).toEqual({ low: 2, high: 8 })
    expect(limits?.every(one => one.low === 2 && one.high === 8) ?? true).toBe(true)
  })

  it('takes the limits of the site for records that name none, and knows nothing of a thermometer without records', async () => {
    const { send, series, live } = await newSite()
    await live({ low: 3, high: 6 })
    expect(await series(0, 60)).toMatchObject({
      ...{ low: 3, high: 6, summary: { min: null, max: null, minutesOver: 0, coverage: 0 } },
    })
    const journal = createJournal()
    recorded(journal, [0, 7, {}], [2, 7, {}], [4, 5, {}])
    await send(journal.records)
    expect(await series(0, 60)).toMatchObject({ low: 3, high: 6, summary: { minutesOver: 4 } })
  })
})

const opened = ({ append }: Journal, drawer: string, minutes: number, until?: number) => {
  append('unlock.opened', { session: 's', operation: 'count', drawer }, at(minutes))
  if (until !== undefined)
    append('drawer.closed', { session: 's', operation: 'count', drawer, afterGrams: null }, at(until))
}

describe('what happened beside it', () => {
  it('are doors of the drawers it watches and its own, the mains, excursions, who acknowledged them, faults and doubts', async () => {
    const { send, events } = await newSite()
    const journal = createJournal()
    const { append } = journal
    opened(journal, 'D01', 10, 12)
    opened(journal, 'D07', 11, 13)
    append('door.changed', { thermometer: 'F1', state: 'open' }, at(20))
    append('door.changed', { thermometer: 'F2', state: 'open' }, at(20))
    append('door.changed', { thermometer: 'F1', state: 'closed' }, at(25))
    append('mains.changed', { state: 'absent' }, at(30))
    const run = { thermometer: 'F1', excursion: 'x1', side: 'hot', source: 'sensor' }
    append('excursion.alarm', { ...run, start: at(40), alarmAt: at(100), limit: 8 }, at(100))
    const alarm = 'excursion-F1-hot'
    append('alarm.acknowledged', { alarm, actor: 'wang', reason: '为患者张三取药' }, at(101))
    append('alarm.acknowledged', { alarm: 'excursion-F2-hot', actor: 'li', reason: 'x' }, at(102))
    append('mains.changed', { state: 'present' }, at(105))
    const ended = { start: at(40), alarmAt: at(100), end: at(110), min: 8.1, max: 11.26, minutes: 70 }
    append('excursion.ended', { ...run, ...ended }, at(110))
    append('temperature.fault', { thermometer: 'F1', at: at(120), fault: 'crc' }, at(120))
    append('temperature.suspect', { thermometer: 'F1', what: 'jump', text: '跳变 / a jump' }, at(130))
    await send(journal.records)
    const { events: found, omittedBefore } = await events(0, 240)
    expect(found.map(({ what, start, end, text }) => [what, start, end, text.zh])).toEqual([
      ['door', at(10), at(12), '抽屉 D01 打开'],
      ['door', at(20), at(25), '冰箱门打开'],
      ['mains', at(30), at(105), '停电'],
      ['excursion', at(40), at(110), '高温超限 11.3 °C'],
      ['acknowledged', at(101), null, 'wang 确认超温'],
      ['fault', at(120), null, '传感器故障 crc'],
      ['suspect', at(130), null, '跳变'],
    ])
    expect(omittedBefore).toBeNull()
    expect(JSON.stringify(found)).not.toContain('张三')
  })

  it('keep what began before the window and what ends after it, whole', async () => {
    const { send, events } = await newSite()
    const journal = createJournal()
    journal.append('mains.changed', { state: 'absent' }, at(-3 * 1440))
    opened(journal, 'D01', 50, 70)
    opened(journal, 'D02', 55)
    journal.append('mains.changed', { state: 'present' }, at(4 * 1440))
    await send(journal.records)
    const { events: found } = await events(0, 60)
    expect(found.map(({ what, start, end }) => [what, start, end])).toEqual([
      ['mains', at(-3 * 1440), at(4 * 1440)],
      ['door', at(50), at(70)],
      ['door', at(55), null],
    ])
    expect((await events(65, 68)).events.map(({ what, start }) => [what, start])).toEqual([
      ['mains', at(-3 * 1440)],
      ['door', at(50)],
      ['door', at(55)],
    ])
    expect((await events(-5 * 1440, -4 * 1440)).events).toEqual([])
  })

  it('of one moment are an opening and its end, in this order', async () => {
    const { send, events } = await newSite()
    const journal = createJournal()
    opened(journal, 'D01', 10, 10)
    opened(journal, 'D01', 30, 31)
    await send(journal.records)
    const times = async (from: number, to: number) =>
      (await events(from, to)).events.map(({ start, end }) => [start, end])
    expect(await times(0, 60)).toEqual([
      [at(10), at(10)],
      [at(30), at(31)],
    ])
    expect(await times(15, 25)).toEqual([])
  })

  it('end an opening nobody ordered when its alarm is over', async () => {
    const { send, events } = await newSite()
    const { append, records } = createJournal()
    append('drawer.tamper', { drawer: 'D02' }, at(10))
    append('alarm.cleared', { alarm: 'drawer-open-D02' }, at(11))
    append('alarm.cleared', { alarm: 'tamper-D02' }, at(14))
    await send(records)
    expect((await events(0, 60)).events).toMatchObject([{ what: 'door', start: at(10), end: at(14) }])
  })

  it('are the same when the journal comes twice, and when records come late out of a salvaged epoch', async () => {
    const { send, events } = await newSite()
    const old = createJournal()
    opened(old, 'D01', 10, 12)
    opened(old, 'D01', 20, 22)
    await send(old.records.slice(0, 1))
    const next = createJournal({ epoch: 2 })
    opened(next, 'D01', 30, 32)
    for (const lost of old.records.slice(1)) next.append('journal.salvaged', { record: lost }, at(40))
    await send(next.records)
    await send(next.records)
    expect((await events(0, 60)).events.map(({ start, end }) => [start, end])).toEqual([
      [at(10), at(12)],
      [at(20), at(22)],
      [at(30), at(32)],
    ])
  })

  it('are bounded: of too many doors the newest, with the time before which some are left out; excursions all', async () => {
    const { site, send, events } = await newSite()
    const journal = createJournal()
    const run = { thermometer: 'F1', excursion: 'x1', side: 'cold', source: 'sensor' }
    const ended = { start: at(1), alarmAt: at(2), end: at(3), min: -1, max: 1, minutes: 2 }
    journal.append('excursion.ended', { ...run, ...ended }, at(3))
    await send(journal.records)
    const mark = (minutes: number, what: 'on' | 'off') => ({
      ...{ site, subject: SUBJECTS.drawer('D01'), at_ms: START + minutes * MINUTE, what, said: '' },
    })
    const rows = Array.from({ length: 1_100 }, (_, n) => [mark(10 + n * 10, 'on'), mark(11 + n * 10, 'off')])
    await database.db.insertInto('cold_marks').values(rows.flat()).execute()
    const { events: found, omittedBefore } = await events(0, 12_000)
    expect(found[0]).toMatchObject({ what: 'excursion', text: { en: 'too cold -1.0 °C' } })
    expect(found).toHaveLength(1_001)
    expect(omittedBefore).toBe(at(10 + 100 * 10))
    expect(found[1]).toMatchObject({ what: 'door', start: omittedBefore })
    expect((await events(0, 1_000)).omittedBefore).toBeNull()
  })

  it('end what lasted where nothing watches it any more', async () => {
    const { send, events } = await newSite()
    const { append, records } = createJournal()
    append('door.changed', { thermometer: 'F1', state: 'open' }, at(10))
    append('mains.changed', { state: 'absent' }, at(11))
    append('door.changed', { thermometer: 'F1', state: 'unknown' }, at(20))
    append('mains.changed', { state: 'unknown' }, at(20))
    await send(records)
    expect((await events(0, 60)).events).toMatchObject([
      { what: 'door', start: at(10), end: at(20) },
      { what: 'mains', start: at(11), end: at(20) },
    ])
  })

  it('leave out what is not as its kind promises, and go on', async () => {
    const { site, send, events } = await newSite()
    const { append, records } = createJournal()
    append('unlock.opened', { drawer: 7 }, at(10))
    append('mains.changed', { state: 'perhaps' }, at(11))
    append('drawer.closed', 'no JSON', at(12))
    append('drawer.tamper', { drawer: 'D01' }, 'no time')
    append('mains.changed', { state: 'absent' }, at(13))
    await send(records)
    expect((await events(0, 60)).events).toMatchObject([{ what: 'mains', start: at(13) }])
    const refused = await database.db
      .selectFrom('refused_messages')
      .select('code')
      .where('site', '=', site)
      .execute()
    expect(refused).toHaveLength(4)
  })

  it('of a site that does not say which drawers a thermometer watches are all but the drawers', async () => {
    const { send, events, live } = await newSite()
    await live({})
    const journal = createJournal()
    opened(journal, 'D01', 10, 12)
    journal.append('mains.changed', { state: 'absent' }, at(13))
    await send(journal.records)
    expect((await events(0, 60)).events.map(({ what }) => what)).toEqual(['mains'])
  })
})
