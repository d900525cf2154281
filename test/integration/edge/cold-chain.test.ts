import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { MINUTE } from '#domain/time.ts'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { createMonitor } from '#edge/cold-chain/monitor.ts'
import { replay, replayInterval } from '#edge/cold-chain/replay.ts'
import { type ColdJournal, ownColdJournal } from '#test/lib/edge-cold-journal.ts'

let dir: ColdJournal['dir']
let held: ColdJournal['held']
let history: ColdJournal['history']
beforeEach(async () => {
  ;({ dir, held, history } = await ownColdJournal())
})

/** A monitor as the agent makes it at its start; made again, it stands for a restart. */
const monitor = (id = 'F1', intervalMs = MINUTE) => {
  const alarms = createAlarms(held)
  const point = { id, name: '1号冰箱', low: 2, high: 8, intervalMs }
  const made = createMonitor({ ...held, ...point, alarms, history, site: 'heping', onReading: () => {} })
  return {
    ...made,
    open: () => alarms.list().filter(({ clearedAt }) => clearedAt === null),
    all: alarms.list,
    /** One reading a minute. */
    feel: async (minutes: number, celsius: number): Promise<void> => {
      for (let at = 0; at < minutes; at++) {
        held.clock.pass(MINUTE)
        await made.take({ ok: true, celsius, at: held.clock.now(), source: 'sensor' })
      }
    },
    fail: async (minutes: number): Promise<void> => {
      for (let at = 0; at < minutes; at++) {
        held.clock.pass(MINUTE)
        await made.take({ ok: false, fault: 'no-answer', at: held.clock.now(), source: 'sensor' })
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

describe('a refrigerator', () => {
  it('out of range for an hour is an excursion: journal record and alarm at once, ended by itself (R20)', async () => {
    const fridge = monitor()
    await fridge.feel(3, 5)
    await fridge.feel(60, 9.5)
    expect(fridge.open()).toEqual([])
    expect((await fridge.view()).state).toBe('out-of-range')
    await fridge.feel(1, 9.5)
    expect(fridge.open()).toMatchObject([
      {
        id: 'excursion-F1-hot',
        kind: 'excursion',
        level: 'alarm',
        text: { zh: expect.stringContaining('8') },
      },
    ])
    expect((await fridge.view()).state).toBe('excursion')
    expect(journaled('excursion.alarm')).toMatchObject([
      { thermometer: 'F1', side: 'hot', limit: 8, source: 'sensor' },
    ])
    await fridge.feel(1, 6)
    expect(fridge.open()).toEqual([])
    expect(journaled('excursion.ended')).toMatchObject([{ side: 'hot', max: 9.5, minutes: 61 }])
  })

  it('that is too warm for less than an hour is none', async () => {
    const fridge = monitor()
    await fridge.feel(59, 9)
    await fridge.feel(5, 7)
    expect(journaled('excursion.alarm')).toEqual([])
  })

  it('goes on with a run under way when the agent starts again', async () => {
    await monitor().feel(40, 9)
    const fridge = monitor()
    await fridge.feel(21, 9)
    expect(journaled('excursion.alarm')).toHaveLength(1)
  })

  it('does not tell an excursion twice over a restart', async () => {
    await monitor().feel(70, 9)
    const fridge = monitor()
    await fridge.feel(30, 9)
    expect(journaled('excursion.alarm')).toHaveLength(1)
    expect(fridge.open()).toHaveLength(1)
    await fridge.feel(1, 5)
    expect(journaled('excursion.ended')).toMatchObject([{ minutes: 100 }])
  })

  it('tells an excursion at once although the disk refuses it, and writes it when it can', async () => {
    const fridge = monitor()
    await fridge.feel(60, 9)
    held.journal.flush()
    held.db.run('PRAGMA query_only = ON')
    await expect(fridge.feel(1, 9)).rejects.toMatchObject({ code: 'E_DISK_READONLY' })
    expect(fridge.open()).toMatchObject([{ kind: 'excursion' }])
    expect(held.journal.read(0, 100_000).map(({ kind }) => kind)).not.toContain('excursion.alarm')
    held.db.run('PRAGMA query_only = OFF')
    await fridge.feel(1, 9)
    expect(journaled('excursion.alarm')).toHaveLength(1)
  })

  it('without a valid reading for five minutes is an alarm of its own, which the next good one ends', async () => {
    const fridge = monitor()
    await fridge.feel(2, 5)
    await fridge.fail(4)
    expect(fridge.open()).toEqual([])
    await fridge.fail(1)
    expect(fridge.open()).toMatchObject([{ id: 'no-data-F1', kind: 'no-data' }])
    expect(await fridge.view()).toMatchObject({ state: 'no-data', fault: 'no-answer', celsius: 5 })
    expect(journaled('temperature.fault')).toHaveLength(1)
    await fridge.feel(1, 5)
    expect(fridge.open()).toEqual([])
  })

  it('whose sensor dies in an excursion does not leave it open for ever', async () => {
    const fridge = monitor()
    await fridge.feel(70, 9)
    await fridge.fail(7)
    expect(journaled('excursion.ended')).toMatchObject([{ side: 'hot' }])
    expect(fridge.open()).toMatchObject([{ id: 'no-data-F1' }])
  })

  it('whose sensor has stood still for six hours is warned of until it moves; a jump is written down', async () => {
    const fridge = monitor()
    await fridge.feel(361, 5)
    expect(fridge.open()).toMatchObject([{ id: 'stuck-F1', kind: 'sensor-stuck', level: 'warning' }])
    await fridge.feel(1, 5.1)
    expect(fridge.open()).toEqual([])
    await fridge.feel(1, 14)
    expect(journaled('temperature.suspect').map(({ what }) => what)).toEqual([
      'stuck',
      'moving-again',
      'jump',
    ])
  })

  it('that was warned of as standing still is so over a restart, until it moves', async () => {
    await monitor().feel(361, 5)
    const fridge = monitor()
    await fridge.feel(10, 5)
    expect(fridge.open()).toMatchObject([{ id: 'stuck-F1' }])
    await fridge.feel(1, 5.1)
    expect(fridge.open()).toEqual([])
    expect(journaled('temperature.suspect').map(({ what }) => what)).toEqual(['stuck', 'moving-again'])
  })

  it('is recorded each thirty minutes in range and each two minutes out of it (GSP)', async () => {
    const fridge = monitor()
    await fridge.feel(121, 5)
    expect(journaled('temperature.record')).toHaveLength(5)
    await fridge.feel(21, 9)
    expect(journaled('temperature.record').length).toBeGreaterThanOrEqual(5 + 11)
  })

  it('shows its day as lowest and highest of each quarter of an hour', async () => {
    const fridge = monitor()
    await fridge.feel(60, 4)
    await fridge.feel(1, 7.5)
    held.clock.pass(1)
    const { points } = await fridge.view()
    expect(points.length).toBeGreaterThanOrEqual(4)
    expect(Math.max(...points.map(([, , max]) => max))).toBe(7.5)
  })
})

describe('a logger’s export that is played', () => {
  const synthetic = join(import.meta.dirname, '../../data/fridge-tag-synthetic.txt')

  it('is marked as replay wherever it goes, and told once over a restart', async () => {
    const interval = await replayInterval(synthetic)
    let played = 0
    await replay(synthetic, monitor('R1', interval), () => {
      played += 1
    })
    expect(played).toBeGreaterThan(100)
    const sources = () =>
      [...journaled('temperature.record'), ...journaled('excursion.alarm')].map(({ source }) => source)
    expect(new Set(sources())).toEqual(new Set(['replay']))
    const before = journaled('excursion.alarm').length
    await replay(synthetic, monitor('R1', interval), () => {})
    expect(journaled('excursion.alarm')).toHaveLength(before)
    const live = await history.buckets({
      series: 'temperature',
      site: 'heping',
      channel: 'R1',
      from: 0,
      to: Date.now() * 2,
      width: 365 * 24 * 60 * MINUTE,
    })
    expect(live).toEqual([])
  })

  it('that is damaged is refused with its line', async () => {
    const path = join(dir.path, 'broken.txt')
    await writeFile(path, 'no such logger')
    await expect(replayInterval(path)).rejects.toMatchObject({ code: expect.stringMatching(/^E_/) })
  })
})
