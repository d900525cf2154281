import type { RxView } from '#cloud-sync/contract/central-api.ts'
import { DAY, endOfShanghaiDay, shanghaiDay } from '#domain/time.ts'
import type { Tx } from '../db/open.ts'
import { Refusal } from '../errors.ts'
import { forbidOwn } from '../review/decide.ts'
import { orderFill, type ReleaseDeps, type Signed, signFill } from './release.ts'

/** The signature's own limit (`Claims.fill`). */
const MAX_FILL = 13

/** Fills of a prescription: the highest number released, how many were taken, and when the last one was. */
const fillsOf = async ({ db }: ReleaseDeps, { site, id }: RxView) => {
  const rows = await db
    .selectFrom('releases')
    .leftJoin('reconciliations', join =>
      join
        .onRef('reconciliations.site', '=', 'releases.site')
        .onRef('reconciliations.jti', '=', 'releases.jti')
        .on('reconciliations.took', '=', true),
    )
    .select(['releases.fill', 'reconciliations.at'])
    .where('releases.site', '=', site)
    .where('releases.prescription', '=', id)
    .execute()
  const taken = rows.filter(({ at }) => at !== null)
  return {
    highest: Math.max(0, ...rows.map(({ fill }) => fill)),
    taken: new Set(taken.map(({ fill }) => fill)).size,
    lastAt: taken
      .map(({ at }) => at ?? '')
      .toSorted()
      .at(-1),
  }
}

/** A fill was taken, or a refill ran out unfetched: a first fill that ran out takes the prescription with it. */
const mayFollow = ({ status, release }: RxView): boolean =>
  status === 'dispensed' || (status === 'expired' && (release?.fill ?? 1) > 1)

/** Number of the next fill. Errors: E_RX_STATUS, E_RX_EXPIRED, E_RX_REFILL_MAX, E_RX_REFILL_EARLY (with the day from which). */
const nextFill = async (deps: ReleaseDeps, rx: RxView): Promise<number> => {
  const { rept_flag, max_rept_cnt = 0, min_inrv_days = 0 } = rx.prescription
  if (!mayFollow(rx)) throw new Refusal(rx.status === 'expired' ? 'E_RX_EXPIRED' : 'E_RX_STATUS')
  const { highest, taken, lastAt } = await fillsOf(deps, rx)
  // What nobody stated is no permission: without a count there is no refill.
  const refills = rept_flag === '1' ? max_rept_cnt : 0
  if (taken - 1 >= refills || highest >= MAX_FILL)
    throw new Refusal('E_RX_REFILL_MAX', [`/max_rept_cnt ${Math.max(0, taken - 1)} / ${refills}`])
  if (lastAt !== undefined) {
    const lastDay = endOfShanghaiDay(shanghaiDay(new Date(lastAt))).getTime() - DAY
    const from = shanghaiDay(new Date(lastDay + min_inrv_days * DAY))
    if (shanghaiDay(deps.clock.now()) < from)
      throw new Refusal('E_RX_REFILL_EARLY', [`${from} 起可续方 from ${from} on`])
  }
  return highest + 1
}

/** The condition is part of the update, so that of two people at the same moment one is refused. Errors: E_RX_STATUS. */
const reopen = async (tx: Tx, rx: RxView, { claims }: Signed): Promise<void> => {
  const { numUpdatedRows } = await tx
    .updateTable('prescriptions')
    .set({ status: 'released', expires_at: new Date(claims.exp * 1000).toISOString() })
    .where('site', '=', rx.site)
    .where('id', '=', rx.id)
    .where('status', '=', rx.status === 'dispensed' ? 'dispensed' : 'released')
    .where(eb =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('releases')
            .select('jti')
            .where('site', '=', rx.site)
            .where('prescription', '=', rx.id)
            .where('fill', '>=', claims.fill),
        ),
      ),
    )
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw new Refusal('E_RX_STATUS')
}

/**
 * Releases the next fill of a repeatable prescription (续方), signed anew, with its own number and validity. A pharmacist does
 * it, since every prescription is looked at before it is dispensed; the findings are those of the review.
 * Errors: E_RX_OWN, those of `nextFill`, E_RX_BLOCKED.
 */
export const refill = async (
  deps: ReleaseDeps,
  rx: RxView,
  { by, name }: { readonly by: string; readonly name: string },
): Promise<void> => {
  const { db, clock, changes, wake } = deps
  forbidOwn(rx, by)
  const signed = await signFill(deps, rx, { fill: await nextFill(deps, rx), reviewer: name })
  await db.transaction().execute(async tx => {
    await reopen(tx, rx, signed)
    await orderFill({ tx, clock }, rx, signed)
  })
  changes.announce('prescriptions', 'sites')
  wake(rx.site)
}
