import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { YaoguiError } from '#domain/error.ts'
import { statements as first } from './migrations/0001-first.ts'
import { statements as siteKeys } from './migrations/0002-site-keys.ts'
import { statements as overrides } from './migrations/0003-overrides.ts'
import { statements as verdicts } from './migrations/0004-verdicts.ts'
import { statements as acknowledged } from './migrations/0005-acknowledged.ts'
import { statements as centreAlarms } from './migrations/0006-centre-alarms.ts'
import { statements as coldChart } from './migrations/0007-cold-chart.ts'
import { statements as goods } from './migrations/0008-goods.ts'
import type { Database } from './schema.ts'

const step = (statements: readonly string[]): Migration => ({
  up: async db => {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
})

/** Forward only: a step that was released is never edited, and there is no way down. */
const STEPS: Record<string, Migration> = {
  '0001-first': step(first),
  '0002-site-keys': step(siteKeys),
  '0003-overrides': step(overrides),
  '0004-verdicts': step(verdicts),
  '0005-acknowledged': step(acknowledged),
  '0006-centre-alarms': step(centreAlarms),
  '0007-cold-chart': step(coldChart),
  '0008-goods': step(goods),
}

/** Brings the database to this version. Errors: E_DB_MIGRATION (also when the database is newer than this program). */
export const migrate = async (db: Kysely<Database>): Promise<void> => {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => STEPS } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  throw new YaoguiError('E_DB_MIGRATION', {
    zh: '数据库升级失败，数据没有改动',
    en: 'the database could not be brought to this version; nothing was changed',
    cause: error,
  })
}
