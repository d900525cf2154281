import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import {
  checkBuckets,
  checkPoints,
  checkRange,
  type History,
  type HistoryBucket,
  HistoryError,
  type HistoryPoint,
  type HistoryRange,
  type HistorySample,
} from './port.ts'
import { createRollups, ROLLUPS } from './rollups.ts'

const VERSION = 2

// The key is the table: points of one channel lie together and in order, and there is no second index to write.
const SCHEMA = `
  CREATE TABLE point (
    series  TEXT    NOT NULL,
    site    TEXT    NOT NULL,
    channel TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    value   REAL    NOT NULL,
    PRIMARY KEY (series, site, channel, at)
  ) STRICT, WITHOUT ROWID;`

const WHERE = 'series = :series AND site = :site AND channel = :channel AND at >= :from AND at < :to'

const inTransaction = (db: DatabaseSync, work: () => void): void => {
  db.exec('BEGIN IMMEDIATE')
  try {
    work()
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

const prepareFile = (db: DatabaseSync, path: string): void => {
  db.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
  inTransaction(db, () => {
    const found = db.prepare('PRAGMA user_version').get()?.user_version
    if (found === 0) db.exec(SCHEMA)
    if (found === 0 || found === 1) db.exec(`${ROLLUPS} PRAGMA user_version = ${VERSION};`)
    else if (found !== VERSION) {
      throw new HistoryError(
        'E_HISTORY_UNREADABLE',
        `${path}: 版本 / version ${found}, 应为 / expected ${VERSION}`,
      )
    }
  })
}

/** SQLite's BUSY, LOCKED, IOERR and FULL may pass; whatever else it says, it says of the file. */
const PASSING: readonly number[] = [5, 6, 10, 13]

const asHistoryError = (path: string, error: unknown): HistoryError => {
  if (error instanceof HistoryError) return error
  // The low byte is the plain code of an extended one.
  const errcode = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : -1
  const code = PASSING.includes(errcode) ? 'E_HISTORY_AWAY' : 'E_HISTORY_UNREADABLE'
  return new HistoryError(code, `${path}: ${String(error)}`, { cause: error })
}

const attempt = <T>(path: string, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw asHistoryError(path, error)
  }
}

const attemptLater = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw asHistoryError(path, error)
  }
}

/** A file that cannot be opened is never replaced: it is somebody's record. */
const openFile = (path: string): DatabaseSync => {
  mkdirSync(dirname(path), { recursive: true })
  const db = new DatabaseSync(path)
  try {
    prepareFile(db, path)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

// Integers go in as bigint: node:sqlite binds every number as a float, and the division below must be whole.
const bindRange = ({ series, site, channel, from, to }: HistoryRange) => ({
  series,
  site,
  channel,
  from: BigInt(from),
  to: BigInt(to),
})

type Row = Readonly<Record<string, SQLOutputValue>>

const asSample = ({ at, value }: Row): HistorySample => ({ at: Number(at), value: Number(value) })

const asBucket = ({ at, min, max, count }: Row): HistoryBucket => ({
  at: Number(at),
  min: Number(min),
  max: Number(max),
  count: Number(count),
})

/**
 * History in one SQLite file (WAL, synchronous=FULL), created if absent.
 * @throws {HistoryError} E_HISTORY_UNREADABLE, E_HISTORY_AWAY
 */
export const openSqliteHistory = async ({ path }: { readonly path: string }): Promise<History> => {
  const db = attempt(path, () => openFile(path))
  const insert = db.prepare(
    `INSERT INTO point (series, site, channel, at, value) VALUES (:series, :site, :channel, :at, :value)
     ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value`,
  )
  const select = db.prepare(`SELECT at, value FROM point WHERE ${WHERE} ORDER BY at`)
  const group = db.prepare(
    `SELECT :from + (at - :from) / :width * :width AS at, min(value) AS min, max(value) AS max, count(*) AS count
     FROM point WHERE ${WHERE} GROUP BY 1 ORDER BY 1`,
  )
  const rollups = createRollups(db, work => inTransaction(db, work))
  const insertAll = (points: readonly HistoryPoint[]) => {
    for (const { series, site, channel, at, value } of points) {
      insert.run({ series, site, channel, at: BigInt(at), value })
    }
    rollups.wrote(points)
  }
  return {
    write: async points => {
      checkPoints(points)
      if (points.length > 0) attempt(path, () => inTransaction(db, () => insertAll(points)))
    },
    range: async range => {
      checkRange(range)
      return attempt(path, () => select.all(bindRange(range))).map(asSample)
    },
    buckets: async range => {
      checkBuckets(range)
      return attempt(path, () => group.all({ ...bindRange(range), width: BigInt(range.width) })).map(asBucket)
    },
    chart: async range => {
      checkBuckets(range)
      return attemptLater(path, () => rollups.chart(range))
    },
    close: async () => db.close(),
  }
}
