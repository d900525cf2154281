import type { SiteStatusView } from '#cloud-sync/contract/central-api.ts'
import type { Db } from '../db/open.ts'
import { byId, currentFormulary } from '../formulary/formulary.ts'
import { journalCounts } from '../ingest/counts.ts'

const stockBySite = async (db: Db) => {
  const items = byId(await currentFormulary(db))
  const rows = await db.selectFrom('stock').selectAll().orderBy('drawer').execute()
  const named = rows.map(row => ({ ...row, name: items.get(row.drug)?.name ?? row.drug }))
  return Map.groupBy(named, ({ site }) => site)
}

/** A break that was looked into, of a journal that was replaced, is history. */
const brokenChains = async (db: Db): Promise<ReadonlySet<string>> => {
  const rows = await db
    .selectFrom('alarms')
    .select('site')
    .where('raised_by', '=', 'centre')
    .where('kind', '=', 'journal-chain')
    .where('cleared_at', 'is', null)
    .execute()
  return new Set(rows.map(({ site }) => site))
}

const openAlarmsBySite = async (db: Db): Promise<ReadonlyMap<string, number>> => {
  const rows = await db
    .selectFrom('alarms')
    .select(({ fn }) => ['site', fn.countAll<number>().as('open')])
    .where('cleared_at', 'is', null)
    .groupBy('site')
    .execute()
  return new Map(rows.map(({ site, open }) => [site, open]))
}

const sitesOf = (db: Db) =>
  db
    .selectFrom('sites')
    .innerJoin('site_status', 'site_status.site', 'sites.site')
    .leftJoin('order_ack', join =>
      join.onRef('order_ack.site', '=', 'sites.site').onRef('order_ack.epoch', '=', 'sites.order_epoch'),
    )
    .select(['sites.site', 'name', 'kiosk_url', 'online', 'seen_at', 'thermometers', 'order_head'])
    .select('order_ack.committed as order_committed')
    .orderBy('sites.site')
    .execute()

/** Every site as it stands now (站点). */
export const siteWall = async (db: Db): Promise<readonly SiteStatusView[]> => {
  const [sites, stock, broken, alarms, counts] = [
    await sitesOf(db),
    await stockBySite(db),
    await brokenChains(db),
    await openAlarmsBySite(db),
    await journalCounts(db),
  ]
  return sites.map(row => {
    const count = counts.get(row.site)
    return {
      site: row.site,
      name: row.name,
      online: row.online,
      seenAt: row.seen_at,
      kioskUrl: row.kiosk_url,
      epoch: count?.epoch ?? null,
      events: count?.events ?? 0,
      head: count?.head ?? 0,
      missing: count?.missing ?? 0,
      chainOk: !broken.has(row.site),
      orders: { head: row.order_head, committed: row.order_committed ?? 0 },
      thermometers: JSON.parse(row.thermometers) as SiteStatusView['thermometers'],
      stock: (stock.get(row.site) ?? []).map(({ site: _site, ...lot }) => lot),
      openAlarms: alarms.get(row.site) ?? 0,
    }
  })
}

export const onlineSites = async (db: Db): Promise<readonly string[]> => {
  const rows = await db.selectFrom('site_status').select('site').where('online', '=', true).execute()
  return rows.map(({ site }) => site)
}
