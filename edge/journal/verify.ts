import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { YaoguiError } from '#domain/error.ts'
import { findChainFault, GENESIS, type JournalRecord } from '#domain/journal/record.ts'
import { recordOf } from './journal.ts'
import { JOURNAL_FILE } from './schema.ts'

export type JournalReport = {
  readonly ok: boolean
  readonly epoch: number | null
  readonly events: number
  readonly head: number
  /** First sequence number that is not as it was written, and what is wrong there. */
  readonly firstBad: number | null
  readonly fault: 'gap' | 'broken-link' | 'changed' | 'cut-tail' | 'unreadable' | null
}

type Row = Parameters<typeof recordOf>[0]

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
    yield recordOf(row as Row)
}

const verifyChain = (db: DatabaseSync): JournalReport => {
  const metaRow = (key: string) =>
    (db.prepare('SELECT value FROM meta WHERE key = ?').get(key) as { value: string } | undefined)?.value
  const epoch = Number(metaRow('epoch') ?? 1)
  const head = JSON.parse(metaRow('head') ?? `{"seq":0,"hash":"${GENESIS}"}`) as { seq: number; hash: string }
  let events = 0
  let last: { seq: number; hash: string } = { seq: 0, hash: GENESIS }
  const counted = (function* () {
    for (const record of readRecords(db)) {
      events += 1
      last = { seq: record.seq, hash: record.hash }
      // A record of another epoch has no place in this file.
      yield record.epoch === epoch ? record : { ...record, hash: '' }
    }
  })()
  const fault = findChainFault(counted)
  const base = { epoch, events, head: last.seq }
  if (fault) return { ...base, ok: false, firstBad: fault.seq, fault: fault.fault }
  if (head.seq > last.seq) return { ...base, ok: false, firstBad: last.seq + 1, fault: 'cut-tail' }
  if (head.seq < last.seq) return { ...base, ok: false, firstBad: head.seq + 1, fault: 'broken-link' }
  if (head.hash !== last.hash) return { ...base, ok: false, firstBad: last.seq, fault: 'broken-link' }
  return { ...base, ok: true, firstBad: null, fault: null }
}

/** Verifies the whole journal of a data folder: every hash, every link, no gap, no cut tail. */
export const verifyJournal = (dir: string): JournalReport => {
  const db = openForReading(dir)
  try {
    return verifyChain(db)
  } catch {
    const readable = countReadable(db)
    return {
      ok: false,
      epoch: null,
      events: readable,
      head: readable,
      firstBad: readable + 1,
      fault: 'unreadable',
    }
  } finally {
    db.close()
  }
}

/** How far the file can be read before SQLite itself gives up. */
const countReadable = (db: DatabaseSync): number => {
  let last = 0
  try {
    for (const record of readRecords(db)) last = record.seq
  } catch {
    // The file ends here; `last` says how far it was good.
  }
  return last
}
