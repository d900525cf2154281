import { chmodSync, mkdirSync } from 'node:fs'
import { Kysely, type Transaction } from 'kysely'
import { migrate } from './migrate.ts'
import { openPglite } from './pglite.ts'
import { openPostgres } from './postgres.ts'
import type { Database } from './schema.ts'

/** The database outside a transaction. Inside one use the `Tx` only: PGlite has one connection and would wait for ever. */
export type Db = Kysely<Database>
export type Tx = Transaction<Database>

export type OpenDatabase = { readonly db: Db; readonly close: () => Promise<void> }

/**
 * Opens and migrates. The folder holds the county's private signing key, so it is for its owner only (mode 0700).
 * Errors: E_DB_IN_USE, E_DB_MIGRATION.
 */
export const openDatabase = async ({
  dataDir,
  databaseUrl,
}: {
  readonly dataDir: string
  readonly databaseUrl?: string | undefined
}): Promise<OpenDatabase> => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  chmodSync(dataDir, 0o700)
  const { dialect, release } = databaseUrl ? openPostgres(databaseUrl) : await openPglite(dataDir)
  const db = new Kysely<Database>({ dialect })
  const close = async () => {
    await db.destroy()
    release()
  }
  try {
    await migrate(db)
    return { db, close }
  } catch (error) {
    await close()
    throw error
  }
}
