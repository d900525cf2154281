/**
 * A year of one site's official records at the centre: how long any zoom of the console's chart takes, and what happened
 * beside it, in the embedded database. Beside it: merely counting the same records. `npm run bench:cold-centre`.
 * `--usual` in range all year (a record each 30 minutes); else a bad one: a tenth of the time out (each 2 minutes).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from '#central/db/open.ts'
import { coldEvents } from '#central/monitoring/cold-events.ts'
import { coldSeries } from '#central/monitoring/cold-series.ts'
import { SUBJECTS } from '#central/monitoring/marks.ts'
import { DAY, HOUR, MINUTE } from '#domain/time.ts'

const { values } = parseArgs({ options: { usual: { type: 'boolean', default: false } } })
const START = Date.parse('2026-01-01T00:00:00+08:00')
const END = START + 365 * DAY
const POINTS = 600
const ASKED = 30
const OPENINGS_A_DAY = 40
const place = { site: 's001', thermometer: 'F1' }

const dataDir = mkdtempSync(join(tmpdir(), 'yaogui-bench-'))
const { db, close } = await openDatabase({ dataDir })

const records: { at_ms: number; celsius: number }[] = []
for (let at = START; at < END; ) {
  const out = !values.usual && at % DAY < 2.4 * HOUR
  records.push({ at_ms: at, celsius: out ? 9.5 : 4 + Math.round(200 * Math.sin(at / HOUR)) / 100 })
  at += out ? 2 * MINUTE : 30 * MINUTE
}
const marks = Array.from({ length: 365 * OPENINGS_A_DAY }, (_, index) => {
  const at = START + (index * DAY) / OPENINGS_A_DAY
  const mark = { site: place.site, subject: SUBJECTS.drawer(`D0${1 + (index % 4)}`), said: '' }
  return [
    { ...mark, at_ms: at, what: 'on' },
    { ...mark, at_ms: at + 40_000, what: 'off' },
  ]
}).flat()
const inParts = async <T>(rows: readonly T[], insert: (part: readonly T[]) => Promise<unknown>) => {
  for (let from = 0; from < rows.length; from += 2_000) await insert(rows.slice(from, from + 2_000))
}
await inParts(records, part =>
  db
    .insertInto('temperatures')
    .values(part.map(one => ({ ...place, ...one, source: 'sensor', low: 2, high: 8 })))
    .execute(),
)
await inParts(marks, part =>
  db
    .insertInto('cold_marks')
    .values([...part])
    .execute(),
)
const drawers = ['D01', 'D02', 'D03', 'D04']
await db
  .insertInto('site_status')
  .values({
    ...{ site: place.site, online: true, live_at: null, seen_at: null },
    thermometers: JSON.stringify([{ id: 'F1', name: '1号冰箱', low: 2, high: 8, drawers }]),
  })
  .execute()

const spread = (times: number[]): string => {
  times.sort((a, b) => a - b)
  const at = (share: number) => (times[Math.ceil(times.length * share) - 1] ?? 0).toFixed(1).padStart(7)
  return `${at(0.5)} ${at(0.95)}`
}
const timed = async (times: number[], work: () => Promise<unknown>): Promise<void> => {
  const before = performance.now()
  await work()
  times.push(performance.now() - before)
}

console.log(`${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}`)
console.log(`${records.length.toLocaleString('en')} records, ${marks.length.toLocaleString('en')} doors\n`)
console.log('zoom       series p50  p95   events p50  p95    count p50  p95   ms')
const ZOOMS = { hour: HOUR, day: DAY, week: 7 * DAY, month: 30 * DAY, quarter: 91 * DAY, year: 365 * DAY }
for (const [name, span] of Object.entries(ZOOMS)) {
  const [series, events, counts]: [number[], number[], number[]] = [[], [], []]
  for (let one = 0; one < ASKED; one += 1) {
    const from = START + Math.floor((Math.max(0, 365 * DAY - span) * ((one * 37) % ASKED)) / ASKED)
    const window = { ...place, from, to: from + span }
    await timed(series, () => coldSeries(db, { ...window, now: END, points: POINTS }))
    await timed(events, () => coldEvents(db, window))
    await timed(counts, () =>
      db
        .selectFrom('temperatures')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('site', '=', place.site)
        .where('thermometer', '=', place.thermometer)
        .where('at_ms', '>=', from)
        .where('at_ms', '<', from + span)
        .execute(),
    )
  }
  console.log(`${name.padEnd(10)} ${spread(series)}   ${spread(events)}   ${spread(counts)}`)
}
await close()
rmSync(dataDir, { recursive: true })
