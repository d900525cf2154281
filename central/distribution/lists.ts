import type {
  ListName,
  ListVersionView,
  SiteListDetail,
  SiteListView,
} from '#cloud-sync/contract/central-goods.ts'
import type { SiteList } from '#cloud-sync/contract/messages.ts'
import type { Db } from '../db/open.ts'
import { Refusal } from '../errors.ts'
import { refusals, type Sent, sent } from './sent.ts'

const LIST_NAMES = ['override', 'look-alike', 'par'] as const satisfies readonly ListName[]

/** Lists change a few times a year: this many orders reach back for many of them. */
const LIMIT = 2_000
const VERSIONS = 50

const entriesOf = (list: SiteList): number => {
  if (list.name === 'override') return list.entries.length
  return list.name === 'par' ? list.levels.length : list.groups.length
}

type RefusedOf = Awaited<ReturnType<typeof refusals>>
const versionOf = (order: Sent<'list'>, refusedOf: RefusedOf): ListVersionView => {
  const { seq, at, by, stored, body } = order
  const days = body.name === 'override' ? body : { effective: null, reviewBy: null }
  return {
    ...{ version: body.version, seq, sentAt: at, sentBy: by, stored, refused: refusedOf(order) },
    ...{ entries: entriesOf(body), effective: days.effective, reviewBy: days.reviewBy },
  }
}

/** The lists of every site: what was sent last, and what holds there until it arrives. */
export const listLists = async (db: Db): Promise<readonly SiteListView[]> => {
  const orders = await sent(db, 'list', { limit: LIMIT })
  const refusedOf = await refusals(db, 'list')
  const sites = await db.selectFrom('sites').select('site').orderBy('site').execute()
  return sites.flatMap(({ site }) =>
    LIST_NAMES.map(name => {
      const versions = orders
        .filter(order => order.site === site && order.body.name === name)
        .map(order => versionOf(order, refusedOf))
      const inForce = versions.find(({ stored, refused }) => stored && refused === null) ?? null
      return { site, name, newest: versions[0] ?? null, inForce }
    }),
  )
}

/** Errors: E_SITE_UNKNOWN. */
export const findList = async (
  db: Db,
  { site, name }: { readonly site: string; readonly name: ListName },
): Promise<SiteListDetail> => {
  const known = await db.selectFrom('sites').select('site').where('site', '=', site).executeTakeFirst()
  if (!known) throw new Refusal('E_SITE_UNKNOWN')
  const refusedOf = await refusals(db, 'list')
  const orders = (await sent(db, 'list', { limit: LIMIT, site })).filter(({ body }) => body.name === name)
  const versions = orders.slice(0, VERSIONS).map(order => versionOf(order, refusedOf))
  return { site, name, list: orders[0]?.body ?? null, versions }
}

/** A version is sent once: two lists of one name could not be told apart. Errors: E_LIST_VERSION. */
export const refuseOldVersion = async (db: Db, sites: readonly string[], list: SiteList): Promise<void> => {
  const before = await sent(db, 'list', { limit: LIMIT })
  const known = before.some(
    ({ site, body }) => sites.includes(site) && body.name === list.name && body.version === list.version,
  )
  if (known) throw new Refusal('E_LIST_VERSION')
}
