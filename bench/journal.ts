/**
 * What one acknowledged journal record costs (append, hash, projection, fsync), beside the disk's bare fsync in the
 * same run. `npm run bench:journal`. Figures are of this machine: a Pi with a card is slower in both columns.
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#edge/clock.ts'
import { wrapDatabase } from '#edge/journal/database.ts'
import { createJournal } from '#edge/journal/journal.ts'
import { JOURNAL_FILE, openDatabase } from '#edge/journal/schema.ts'

const ROUNDS = 2_000
const dir = mkdtempSync(join(tmpdir(), 'yaogui-bench-'))

const measure = (work: () => void): { readonly p50: number; readonly p99: number } => {
  const times = Array.from({ length: ROUNDS }, () => {
    const before = performance.now()
    work()
    return performance.now() - before
  }).sort((a, b) => a - b)
  return { p50: times[ROUNDS / 2] ?? 0, p99: times[Math.floor(ROUNDS * 0.99)] ?? 0 }
}

const fd = openSync(join(dir, 'bare'), 'w')
const page = Buffer.alloc(4096)
const db = wrapDatabase(openDatabase(join(dir, JOURNAL_FILE)))
const journal = createJournal({
  db,
  clock: systemClock(),
  clockTrusted: () => true,
  onFlushFailed: error => {
    throw error
  },
})

const rows = {
  'bare write + fsync, 4 KiB': measure(() => {
    writeSync(fd, page)
    fsyncSync(fd)
  }),
  'journal append, one record': measure(() => {
    journal.append([{ kind: 'person.login', data: { person: 'bench' } }])
  }),
}
for (const [name, { p50, p99 }] of Object.entries(rows))
  console.log(`${name.padEnd(30)} p50 ${p50.toFixed(3)} ms   p99 ${p99.toFixed(3)} ms`)

db.close()
closeSync(fd)
rmSync(dir, { recursive: true })
