import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { YaoguiError } from '#domain/error.ts'
import type { EdgeClock } from '../clock.ts'
import { lockFolder } from '../folder-lock.ts'
import { wrapDatabase } from '../journal/database.ts'
import { endSalvage, lastWritten, setAside } from '../journal/files.ts'
import { getMeta } from '../journal/meta.ts'
import { rebuildJournal } from '../journal/rebuild.ts'
import { JOURNAL_FILE, openDatabase } from '../journal/schema.ts'
import { type JournalReport, verifySteps } from '../journal/verifier.ts'

type Standing = { readonly epoch: number; readonly head: number }

const newer = (path: string, { epoch, head }: Standing): YaoguiError =>
  new YaoguiError('E_RESTORE_NEWER', {
    zh: `${path} 里的日志不比备份旧（第 ${epoch} 纪元，序号 ${head}），没有改动任何文件`,
    en: `the journal in ${path} is not older than the backup (epoch ${epoch}, seq ${head}); nothing was touched`,
    wayOut: {
      zh: '现有日志完好时不需要恢复；确要恢复，请先把 journal.db 移到别处保存',
      en: 'nothing needs restoring; if it must be, move journal.db elsewhere first and keep it',
    },
  })

const damaged = (path: string, report?: JournalReport): YaoguiError =>
  new YaoguiError('E_RESTORE_DAMAGED', {
    zh: `备份 ${path} 核验不符${report ? `（${report.fault} #${report.firstBad}）` : ''}，没有改动任何文件`,
    en: `the backup ${path} does not verify; nothing was touched`,
    wayOut: { zh: '请换一份更早的备份', en: 'take an older backup' },
  })

/** Every hash, link and signature of the backup, before anything is touched. Errors: E_RESTORE_DAMAGED. */
const verified = (path: string): Standing => {
  let report: JournalReport | undefined
  try {
    const db = new DatabaseSync(path, { readOnly: true })
    try {
      const steps = verifySteps(wrapDatabase(db))
      let step = steps.next()
      while (!step.done) step = steps.next()
      report = step.value
    } finally {
      db.close()
    }
  } catch {
    throw damaged(path)
  }
  if (!report.ok || report.epoch === null) throw damaged(path, report)
  return { epoch: report.epoch, head: report.head }
}

/** What the journal that is there says of itself; undefined when it says nothing any more. */
const standingOf = (path: string): Standing | undefined => {
  if (!existsSync(path)) return undefined
  try {
    const db = new DatabaseSync(path, { readOnly: true })
    try {
      const { quick_check } = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
      if (quick_check !== 'ok') return undefined
      const held = wrapDatabase(db)
      const { seq: head } = JSON.parse(getMeta(held, 'head') ?? '{"seq":0}') as { seq: number }
      return { epoch: Number(getMeta(held, 'epoch') ?? 1), head }
    } finally {
      db.close()
    }
  } catch {
    return undefined
  }
}

export type Restored = {
  readonly epoch: number
  readonly from: Standing
  /** Where the journal that was there went; null when there was none. */
  readonly aside: string | null
}

const putBack = ({ backup, dataDir, clock }: RestoreOptions, from: Standing): Restored => {
  const path = join(dataDir, JOURNAL_FILE)
  const standing = standingOf(path)
  const isOlder = standing && (standing.epoch - from.epoch || standing.head - from.head) < 0
  if (standing && !isOlder) throw newer(dataDir, standing)
  const written = Math.max(lastWritten(path), statSync(backup).mtimeMs)
  const now = clock.now().getTime()
  // Epochs count up from 1, so the seconds since 1970 are later than any the centre has seen.
  const leastEpoch = Math.max(Math.floor(Math.max(now, written) / 1_000), (standing?.epoch ?? 0) + 1)
  const aside = existsSync(path) ? setAside(path, clock.now()) : null
  const copy = join(dataDir, `${basename(backup)}.restoring`)
  copyFileSync(backup, copy)
  try {
    rebuildJournal({ path, aside: copy, clock, written, restored: { leastEpoch } })
  } finally {
    for (const part of ['', '-wal', '-shm', '.records.jsonl']) rmSync(copy + part, { force: true })
  }
  openDatabase(path).close()
  endSalvage(path)
  return { epoch: leastEpoch, from, aside }
}

export type RestoreOptions = {
  readonly backup: string
  readonly dataDir: string
  readonly clock: EdgeClock
}

/**
 * Makes a journal of a new epoch from a backup: no number that the centre has seen is used again. Every drawer has to be
 * counted, and what waited to be dispensed is for a person to look at, for nobody knows what happened after the backup.
 * What was there is set aside, never deleted. Errors: E_AGENT_RUNNING, E_RESTORE_NEWER, E_RESTORE_DAMAGED, E_DISK_*.
 */
export const restoreJournal = (options: RestoreOptions): Restored => {
  const { backup, dataDir } = options
  const unlock = lockFolder(dataDir)
  try {
    return putBack(options, verified(backup))
  } finally {
    unlock()
  }
}
