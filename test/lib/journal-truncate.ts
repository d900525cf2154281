import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#edge/clock.ts'
import { openJournalFile } from '#edge/journal/open.ts'
import { JOURNAL_FILE, openDatabase } from '#edge/journal/schema.ts'
import { verifyJournal } from '#edge/journal/verify.ts'

export type TruncationReport = {
  /** Copies opened: the log cut, and the database itself cut. */
  readonly logCuts: number
  readonly fileCuts: number
  /** Byte offsets that there are in the last transactions. */
  readonly offsets: number
  readonly transactions: number
  readonly rebuilt: number
  readonly problems: readonly string[]
}

const WAL_HEADER = 32
const FRAME_HEADER = 24

/** https://sqlite.org/fileformat2.html#the_write_ahead_log: where each transaction of the present log ends. */
const commitsIn = (wal: Buffer): readonly number[] => {
  if (wal.length < WAL_HEADER) return []
  const frame = FRAME_HEADER + wal.readUInt32BE(8)
  const salt = wal.subarray(16, 24)
  const ends: number[] = []
  for (let at = WAL_HEADER; at + frame <= wal.length; at += frame) {
    // Frames of an older use of the log have another salt.
    if (!wal.subarray(at + 8, at + 16).equals(salt)) break
    if (wal.readUInt32BE(at + 4) !== 0) ends.push(at + frame)
  }
  return ends
}

/** Every offset around the places where something begins or ends, and every `stride`-th between. */
const sample = (from: number, to: number, edges: readonly number[], stride: number): readonly number[] => {
  const chosen = new Set<number>()
  for (let at = from; at <= to; at += stride) chosen.add(at)
  for (const edge of edges)
    for (let at = edge - 32; at <= edge + 32; at++) if (at >= from && at <= to) chosen.add(at)
  return [...chosen].sort((a, b) => a - b)
}

/** Opens a copy as a start after a power cut does; how far its journal goes, or what is wrong. */
const openCopy = (dir: string): { readonly head: number; readonly problem?: string } => {
  try {
    openDatabase(join(dir, JOURNAL_FILE)).close()
    const report = verifyJournal(dir)
    return report.ok
      ? { head: report.head }
      : { head: report.head, problem: `${report.fault} at ${report.firstBad}` }
  } catch (error) {
    return { head: 0, problem: String(error) }
  }
}

type Options = { readonly dataDir: string; readonly stride?: number; readonly last?: number }

/** Cuts copies of a killed agent's log at byte offsets of its last transactions, and its database at pages, and opens each. */
export const truncateCopies = ({ dataDir, stride = 61, last = 4 }: Options): TruncationReport => {
  const dir = mkdtempSync(join(tmpdir(), 'yaogui-cut-'))
  const source = join(dataDir, JOURNAL_FILE)
  const copy = join(dir, JOURNAL_FILE)
  const problems: string[] = []
  const lay = (walBytes: number): void => {
    rmSync(`${copy}-shm`, { force: true })
    copyFileSync(source, copy)
    if (existsSync(`${source}-wal`)) copyFileSync(`${source}-wal`, `${copy}-wal`)
    if (existsSync(`${copy}-wal`)) truncateSync(`${copy}-wal`, walBytes)
  }
  try {
    const wal = existsSync(`${source}-wal`) ? readFileSync(`${source}-wal`) : Buffer.alloc(0)
    const commits = commitsIn(wal)
    const ends = commits.slice(-last - 1)
    const headAt = (bytes: number): number => {
      lay(bytes)
      return openCopy(dir).head
    }
    const heads = ends.map(headAt)
    const [from = 0] = ends
    const to = ends.at(-1) ?? 0
    const frame = wal.length >= WAL_HEADER ? FRAME_HEADER + wal.readUInt32BE(8) : 1
    const edges = Array.from({ length: Math.ceil((to - from) / frame) + 1 }, (_, n) => from + n * frame)
    const cuts = to > from ? sample(from, to, edges, stride) : []
    for (const cut of cuts) {
      lay(cut)
      const { head, problem } = openCopy(dir)
      const whole = heads[ends.findLastIndex(end => end <= cut)] ?? 0
      if (problem !== undefined) problems.push(`log cut at ${cut}: ${problem}`)
      else if (head !== whole) problems.push(`log cut at ${cut}: head ${head}, committed was ${whole}`)
    }
    const file = cutFile(dir, { source, copy, problems })
    return {
      logCuts: cuts.length,
      offsets: to > from ? to - from + 1 : 0,
      transactions: Math.max(0, ends.length - 1),
      problems,
      ...file,
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

type Cut = { readonly source: string; readonly copy: string; readonly problems: string[] }

/** The database itself loses its end (a failing card): what cannot be opened is rebuilt, and nothing readable is lost. */
const cutFile = (dir: string, { source, copy, problems }: Cut): { fileCuts: number; rebuilt: number } => {
  // Everything in one file first, as after an orderly stop.
  copyFileSync(source, copy)
  if (existsSync(`${source}-wal`)) copyFileSync(`${source}-wal`, `${copy}-wal`)
  openDatabase(copy).close()
  const whole = readFileSync(copy)
  const { head: all } = openCopy(dir)
  const pages = Math.floor(whole.length / 4096)
  const cuts = Array.from(
    { length: 12 },
    (_, n) => Math.floor((pages * (n + 1)) / 13) * 4096 + (n % 3) * 1000,
  )
  let rebuilt = 0
  for (const cut of cuts) {
    for (const part of ['-wal', '-shm']) rmSync(copy + part, { force: true })
    writeFileSync(copy, whole.subarray(0, cut))
    try {
      const db = openJournalFile(dir, systemClock())
      const epoch = Number(
        (db.prepare("SELECT value FROM meta WHERE key = 'epoch'").get() as { value: string }).value,
      )
      const opened = db.prepare("SELECT data FROM journal WHERE kind = 'journal.opened'").get() as
        | { data: string }
        | undefined
      const kept = db.prepare("SELECT count(*) AS n FROM journal WHERE kind = 'journal.salvaged'").get() as {
        n: number
      }
      db.close()
      const report = verifyJournal(dir)
      if (!report.ok) problems.push(`file cut at ${cut}: ${report.fault} at ${report.firstBad}`)
      if (epoch === 1) {
        if (report.head !== all)
          problems.push(`file cut at ${cut}: opened with head ${report.head} of ${all}`)
        continue
      }
      rebuilt += 1
      const { missing } = JSON.parse(opened?.data ?? '{"missing":[]}') as { missing: [number, number][] }
      const lost = missing.reduce((sum, [a, b]) => sum + b - a + 1, 0)
      if (missing.length > 0 && kept.n + lost !== all)
        problems.push(`file cut at ${cut}: ${kept.n} salvaged, ${lost} said to be lost, of ${all}`)
    } catch (error) {
      problems.push(`file cut at ${cut}: ${String(error)}`)
    }
  }
  return { fileCuts: cuts.length, rebuilt }
}
