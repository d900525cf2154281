import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

type Row = Record<string, unknown>

/** node:sqlite with prepared statements kept, and transactions that nest into the outermost one. */
export type Database = {
  run(sql: string, ...values: SQLInputValue[]): void
  /** First row or undefined. The caller names the columns it asked for. */
  get<T = Row>(sql: string, ...values: SQLInputValue[]): T | undefined
  all<T = Row>(sql: string, ...values: SQLInputValue[]): T[]
  /** Commits when `work` returns, rolls everything back when it throws. */
  transaction<T>(work: () => T): T
  close(): void
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
  return {
    run: (sql, ...values) => void prepared(sql).run(...values),
    get: <T>(sql: string, ...values: SQLInputValue[]) => prepared(sql).get(...values) as T | undefined,
    all: <T>(sql: string, ...values: SQLInputValue[]) => prepared(sql).all(...values) as T[],
    transaction: work => {
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
    },
    close: () => db.close(),
  }
}
