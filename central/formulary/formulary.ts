import type { FormularyView } from '#cloud-sync/contract/central-api.ts'
import type { Item } from '#domain/drug.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db, Tx } from '../db/open.ts'
import { SAMPLE_FORMULARY, SAMPLE_VERSION } from './sample.ts'

/** The first formulary of a county that has none. */
export const seedFormulary = async (db: Db, clock: Clock): Promise<void> => {
  const row = { version: SAMPLE_VERSION, items: JSON.stringify(SAMPLE_FORMULARY), created_at: isoNow(clock) }
  const any = await db.selectFrom('formulary_versions').select('version').limit(1).executeTakeFirst()
  if (!any) await db.insertInto('formulary_versions').values(row).execute()
}

/** The version in force: the newest. */
export const currentFormulary = async (db: Db | Tx): Promise<FormularyView> => {
  const { version, items } = await db
    .selectFrom('formulary_versions')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return { version, items: JSON.parse(items) as readonly Item[] }
}

export const byId = ({ items }: FormularyView): ReadonlyMap<string, Item> =>
  new Map(items.map(item => [item.id, item]))
