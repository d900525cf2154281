import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openHistory } from '#cloud-sync/history/open.ts'
import type { History } from '#cloud-sync/history/port.ts'
import type { Cause } from '#domain/cold-chain/thermal.ts'
import { MINUTE } from '#domain/time.ts'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { createColdBoard } from '#edge/cold-chain/board.ts'
import { createEarlyWarning } from '#edge/cold-chain/early.ts'
import { createExcursions } from '#edge/cold-chain/excursions.ts'
import { forgetGone } from '#edge/cold-chain/gone.ts'
import { createHumidityWatch } from '#edge/cold-chain/humidity.ts'
import { createMonitor } from '#edge/cold-chain/monitor.ts'
import { clockTrust } from '#edge/health/clock-trust.ts'
import { openJournal, temporaryDir } from '#test/lib/edge-journal.ts'

let dir: ReturnType<typeof temporaryDir>
let held: ReturnType<typeof openJournal>
let history: History
beforeEach(async () => {
  dir = temporaryDir()
  held = openJournal(dir.path, () => clockTrust(held))
  history = await openHistory({ dataDir: dir.path })
})
afterEach(async () => {
  await history.close()
  held.close()
  dir.remove()
})

/** The watch over one refrigerator as the agent makes it at its start; made again, it stands for a restart. */
const watch = (id = 'F1') => {
  const alarms = createAlarms(held)
  const board = createColdBoard()
  let cause: Cause | null = null
  const point = { id, name: '1号冰箱', low: 2, high: 8 }
  const early = createEarlyWarning({ db: held.db, alarms, board, ...point, cause: () => cause })
  const monitor = createMonitor({
    ...{ ...held, ...point, alarms, history, early },
    ...{ site: 'heping', intervalMs: MINUTE, onReading: () => {} },
  })
  const feel = async (minutes: number, celsius: (minute: number) => number): Promise<void> => {
    for (let at = 0; at < minutes; at++) {
      held.clock.pass(MINUTE)
      await monitor.take({ ok: true, celsius: celsius(at), at: held.clock.now(), source: 'sensor' })
    }
  }
  return {
    alarms,
    board,
    monitor,
    feel,
    cause: (to: Cause | null) => {
      cause = to
    },
    excursions: createExcursions({ ...held, alarms, monitors: [monitor] }),
    open: () =>
      alarms
        .list()
        .filter(({ clearedAt }) => clearedAt === null)
        .map(one => one.id),
  }
}

const journaled = (kind: string) => {
  held.journal.flush()
  return held.journal
    .read(0, 100_000)
    .filter(record => record.kind === kind)
    .map(({ data, clockTrusted }) => ({ ...JSON.parse(data), clockTrusted }))
}

describe('a refrigerator on its way out of range', () => {
  it('is warned of with the minutes that are left, which are also said beside other alarms; over when it turns', async () => {
    const fridge = watch()
    fridge.cause('mains')
    await fridge.feel(60, minute => 5 + minute * 0.04)
    expect(fridge.open()).toEqual(['forecast-F1'])
    const [warning] = fridge.alarms.list()
    expect(warning).toMatchObject({ level: 'warning', kind: 'forecast' })
    expect(warning?.text.zh).toMatch(/^1号冰箱正在升温，预计 4\d 分钟后超过 8 °C$/)
    expect(fridge.board.measured({ id: 'mains', kind: 'mains' })).toMatch(
      /^1号冰箱现 7\.4 °C，预计 1\d 分钟后超过 8 °C$/,
    )
    const { forecast } = await fridge.monitor.view()
    expect(forecast).toMatchObject({ side: 'hot', limit: 8 })
    expect(forecast?.minutes).toBeGreaterThan(10)
    fridge.cause(null)
    await fridge.feel(20, minute => 7.4 - minute * 0.1)
    expect(fridge.open()).toEqual([])
  })

  it('is still known to be so after a restart, and told once', async () => {
    const before = watch()
    before.cause('mains')
    await before.feel(60, minute => 5 + minute * 0.04)
    // As at the next official record.
    before.monitor.keep()
    const after = watch()
    after.cause('mains')
    await after.feel(20, minute => 7.4 + minute * 0.02)
    expect(journaled('alarm.raised').filter(({ kind }) => kind === 'forecast')).toHaveLength(1)
  })
})

