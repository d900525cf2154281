import type { SiteList } from '#cloud-sync/contract/messages.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'

type Named<N extends SiteList['name']> = Extract<SiteList, { readonly name: N }>

/** Lists that change with law and practice, as the centre ordered them last: overrides, look-alikes, par levels. */
export const createLists = ({ db, clock }: { readonly db: Database; readonly clock: EdgeClock }) => ({
  /** Undefined while the centre has not sent one. */
  get: <N extends SiteList['name']>(name: N): Named<N> | undefined => {
    const row = db.get<{ body: string }>('SELECT body FROM site_lists WHERE name = ?', name)
    return row && (JSON.parse(row.body) as Named<N>)
  },
  /** Inside the transaction of the order. */
  put: (list: SiteList): void =>
    db.run(
      'INSERT OR REPLACE INTO site_lists (name, version, received_at, body) VALUES (?,?,?,?)',
      list.name,
      list.version,
      clock.now().toISOString(),
      JSON.stringify(list),
    ),
})

export type Lists = ReturnType<typeof createLists>
