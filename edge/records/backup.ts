/**
 * A daily copy of the journal in a second place. Invariants: a copy under its own name is whole, was read back and
 * verified; it appears in one step or not at all; older ones go only after a new one stands.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { YaoguiError } from '#domain/error.ts'
import { wrapDatabase } from '../journal/database.ts'
import { JOURNAL_FILE } from '../journal/schema.ts'
import { type JournalReport, verifySteps } from '../journal/verifier.ts'

/** `journal-2026-11-22-1-4711.db`: day of the copy, epoch, last sequence number. */
const NAME = /^journal-(\d{4}-\d{2}-\d{2})-(\d+)-(\d+)\.db$/
/** Pages copied in one step on SQLite's own thread. */
const PAGES = 500

export type Made = {
  readonly file: string
  readonly bytes: number
  readonly head: number
  readonly epoch: number
}

const syncPath = (path: string): void => {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** As `yaogui journal verify`, with SQLite's own check before, a few milliseconds at a time. */
const verifyCopy = async (path: string): Promise<JournalReport> => {
  const db = new DatabaseSync(path)
  try {
    const { quick_check } = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
    // One file without a log beside it: what is carried to another machine is all there is.
    db.exec('PRAGMA journal_mode = DELETE')
    const steps = verifySteps(wrapDatabase(db))
    let step = steps.next()
    for (; !step.done; step = steps.next()) await nextTurn()
    const report = step.value
    if (quick_check === 'ok' && report.ok) return report
    throw new YaoguiError('E_BACKUP_DAMAGED', {
      zh: `备份核验不符（${quick_check === 'ok' ? `${report.fault} #${report.firstBad}` : quick_check}）`,
      en: 'the copy does not verify',
      wayOut: {
        zh: '请核验日志：yaogui journal verify',
        en: 'verify the journal itself: `yaogui journal verify`',
      },
    })
  } finally {
    db.close()
  }
}

/** Copies the journal as it stands now; a busy agent does not make it begin again. */
const copy = async (from: string, to: string): Promise<void> => {
  const source = new DatabaseSync(from, { readOnly: true })
  try {
    // One snapshot for the whole copy: without it each write of the agent would restart it.
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM meta').get()
    await backup(source, to, { rate: PAGES })
  } finally {
    source.close()
  }
}

/** Newest first. */
const listBackups = (dir: string): readonly string[] =>
  readdirSync(dir)
    .map(name => NAME.exec(name))
    .filter(found => found !== null)
    .sort((a, b) => Number(b[2]) - Number(a[2]) || Number(b[3]) - Number(a[3]) || (a[0] < b[0] ? 1 : -1))
    .map(([name]) => name)

type Options = {
  readonly dataDir: string
  /** Relative: within the data folder. */
  readonly dir: string
  readonly keep: number
  /** `YYYY-MM-DD` for the name. */
  readonly day: string
}

/** Makes one verified copy and drops what is beyond `keep`. Errors: E_BACKUP_DAMAGED, and those of disk and SQLite. */
export const makeBackup = async ({ dataDir, dir, keep, day }: Options): Promise<Made> => {
  const place = resolve(dataDir, dir)
  mkdirSync(place, { recursive: true, mode: 0o700 })
  const unfinished = join(place, 'journal.part')
  const parts = ['', '-wal', '-shm', '-journal'].map(part => unfinished + part)
  for (const part of parts) rmSync(part, { force: true })
  try {
    await copy(join(dataDir, JOURNAL_FILE), unfinished)
    const { head, epoch } = await verifyCopy(unfinished)
    syncPath(unfinished)
    const file = `journal-${day}-${epoch ?? 0}-${head}.db`
    renameSync(unfinished, join(place, file))
    syncPath(place)
    for (const old of listBackups(place).slice(keep)) rmSync(join(place, old))
    return { file, bytes: statSync(join(place, file)).size, head, epoch: epoch ?? 0 }
  } finally {
    for (const part of parts) rmSync(part, { force: true })
  }
}
