/**
 * A year of one-minute samples of sixteen sensors, as an agent keeps it: how long any zoom of its chart takes, beside
 * counting and reading the same range plainly; size on disk; and how fast detection runs over the year, beside merely
 * reading the array. `npm run bench:cold-chain [-- --days N]`. Figures are of this machine: a Pi is slower in all columns.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { openSqliteHistory } from '#cloud-sync/history/sqlite.ts'
import { chartWindow } from '#domain/cold-chain/chart.ts'
import { detect, initialDetectState } from '#domain/cold-chain/detect.ts'
import { defaultDetectConfig } from '#domain/cold-chain/rule.ts'
import { DAY, HOUR, MINUTE } from '#domain/time.ts'

const { values } = parseArgs({ options: { days: { type: 'string', default: '365' } } })
const DAYS = Number(values.days)
const SENSORS = 16
const POINTS = 600
const ASKED = 60
const START = Date.parse('2026-01-01T00:00:00+08:00')
const limits = { low: 2, high: 8 }
const key = (sensor: number) => ({ series: 'temperature', site: 'bench', channel: `F${sensor}` })

/** A refrigerator that cycles, warms at noon and is left open now and then: some two hours in a hundred are out. */
const celsius = (minute: number, sensor: number): number => {
  const cycle = 5 + 1.5 * Math.sin(minute / 7 + sensor) + Math.sin(minute / 230)
  const open = (minute + sensor * 977) % 6_000 < 120 ? 4 : 0
  return Math.round((cycle + open) * 100) / 100
}

const dir = mkdtempSync(join(tmpdir(), 'yaogui-bench-'))
const path = join(dir, 'history.sqlite')
const history = await openSqliteHistory({ path })
const plain = new DatabaseSync(path)
const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1)

const began = performance.now()
const minutes = DAYS * 1440
// The first question makes the channel's rollups; from then on they grow with what is written.
for (let sensor = 1; sensor <= SENSORS; sensor += 1) {
  await history.write([{ ...key(sensor), at: START, value: celsius(0, sensor) }])
  await history.chart({ ...key(sensor), ...limits, from: START, to: START + DAY, width: HOUR })
}
for (let from = 0; from < minutes; from += 1440)
  for (let sensor = 1; sensor <= SENSORS; sensor += 1)
    await history.write(
      Array.from({ length: Math.min(1440, minutes - from) }, (_, index) => ({
        ...key(sensor),
        at: START + (from + index) * MINUTE,
        value: celsius(from + index, sensor),
      })),
    )
plain.exec('PRAGMA wal_checkpoint(TRUNCATE)')
const model = cpus()[0]?.model ?? 'unknown'
console.log(`${model}, ${cpus().length} cores, Node ${process.version}`)
console.log(`${(minutes * SENSORS).toLocaleString('en')} samples of ${SENSORS} sensors, ${DAYS} days`)
console.log(`written with their rollups in ${seconds(began)} s`)
const rows = Number(plain.prepare('SELECT count(*) AS n FROM slot').get()?.n)
console.log(`on disk ${(statSync(path).size / 1e6).toFixed(0)} MB, rollups among them ${rows} rows\n`)

const where = `series = 'temperature' AND site = 'bench' AND channel = ? AND at >= ? AND at < ?`
const count = plain.prepare(`SELECT count(*) AS n FROM point WHERE ${where}`)
const read = plain.prepare(`SELECT at, value FROM point WHERE ${where} ORDER BY at`)

const spread = (times: number[]): string => {
  times.sort((a, b) => a - b)
  const at = (share: number) => (times[Math.ceil(times.length * share) - 1] ?? 0).toFixed(1).padStart(7)
  return `${at(0.5)} ${at(0.95)}`
}
const timed = async (times: number[], work: () => unknown): Promise<void> => {
  const before = performance.now()
  await work()
  times.push(performance.now() - before)
}

console.log('zoom        chart p50  p95   count p50  p95    read p50  p95   ms')
const ZOOMS = {
  hour: HOUR,
  day: DAY,
  '2 days': 2 * DAY,
  week: 7 * DAY,
  month: 30 * DAY,
  quarter: 91 * DAY,
  year: 365 * DAY,
}
for (const [name, span] of Object.entries(ZOOMS)) {
  const charts: number[] = []
  const counts: number[] = []
  const reads: number[] = []
  for (let one = 0; one < ASKED; one += 1) {
    const sensor = 1 + (one % SENSORS)
    const room = Math.max(0, DAYS * DAY - span)
    const from = START + Math.floor((room * ((one * 37) % ASKED)) / ASKED)
    const window = chartWindow({ from, to: from + span, points: POINTS })
    await timed(charts, () => history.chart({ ...key(sensor), ...limits, ...window }))
    const range = [key(sensor).channel, BigInt(from), BigInt(from + span)] as const
    await timed(counts, () => count.get(...range))
    if (one < 10) await timed(reads, () => read.all(...range))
  }
  console.log(`${name.padEnd(10)} ${spread(charts)}   ${spread(counts)}   ${spread(reads)}`)
}
await history.close()
plain.close()
rmSync(dir, { recursive: true })

const year = Array.from({ length: 525_600 }, (_, minute) => ({
  at: START + minute * MINUTE,
  celsius: celsius(minute, 1),
}))
const rate = (work: () => unknown): string => {
  work()
  const before = performance.now()
  for (let round = 0; round < 10; round += 1) work()
  return ((10 * year.length) / (performance.now() - before) / 1000).toFixed(1)
}
const config = defaultDetectConfig(MINUTE)
let alarms = 0
const detecting = rate(() => {
  let state = initialDetectState
  for (const reading of year) {
    const next = detect(state, reading, config)
    state = next.state
    alarms += next.events.length
  }
})
let sum = 0
const reading = rate(() => {
  for (const { at, celsius: value } of year) sum += value + (at & 1)
})
console.log(
  `\ndetection ${detecting} million samples/s (${alarms / 11} events a year), merely reading the array ${reading} (${sum > 0})`,
)
