import type { Claims } from '#domain/authorisation/claims.ts'
import type { JournalEvents } from '#domain/journal/events.ts'
import { type Reconciliation, reconcile, tookSomething } from '#domain/reconcile.ts'
import type { Tx } from '../db/open.ts'
import type { CaseTable } from '../db/schema-views.ts'
import { openCase } from './cases.ts'

/** A withdrawal that ended, by the person himself or by the one who closed it after an interruption. */
export type EndedWithdrawal = {
  readonly site: string
  readonly at: string
  readonly reviewed: boolean
  readonly data: Omit<JournalEvents['withdrawal.completed'], 'reason'>
}

const releaseOf = (tx: Tx, site: string, jti: string) =>
  tx
    .selectFrom('releases')
    .innerJoin('prescriptions', join =>
      join
        .onRef('prescriptions.site', '=', 'releases.site')
        .onRef('prescriptions.id', '=', 'releases.prescription'),
    )
    .select(['releases.claims', 'releases.prescription', 'releases.fill', 'prescriptions.status'])
    .where('releases.site', '=', site)
    .where('jti', '=', jti)
    .executeTakeFirst()

/** Did another session take something for the same authorisation? */
const isDouble = async (tx: Tx, { site, data }: EndedWithdrawal): Promise<boolean> => {
  const other = await tx
    .selectFrom('reconciliations')
    .select('session')
    .where('site', '=', site)
    .where('jti', '=', data.jti)
    .where('session', '!=', data.session)
    .where('took', '=', true)
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

type Judged = Reconciliation & { readonly cause: CaseTable['cause'] | null }

/** Why no order explains it. */
const causeWithout = (
  { jti, items }: EndedWithdrawal['data'],
  release: Awaited<ReturnType<typeof releaseOf>>,
): Judged['cause'] => {
  if (release) return 'double'
  if (!jti.startsWith('override:')) return 'unordered'
  return tookSomething(items) ? 'override' : null
}

const judge = (
  { data }: EndedWithdrawal,
  release: Awaited<ReturnType<typeof releaseOf>>,
  double: boolean,
): Judged => {
  // What the first withdrawal used up explains no second one.
  if (!release || double) return { ...reconcile(undefined, data), cause: causeWithout(data, release) }
  const result = reconcile((JSON.parse(release.claims) as Claims).items, data)
  if (result.verdict === 'abandoned') return { ...result, cause: null }
  if (release.status === 'revoked') return { ...result, cause: 'revoked' }
  // A partial fill on purpose is a case too: somebody owes the patient the rest (C17).
  return { ...result, cause: result.verdict === 'matched' ? null : 'difference' }
}

/** Holds a withdrawal against what was signed (对账), opens a case where they differ, and marks the prescription dispensed. */
export const projectWithdrawal = async (tx: Tx, ended: EndedWithdrawal): Promise<void> => {
  const { site, at, reviewed, data } = ended
  const { session, jti, rx, actor, outcome, items } = data
  const release = await releaseOf(tx, site, jti)
  const took = tookSomething(items)
  const double = release !== undefined && took && (await isDouble(tx, ended))
  const { verdict, differences, cause } = judge(ended, release, double)
  const result = {
    ...{ jti, rx, verdict, outcome, actor, at, reviewed, took },
    prescription: release?.prescription ?? null,
    items: JSON.stringify(items),
    differences: JSON.stringify(differences),
  }
  await tx
    .insertInto('reconciliations')
    .values({ site, session, ...result })
    .onConflict(conflict => conflict.columns(['site', 'session']).doUpdateSet(result))
    .execute()
  if (cause) {
    const { differences: text } = result
    await openCase(tx, { site, session, rx, cause, opened_at: at, verdict, differences: text })
  }
  if (release && verdict !== 'abandoned')
    await tx
      .updateTable('prescriptions')
      .set({ status: 'dispensed' })
      .where('site', '=', site)
      .where('id', '=', release.prescription)
      // What is told late of an earlier fill says nothing of the refill released since.
      .where(eb =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('releases')
              .select('jti')
              .where('site', '=', site)
              .where('prescription', '=', release.prescription)
              .where('fill', '>', release.fill),
          ),
        ),
      )
      .execute()
}
