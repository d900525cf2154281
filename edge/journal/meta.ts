import type { Database } from './database.ts'

/**
 * Set when the journal was built anew from a damaged one: since then (ISO 8601) the stock of a drawer is doubtful until it
 * is counted.
 */
export const COUNT_ALL_SINCE = 'countAllSince'

/** Single values that change in the transactions of the journal. */
export const getMeta = (db: Pick<Database, 'get'>, key: string): string | undefined =>
  db.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', key)?.value

export const setMeta = (db: Database, key: string, value: string): void =>
  db.run('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', key, value)
