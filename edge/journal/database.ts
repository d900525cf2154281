import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { asDiskError } from '../health/disk.ts'

type Row = Record<string, unknown>

/**
 * node:sqlite with prepared statements kept, and transactions that nest into the outermost one. Errors of every
 * method: E_DISK_FULL, E_DISK_READONLY, E_DISK_FAULT when the disk refuses (transient), and SQLite's own.
 */
export type Database = {
  run(sql: string, ...values: SQLInputValue[]): void
  /** First row or undefined. The caller names the columns it asked for. */
  get<T = Row>(sql: string, ...values: SQLInputValue[]): T | undefined
  all<T = Row>(sql: string, ...values: SQLInputValue[]): T[]
  /** Commits when `work` returns, rolls everything back when it throws. */
  transaction<T>(work: () => T): T
  /** Every statement that was asked for so far, for the test of the query plans. */
  statements(): readonly string[]
  close(): void
}

const orDiskError = <T>(work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw asDiskError(error)
  }
}

export const wrapDatabase = (db: DatabaseSync): Database => {
  const statements = new Map<string, StatementSync>()
  let depth = 0
  const prepared = (sql: string): StatementSync => {
    let statement = statements.get(sql)
    if (!statement) {
      statement = db.prepare(sql)
      statements.set(sql, statement)
    }
    return statement
  }
  const transaction = <T>(work: () => T): T => {
    if (depth > 0) return work()
    db.exec('BEGIN IMMEDIATE')
    depth += 1
    try {
      const result = work()
      db.exec('COMMIT')
      return result
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    } finally {
      depth -= 1
    }
  }
  return {
    run: (sql, ...values) => orDiskError(() => void prepared(sql).run(...values)),
    get: <T>(sql: string, ...values: SQLInputValue[]) =>
      orDiskError(() => prepared(sql).get(...values) as T | undefined),
    all: <T>(sql: string, ...values: SQLInputValue[]) =>
      orDiskError(() => prepared(sql).all(...values) as T[]),
    transaction: work => orDiskError(() => transaction(work)),
    statements: () => [...statements.keys()],
    close: () => db.close(),
  }
}
