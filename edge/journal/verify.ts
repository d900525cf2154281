import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { YaoguiError } from '#domain/error.ts'
import type { JournalRecord } from '#domain/journal/record.ts'
import { wrapDatabase } from './database.ts'
import { type JournalRow, recordOf } from './row.ts'
import { JOURNAL_FILE } from './schema.ts'
import { type JournalReport, verifySteps } from './verifier.ts'

export type { JournalReport } from './verifier.ts'

/** Opens a journal for reading only. Errors: E_JOURNAL_ABSENT, E_JOURNAL_UNREADABLE. */
export const openForReading = (dir: string): DatabaseSync => {
  const path = join(dir, JOURNAL_FILE)
  if (!existsSync(path))
    throw new YaoguiError('E_JOURNAL_ABSENT', {
      zh: `${dir} 中没有日志（${JOURNAL_FILE}）`,
      en: `there is no journal (${JOURNAL_FILE}) in ${dir}`,
      wayOut: { zh: '请给出边缘终端的数据目录', en: 'name the data folder of an edge agent' },
    })
  try {
    const db = new DatabaseSync(path, { readOnly: true })
    db.prepare('SELECT value FROM meta').all()
    return db
  } catch (cause) {
    throw new YaoguiError('E_JOURNAL_UNREADABLE', {
      zh: `无法读取日志 ${path}`,
      en: `cannot read ${path}`,
      wayOut: {
        zh: '请勿改动该文件；复制整个数据目录，联系技术人员',
        en: 'do not touch it: copy the whole data folder and call the technician',
      },
      cause,
    })
  }
}

/** All records in order of their row, as they stand on the disk. */
export function* readRecords(db: DatabaseSync): Generator<JournalRecord> {
  for (const row of db.prepare('SELECT * FROM journal NOT INDEXED ORDER BY seq').iterate())
    yield recordOf(row as JournalRow)
}

/** Verifies the whole journal of a data folder: every hash, link and signature, no gap but those of retention, no cut tail. */
export const verifyJournal = (dir: string): JournalReport => {
  const db = openForReading(dir)
  try {
    // As it stands now: an agent that goes on writing must not look like a cut tail.
    db.exec('BEGIN')
    const steps = verifySteps(wrapDatabase(db))
    for (;;) {
      const { done, value } = steps.next()
      if (done) return value
    }
  } finally {
    db.close()
  }
}
