import { PostgresDialect } from 'kysely'
import pg from 'pg'
import { PARSERS } from './parsers.ts'

const POOL_SIZE = 10

/** A PostgreSQL server, by its URL. */
export const openPostgres = (url: string) => {
  const getTypeParser = (id: number, format?: 'text' | 'binary') =>
    PARSERS[id] ?? pg.types.getTypeParser(id, format as 'text')
  const pool = new pg.Pool({ connectionString: url, max: POOL_SIZE, types: { getTypeParser } as never })
  // A connection lost while idle is not an error yet: the next query takes another one, or fails with its own.
  pool.on('error', () => {})
  return { dialect: new PostgresDialect({ pool }), release: () => {} }
}