describe('an excursion that no reading will end', () => {
  const reason = '传感器进水'

  it('is closed by a person with a reason, on the record; still out of range, a new one begins', async () => {
    const fridge = watch()
    await fridge.feel(70, () => 9)
    const [excursion] = fridge.excursions.list()
    expect(excursion).toMatchObject({ thermometer: 'F1', side: 'hot', max: 9 })
    const id = excursion?.id ?? ''
    fridge.excursions.close(id, { how: 'sensor-replaced', reason, actor: 'wang' })
    expect(journaled('excursion.ended')).toMatchObject([
      { excursion: id, how: 'sensor-replaced', closedBy: 'wang', reason, minutes: 69, degreeMinutes: 69 },
    ])
    expect([fridge.excursions.list(), fridge.open()]).toEqual([[], []])
    // Also for the next run of the agent.
    const again = watch()
    expect(again.excursions.list()).toEqual([])
    await again.feel(62, () => 9)
    expect(again.excursions.list()).toHaveLength(1)
    expect(again.excursions.list()[0]?.id).not.toBe(id)
  })

  it('is closed also when its thermometer is in the plan no more, with what else was open of it', async () => {
    await watch('F1').feel(70, () => 9)
    const plan = watch('F9')
    const [excursion] = plan.excursions.list()
    expect(excursion).toMatchObject({ thermometer: 'F1', side: 'hot' })
    plan.excursions.close(excursion?.id ?? '', { how: 'sensor-lost', reason, actor: 'wang' })
    expect([plan.excursions.list(), plan.open()]).toEqual([[], []])
    expect(journaled('excursion.ended')).toMatchObject([{ thermometer: 'F1', how: 'sensor-lost' }])
  })

  it('wants a reason, and to be there', async () => {
    const fridge = watch()
    await fridge.feel(70, () => 9)
    const id = fridge.excursions.list()[0]?.id ?? ''
    const closing = { how: 'sensor-lost', actor: 'wang' } as const
    expect(() => fridge.excursions.close(id, { ...closing, reason: ' ' })).toThrow(
      expect.objectContaining({ code: 'E_REASON' }),
    )
    expect(() => fridge.excursions.close('F1-hot-1', { ...closing, reason })).toThrow(
      expect.objectContaining({ code: 'E_EXCURSION_UNKNOWN' }),
    )
    expect(fridge.excursions.list()).toHaveLength(1)
  })

  it('that silence ended says so: nothing is known of what came after', async () => {
    const fridge = watch()
    await fridge.feel(70, () => 9)
    for (let minute = 0; minute < 7; minute++) {
      held.clock.pass(MINUTE)
      await fridge.monitor.take({ ok: false, fault: 'no-answer', at: held.clock.now(), source: 'sensor' })
    }
    expect(journaled('excursion.ended')).toMatchObject([{ how: 'gap' }])
  })
})

describe('a sensor that is in the plan no more', () => {
  it('leaves no alarm behind that no reading would end; its excursion waits for a person', async () => {
    await watch('F1').feel(70, () => 9)
    const { alarms, open } = watch('F2')
    const words = { zh: '', en: '', level: 'alarm', kind: 'no-data' } as const
    for (const id of ['no-data-F1', 'no-data-F2', 'no-data-R1']) alarms.raise({ ...words, id })
    alarms.raise({ ...words, id: 'stuck-F1', kind: 'sensor-stuck', level: 'warning' })
    forgetGone(alarms, new Set(['F2', 'R1']))
    expect(open().toSorted()).toEqual(['excursion-F1-hot', 'no-data-F2', 'no-data-R1'])
  })
})

describe('a clock that was lost', () => {
  it('keeps detection running and is said on every record; set right, the run begins anew, as nobody knows how long it was', async () => {
    held.clock.set('1970-01-01T00:00:30.000Z')
    const fridge = watch()
    await fridge.feel(62, () => 9.5)
    expect(journaled('excursion.alarm')).toMatchObject([{ side: 'hot', clockTrusted: false }])
    expect(fridge.open()).toContain('excursion-F1-hot')
    held.clock.set('2026-11-22T06:00:00.000Z')
    await fridge.feel(1, () => 9.5)
    expect(journaled('excursion.ended')).toMatchObject([{ how: 'gap', clockTrusted: true }])
    await fridge.feel(61, () => 9.5)
    expect(journaled('excursion.alarm')).toMatchObject([{ clockTrusted: false }, { clockTrusted: true }])
  })
})

describe('a hygrometer', () => {
  const given = (limits?: { low: number; high: number }) => {
    const alarms = createAlarms(held)
    const take = createHumidityWatch({ ...held, id: 'H1', name: '药房', limits, alarms })
    return {
      open: () => alarms.list().filter(({ clearedAt }) => clearedAt === null),
      feel: (minutes: number, percent: number): void => {
        for (let at = 0; at < minutes; at++) {
          held.clock.pass(MINUTE)
          take({ ok: true, percent, at: held.clock.now() })
        }
      },
    }
  }

  it('is recorded each half hour', () => {
    given().feel(61, 50)
    expect(journaled('humidity.record')).toMatchObject([{ hygrometer: 'H1', percent: 50 }, {}, {}])
  })

  it('is warned of when it has been out of its limits for ten minutes, until it is back', () => {
    const room = given({ low: 35, high: 75 })
    room.feel(9, 80)
    room.feel(1, 70)
    room.feel(10, 80)
    expect(room.open()).toEqual([])
    room.feel(1, 80)
    expect(room.open()).toMatchObject([{ id: 'humidity-H1', level: 'warning', kind: 'humidity' }])
    room.feel(1, 75)
    expect(room.open()).toEqual([])
  })

  it('without limits warns of nothing', () => {
    const room = given()
    room.feel(60, 100)
    expect(room.open()).toEqual([])
  })
})
