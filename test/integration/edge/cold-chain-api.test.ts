import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openHistory } from '#cloud-sync/history/open.ts'
import { DAY, HOUR, MINUTE } from '#domain/time.ts'
import type { RunningEdge } from '#edge/main.ts'
import { type Ask, asker, logIn, openTownship, type Township } from '#test/lib/edge-township.ts'

const iso = (ms: number): string => new Date(ms).toISOString()
/** Whole minutes ago, so that the samples lie in whole buckets. */
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE

let town: Township
let edge: RunningEdge
let ask: Ask
beforeAll(async () => {
  town = await openTownship()
  const key = { series: 'temperature', site: 'heping', channel: 'F1' }
  const history = await openHistory({ dataDir: town.dataDir })
  // Three days, up to an hour ago; two hours too warm the day before yesterday.
  const warm = (at: number) => at >= NOW - 50 * HOUR && at < NOW - 48 * HOUR
  const minutes = Array.from({ length: 71 * 60 }, (_, index) => NOW - 72 * HOUR + index * MINUTE)
  await history.write(minutes.map(at => ({ ...key, at, value: warm(at) ? 9.5 : 5 })))
  await history.close()
  const plan = JSON.parse(await readFile(join(town.dataDir, 'cabinet.json'), 'utf8')) as { drawers: object[] }
  plan.drawers = plan.drawers.map((drawer, at) => (at === 0 ? { ...drawer, cold: 'F1' } : drawer))
  await writeFile(join(town.dataDir, 'cabinet.json'), JSON.stringify(plan))
  edge = await town.start()
  ask = await logIn(edge)
})
afterAll(() => town.close())

const window = (from: number, to: number) => `from=${iso(from)}&to=${iso(to)}`

describe('the chart of a thermometer', () => {
  it('answers with columns of buckets: extremes, minutes over and under, coverage, and what all of it says', async () => {
    const { status, body } = await ask(
      `/api/cold-chain/F1/series?${window(NOW - 3 * DAY, NOW - HOUR)}&points=200`,
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({ thermometer: 'F1', low: 2, high: 8, width: 1_800 })
    const columns = body.columns as Record<string, (number | null)[]>
    const lengths = Object.values(columns).map(column => column.length)
    expect(new Set(lengths).size).toBe(1)
    expect(lengths[0]).toBeGreaterThan(140)
    expect(body.summary).toMatchObject({ min: 5, max: 9.5, minutesOver: 120, minutesUnder: 0 })
    expect((columns.over ?? []).reduce((sum: number, one) => sum + (one ?? 0), 0)).toBe(120)
  })

  it('says of a time nobody measured that nothing is known of it', async () => {
    const { body } = await ask(`/api/cold-chain/F1/series?${window(NOW - 300 * DAY, NOW - 299 * DAY)}`)
    expect(body.summary).toMatchObject({ min: null, max: null, coverage: 0 })
    const { min } = body.columns as Record<string, (number | null)[]>
    expect((min ?? []).every(value => value === null)).toBe(true)
  })

  it('has what happened on the same time line: an opening of a drawer it watches, the mains, an excursion', async () => {
    const { journal } = edge.agent
    const door = { session: 's1', operation: 'count', drawer: 'D01' } as const
    journal.append([
      { kind: 'unlock.opened', data: door },
      { kind: 'unlock.opened', data: { ...door, drawer: 'D02' } },
      { kind: 'drawer.closed', data: { ...door, beforeGrams: null, afterGrams: null } },
      { kind: 'mains.changed', data: { state: 'absent' } },
    ])
    const { body } = await ask(`/api/cold-chain/F1/events?${window(NOW - HOUR, Date.now() + HOUR)}`)
    const events = body as unknown as { what: string; end: string | null; text: { zh: string } }[]
    expect(events.map(({ what }) => what)).toEqual(['door', 'mains'])
    expect(events[0]).toMatchObject({ end: expect.any(String), text: { zh: '抽屉 D01 打开' } })
    expect(events[1]).toMatchObject({ end: null, text: { zh: '停电' } })
  })

  it('finds them by an index, however long the journal is', () => {
    const asked = edge.agent.db.statements().filter(sql => sql.includes('temperature.suspect'))
    expect(asked.length).toBeGreaterThan(0)
    for (const sql of asked) {
      const plan = edge.agent.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      expect(plan.map(({ detail }) => detail)).toEqual([
        expect.stringContaining('USING INDEX journal_cold (kind=? AND at>? AND at<?)'),
      ])
    }
  })

  it('refuses a stranger, an unknown thermometer, and a window that is none', async () => {
    const path = `/api/cold-chain/F1/series?${window(NOW - DAY, NOW)}`
    expect((await asker(edge.url)(path)).status).toBe(401)
    expect((await ask(path.replace('F1', 'F9'))).body.code).toBe('E_THERMOMETER_UNKNOWN')
    expect((await ask(`/api/cold-chain/F1/series?${window(NOW, NOW - DAY)}`)).body.code).toBe('E_WINDOW')
    expect((await ask('/api/cold-chain/F1/events?from=yesterday..&to=2026-11-22')).body.code).toBe('E_WINDOW')
  })
})

describe('the record to print', () => {
  const day = iso(NOW - 2 * DAY + 8 * HOUR).slice(0, 10)

  it('comes as PDF, CSV or JSON', async () => {
    const { body } = await ask(`/api/cold-chain/F1/report?day=${day}&format=json`)
    expect(body).toMatchObject({ thermometer: 'F1', period: day, siteName: '和平镇卫生院药房' })
    const token = (
      (await asker(edge.url)('/api/login', { person: 'wang', pin: '739154' })).body as { token: string }
    ).token
    const headers = { authorization: `Bearer ${token}` }
    const pdf = await fetch(`${edge.url}/api/cold-chain/F1/report?day=${day}`, { headers })
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
    const csv = await fetch(`${edge.url}/api/cold-chain/F1/report?month=${day.slice(0, 7)}&format=csv`, {
      headers,
    })
    expect(csv.headers.get('content-disposition')).toContain(`heping-F1-${day.slice(0, 7)}.csv`)
    expect(Buffer.from(await csv.arrayBuffer()).toString()).toMatch(/^\uFEFFat,celsius\r\n/)
    ask = asker(edge.url, token)
  })

  it('of no day is refused', async () => {
    expect((await ask('/api/cold-chain/F1/report?format=json')).body.code).toBe('E_REPORT_PERIOD')
    expect((await ask('/api/cold-chain/F1/report?day=2026-02-30')).body.code).toBe('E_REPORT_PERIOD')
  })
})
