import type { JWK } from 'jose'
import { checkId } from '#cloud-sync/contract/topics.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { currentFormulary } from '../formulary/formulary.ts'
import { hashSecret, verifySecret } from '../people/secret.ts'
import { appendOrder } from '../release/orders.ts'

/** A site of the county. `secret` is what its agent shows to the broker, until certificates replace it. */
export type SitePlan = {
  readonly site: string
  readonly name: string
  readonly secret: string
  readonly kioskUrl?: string
  /** What a new site is ordered beside keys and formulary. */
  readonly orders?: readonly { readonly kind: 'list' | 'shipment'; readonly body: unknown }[]
}

type Deps = { readonly db: Db; readonly clock: Clock; readonly publicKeys: readonly JWK[] }

/**
 * A new site begins its order log with the keys to trust and the formulary. The epoch is the time of creation: should
 * the database ever be lost, the next log has a larger epoch and no order of it is taken for one already done.
 */
const createSite = async ({ db, clock, publicKeys }: Deps, plan: SitePlan): Promise<void> => {
  const secret_hash = await hashSecret(plan.secret)
  const order_epoch = Math.max(1, Math.floor(clock.now().getTime() / 1000))
  await db.transaction().execute(async tx => {
    const { site, name, kioskUrl: kiosk_url = null } = plan
    await tx
      .insertInto('sites')
      .values({ site, name, kiosk_url, secret_hash, order_epoch, order_head: 0 })
      .execute()
    await tx
      .insertInto('site_status')
      .values({ site, online: false, seen_at: null, thermometers: '[]', live_at: null })
      .execute()
    await appendOrder(tx, clock, { site, kind: 'keys', body: { keys: publicKeys } })
    await appendOrder(tx, clock, { site, kind: 'formulary', body: await currentFormulary(tx) })
    for (const { kind, body } of plan.orders ?? []) await appendOrder(tx, clock, { site, kind, body })
  })
}

type Known = { readonly secret_hash: string }

const updateSite = async ({ db }: Deps, plan: SitePlan, { secret_hash }: Known): Promise<void> => {
  const { site, name, secret, kioskUrl: kiosk_url = null } = plan
  const same = await verifySecret(secret, secret_hash)
  const changes = { name, kiosk_url, ...(same ? {} : { secret_hash: await hashSecret(secret) }) }
  await db.updateTable('sites').set(changes).where('site', '=', site).execute()
}

/** Adds the sites that are new and brings name, address and secret of the others up to date. Errors: E_ID. */
export const upsertSites = async (deps: Deps, plans: readonly SitePlan[]): Promise<void> => {
  // Side by side: checking a secret takes long on purpose, and a county has many sites.
  await Promise.all(
    plans.map(async plan => {
      checkId(plan.site)
      const query = deps.db.selectFrom('sites').select('secret_hash').where('site', '=', plan.site)
      const known = await query.executeTakeFirst()
      await (known ? updateSite(deps, plan, known) : createSite(deps, plan))
    }),
  )
}

/** Is this the secret of this site? */
export const authenticateSite = async (db: Db, site: string, secret: string): Promise<boolean> => {
  const row = await db.selectFrom('sites').select('secret_hash').where('site', '=', site).executeTakeFirst()
  return row !== undefined && verifySecret(secret, row.secret_hash)
}
