import type { Claims } from '#domain/authorisation/claims.ts'
import type { CountedItem, JournalEvents, WithdrawalOutcome } from '#domain/journal/events.ts'
import { reconcile } from '#domain/reconcile.ts'
import type { Changes } from '../changes.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db, Tx } from '../db/open.ts'
import { Refusal } from '../errors.ts'
import { appendOrder } from '../release/orders.ts'
import { noteCase } from './cases.ts'

type Told<K extends 'override.started' | 'override.matched'> = {
  readonly site: string
  readonly at: string
  readonly data: JournalEvents[K]
}

export const projectOverride = async (
  tx: Tx,
  { site, at, data }: Told<'override.started'>,
): Promise<void> => {
  const { override: id, session, rx } = data
  await tx
    .insertInto('overrides')
    .values({
      ...{ site, id, session, rx, body: JSON.stringify(data), started_at: at, status: 'open' },
      ...{ matched_jti: null, matched_by: null, matched_at: null, note: null, accepted: null },
    })
    .onConflict(conflict => conflict.columns(['site', 'id']).doNothing())
    .execute()
}

/** Nothing is left to hand out of an order whose override took just what it says. */
const settle = async (tx: Tx, site: string, { session, jti }: { session: string; jti: string }) => {
  const release = await tx
    .selectFrom('releases')
    .select(['claims', 'prescription'])
    .where('site', '=', site)
    .where('jti', '=', jti)
    .executeTakeFirst()
  const took = await tx
    .selectFrom('reconciliations')
    .select(['items', 'outcome'])
    .where('site', '=', site)
    .where('session', '=', session)
    .executeTakeFirst()
  if (!release || !took) return
  const { verdict } = reconcile((JSON.parse(release.claims) as Claims).items, {
    items: JSON.parse(took.items) as readonly CountedItem[],
    outcome: took.outcome as WithdrawalOutcome,
  })
  if (verdict !== 'matched') return
  await tx
    .updateTable('prescriptions')
    .set({ status: 'dispensed' })
    .where('site', '=', site)
    .where('id', '=', release.prescription)
    .where('status', '=', 'released')
    .execute()
}

/** The site says that it is matched, by our order (then the reviewer's name and words stay) or by a person there. */
export const projectOverrideMatch = async (
  tx: Tx,
  { site, at, data: { override, jti, by, note } }: Told<'override.matched'>,
): Promise<void> => {
  const row = await tx
    .updateTable('overrides')
    .set(eb => ({
      ...{ status: 'matched' as const, matched_jti: jti, matched_at: at },
      matched_by: by === 'centre' ? eb.fn.coalesce('matched_by', eb.val(by)) : by,
      note: by === 'centre' ? eb.fn.coalesce('note', eb.val(note)) : note,
    }))
    .where('site', '=', site)
    .where('id', '=', override)
    .returning('session')
    .executeTakeFirst()
  if (!row) return
  await noteCase(tx, { site, session: row.session, by, at, note: `已匹配 matched: ${note}` })
  if (jti !== null) await settle(tx, site, { session: row.session, jti })
}

type Match = {
  readonly jti: string | null
  readonly by: string
  readonly note: string
  /** False: it should not have been taken. It is matched all the same, its case is what follows of it. */
  readonly accepted: boolean
}

/** The site keeps one text: it must say there too what the reviewer thought of it. */
const wordsOf = ({ note, accepted }: Match): string => (accepted ? note : `不予认可 not accepted: ${note}`)

const orderMatch = async (
  tx: Tx,
  clock: Clock,
  { site, id, ...match }: Match & { readonly site: string; readonly id: string },
): Promise<void> => {
  const { jti, by, note, accepted } = match
  const body = { override: id, ...(jti === null ? {} : { jti }), note: wordsOf(match) }
  await appendOrder(tx, clock, { site, kind: 'override-match', body })
  await tx
    .updateTable('overrides')
    .set({ status: 'ordered', matched_jti: jti, matched_by: by, matched_at: isoNow(clock), note, accepted })
    .where('site', '=', site)
    .where('id', '=', id)
    .execute()
}

/** Inside the transaction of a release: what was taken before the review is the site's to match with it. */
export const matchRelease = async (
  tx: Tx,
  clock: Clock,
  { site, rx, ...match }: Omit<Match, 'accepted'> & { readonly site: string; readonly rx: string },
): Promise<void> => {
  const open = await tx
    .selectFrom('overrides')
    .select('id')
    .where('site', '=', site)
    .where('rx', '=', rx)
    .where('status', '=', 'open')
    .execute()
  for (const { id } of open) await orderMatch(tx, clock, { site, id, ...match, accepted: true })
}

/** The newest fill released of a prescription's number. */
const releaseOf = async (tx: Tx, site: string, rx: string): Promise<string | null> => {
  const row = await tx
    .selectFrom('releases')
    .innerJoin('prescriptions', join =>
      join
        .onRef('prescriptions.site', '=', 'releases.site')
        .onRef('prescriptions.id', '=', 'releases.prescription'),
    )
    .select('jti')
    .where('releases.site', '=', site)
    .where('prescriptions.rx', '=', rx)
    .orderBy('fill', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.jti ?? null
}

type Deps = {
  readonly db: Db
  readonly clock: Clock
  readonly changes: Changes
  readonly wake: (site: string) => void
}

/**
 * A reviewer's word that the prescription was looked at: no release came of it (it was refused, or is on paper only), or
 * it came before the site told of the override. With `accepted` false: that nothing should have been taken for it.
 * Errors: E_OVERRIDE_NOT_FOUND, E_OVERRIDE_STATUS.
 */
export const matchOverride = async (
  { db, clock, changes, wake }: Deps,
  { id, ...match }: Omit<Match, 'jti'> & { readonly id: string },
): Promise<void> => {
  const [site = '', override = ''] = id.split('~', 2)
  await db.transaction().execute(async tx => {
    const row = await tx
      .selectFrom('overrides')
      .select(['status', 'rx'])
      .where('site', '=', site)
      .where('id', '=', override)
      .forUpdate()
      .executeTakeFirst()
    if (!row) throw new Refusal('E_OVERRIDE_NOT_FOUND')
    if (row.status !== 'open') throw new Refusal('E_OVERRIDE_STATUS')
    const jti = await releaseOf(tx, site, row.rx)
    await orderMatch(tx, clock, { site, id: override, jti, ...match })
  })
  changes.announce('cases', 'sites')
  wake(site)
}
