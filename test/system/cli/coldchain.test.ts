import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseFridgeTag } from '#domain/cold-chain/fridge-tag.ts'
import { yaogui } from '#test/lib/edge-cli.ts'
import { sharedLoggerFile } from '#test/lib/edge-shared.ts'

const MINUTE = 60_000

type Judged = {
  readonly readings: number
  readonly gaps: number
  readonly mkt: number
  readonly days: readonly { date: string; side: 'cold' | 'hot'; minutesOut: number; alarmAt: string | null }[]
}

const csv = (...rows: readonly string[]): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'yaogui-judge-')), 'logger.csv')
  writeFileSync(path, `at,celsius\n${rows.join('\n')}\n`)
  return path
}

const judged = (...args: readonly string[]) => yaogui(['coldchain', 'judge', ...args])

describe('yaogui coldchain judge', () => {
  it("agrees with the logger's own answers: 76 of 76 days and sides, alarm within 5 minutes, minutes within 8", async () => {
    const run = await judged(sharedLoggerFile(), '--json')
    expect(run.code).toBe(0)
    const verdict: Judged = JSON.parse(run.out)
    expect(verdict).toMatchObject({ readings: 10_653, gaps: 1 })
    const device = parseFridgeTag(readFileSync(sharedLoggerFile(), 'utf8')).days.flatMap(
      ({ date, cold, hot }) => [
        { date, side: 'cold' as const, ...cold },
        { date, side: 'hot' as const, ...hot },
      ],
    )
    expect(verdict.days.map(({ date, side }) => `${date} ${side}`)).toEqual(
      device.map(({ date, side }) => `${date} ${side}`),
    )
    const alarms = verdict.days.map(({ alarmAt }) => (alarmAt === null ? null : Date.parse(alarmAt)))
    expect(alarms.map(at => at !== null)).toEqual(device.map(({ alarmAt }) => alarmAt !== undefined))
    const apart = alarms.map((at, index) => Math.abs((at ?? 0) - (device[index]?.alarmAt ?? 0)) / MINUTE)
    expect(Math.max(...apart)).toBeLessThanOrEqual(5)
    const minutes = verdict.days.map(({ minutesOut }, index) =>
      Math.abs(minutesOut - (device[index]?.accMinutes ?? 0)),
    )
    expect(Math.max(...minutes)).toBeLessThanOrEqual(8)
  })

  it('gives the known mean kinetic temperature', async () => {
    const rows = [19.8, 20.2, 20.6, 21, 21.3, 21.5].map((value, n) => `2026-01-01T00:0${n}:00Z,${value}`)
    const run = await judged(csv(...rows), '--json', '--mkt-dh', '83.14472')
    expect(JSON.parse(run.out).mkt).toBeCloseTo(20.752780387897474, 9)
  })

  it('judges by the limits, the minutes, the mode and the strictness it is told', async () => {
    const row = (minute: number, celsius: number) =>
      `${new Date(Date.parse('2026-01-01T08:00:00+08:00') + minute * MINUTE).toISOString()},${celsius}`
    const runs = [8, 8, 8, 5, 8, 8, 8, 5].map((celsius, n) => row(n * 10, celsius))
    const alarms = async (...options: readonly string[]) => {
      const { code, out } = await judged(csv(...runs), '--json', ...options)
      expect(code).toBe(0)
      const verdict = JSON.parse(out) as { excursions: { alarmAt: string }[]; mkt: number | null }
      const minutes = verdict.excursions.map(({ alarmAt }) => alarmAt.slice(11, 16))
      return [minutes, verdict.mkt === null] as const
    }
    expect(await alarms('--minutes', '20')).toEqual([[], false])
    expect(await alarms('--minutes', '20', '--strict', 'false')).toEqual([['00:20', '01:00'], false])
    expect(await alarms('--minutes', '40', '--high', '7.9', '--mode', 'consecutive')).toEqual([[], false])
    expect(await alarms('--minutes', '40', '--high', '7.9', '--mode', 'cumulative')).toEqual([
      ['00:50'],
      false,
    ])
    // MKT says nothing of frozen goods.
    expect(await alarms('--low', '-25', '--high', '-15', '--minutes', '60')).toEqual([['01:00'], true])
  })

  it('prints a table for people', async () => {
    const run = await judged(sharedLoggerFile())
    expect(run.out).toContain('超温事件 excursions  23')
    expect(run.out).toContain('2022-05-02 04:44 → 2022-05-02 10:36')
  })

  it.each([
    ['a file that is not there', ['missing.csv'], 'E_USAGE_FILE'],
    ['a row that cannot be read', [csv('2026-01-01T00:00:00Z,warm')], 'E_CSV_ROW'],
    ['limits the wrong way round', [csv('2026-01-01T00:00:00Z,5'), '--low', '9'], 'E_USAGE'],
    ['an unknown mode', [csv('2026-01-01T00:00:00Z,5'), '--mode', 'mean'], 'E_USAGE'],
  ])('refuses %s with a code and exit 2', async (_, args, code) => {
    const run = await judged(...args)
    expect(run.code).toBe(2)
    expect(run.err).toContain(code)
    expect(run.out).toBe('')
  })
})
