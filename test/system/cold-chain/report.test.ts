import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openHistory } from '#cloud-sync/history/open.ts'
import { MINUTE } from '#domain/time.ts'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { createMonitor } from '#edge/cold-chain/monitor.ts'
import { examplePlan } from '#hardware/plan-example.ts'
import { yaogui } from '#test/lib/edge-cli.ts'
import { temporaryDir } from '#test/lib/edge-journal.ts'
import { openDays } from '#test/lib/journal-days.ts'
import { readPdf } from '#test/lib/pdf-text.ts'

/** A data folder as an agent leaves it: a warm hour on 22 November, and the day closed. */
const writeFolder = async (dir: string): Promise<void> => {
  const held = openDays(dir)
  const history = await openHistory({ dataDir: dir })
  held.closings.closeDays()
  const point = { id: 'F1', name: '1号冰箱', low: 2, high: 8, intervalMs: MINUTE }
  const alarms = createAlarms(held)
  const { take } = createMonitor({ ...held, ...point, alarms, history, site: 'heping', onReading: () => {} })
  for (let minute = 0; minute < 200; minute++) {
    held.clock.pass(MINUTE)
    await take({ ok: true, celsius: minute < 65 ? 9.5 : 5, at: held.clock.now(), source: 'sensor' })
  }
  held.clock.pass(24 * 60 * MINUTE)
  held.closings.closeDays()
  await history.close()
  held.close()
  const centre = { url: 'mqtt://127.0.0.1:1', secret: 'not-used-here', issuer: 'i', keys: [{}] }
  const config = { version: 1, county: 'yunxi', site: 'heping', name: '和平镇卫生院药房', centre }
  const ports = { http: { port: 0 }, mqtt: { port: 0 } }
  writeFileSync(join(dir, 'agent.json'), JSON.stringify({ ...config, ...ports }))
  writeFileSync(join(dir, 'cabinet.json'), JSON.stringify(examplePlan()))
}

describe('`yaogui coldchain report`', () => {
  let dir: ReturnType<typeof temporaryDir>
  beforeAll(async () => {
    dir = temporaryDir()
    await writeFolder(dir.path)
  })
  afterAll(() => dir.remove())
  const run = (...args: readonly string[]) => yaogui(['coldchain', 'report', '--data', dir.path, ...args])

  it('writes a day as a page to print', async () => {
    const out = join(dir.path, 'F1.pdf')
    const made = await run('--thermometer', 'F1', '--day', '2026-11-22', '--out', out)
    expect(made).toMatchObject({ code: 0, out: expect.stringContaining('已日结') })
    expect(readPdf(readFileSync(out)).text.replaceAll(' ', '')).toContain('冷藏温度日记录')
  })

  it('writes a month as CSV that `judge` reads and judges as the agent did', async () => {
    const out = join(dir.path, 'F1.csv')
    expect(await run('--thermometer', 'F1', '--month', '2026-11', '--out', out)).toMatchObject({ code: 0 })
    const judged = await yaogui(['coldchain', 'judge', out, '--json'])
    expect(JSON.parse(judged.out)).toMatchObject({ min: 5, max: 9.5, excursions: [{ side: 'hot' }] })
  })

  it('refuses a thermometer that is not there, and a period that is none, with exit code 2', async () => {
    expect(await run('--thermometer', 'F9', '--day', '2026-11-22')).toMatchObject({ code: 2 })
    expect(await run('--thermometer', 'F1')).toMatchObject({ code: 2 })
  })
})
