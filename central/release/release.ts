import type { RxView } from '#cloud-sync/contract/central-api.ts'
import type { Claims } from '#domain/authorisation/claims.ts'
import { issuerOf } from '#domain/authorisation/issuer.ts'
import { signToken } from '#domain/authorisation/token.ts'
import type { Tx } from '../db/open.ts'
import { Refusal } from '../errors.ts'
import { byId, currentFormulary } from '../formulary/formulary.ts'
import { matchRelease } from '../reconciliation/overrides.ts'
import { type Decider, type DecisionDeps, demandReason, forbidOwn, moveStatus } from '../review/decide.ts'
import { claimsOf } from './claims.ts'
import type { Signing } from './keys.ts'
import { appendOrder } from './orders.ts'

export type ReleaseDeps = DecisionDeps & {
  readonly county: string
  readonly signing: Signing
  /** New orders are committed for this site: send them. */
  readonly wake: (site: string) => void
}

const rulesOf = async ({ db }: ReleaseDeps, { site, id }: RxView): Promise<string> => {
  const query = db.selectFrom('prescriptions').select('rules').where('site', '=', site).where('id', '=', id)
  return (await query.executeTakeFirstOrThrow()).rules
}

/** May it be released? The reason to write down. Errors: E_RX_STATUS, E_RX_EXPIRED, E_RX_OWN, E_RX_BLOCKED, E_RX_REASON. */
const admit = (rx: RxView, { by, reason }: Decider): string | null => {
  if (rx.status === 'expired') throw new Refusal('E_RX_EXPIRED')
  if (rx.status !== 'waiting') throw new Refusal('E_RX_STATUS')
  forbidOwn(rx, by)
  if (rx.result === 'BLOCK') throw new Refusal('E_RX_BLOCKED')
  const free = rx.result === 'PASS' || rx.result === 'WARN'
  return free ? reason?.trim() || null : demandReason(reason)
}

export type Signed = { readonly claims: Claims; readonly token: string }

/** Signs one fill. Errors: E_RX_EXPIRED, E_RX_BLOCKED. */
export const signFill = async (
  deps: ReleaseDeps,
  rx: RxView,
  { fill, reviewer }: { readonly fill: number; readonly reviewer: string },
): Promise<Signed> => {
  const { db, clock, county, signing } = deps
  const claims = claimsOf(rx.prescription, {
    issuer: issuerOf(county),
    formulary: byId(await currentFormulary(db)),
    now: clock.now(),
    salt: signing.salt,
    reviewers: [reviewer],
    rules: await rulesOf(deps, rx),
    fill,
  })
  return { claims, token: await signToken(claims, signing.key) }
}

/** Orders what was signed, inside the transaction of the decision. */
export const orderFill = async (
  { tx, clock }: { readonly tx: Tx; readonly clock: ReleaseDeps['clock'] },
  { site, id }: RxView,
  { claims, token }: Signed,
): Promise<void> => {
  const order_seq = await appendOrder(tx, clock, { site, kind: 'authorisation', body: { token } })
  const row = {
    ...{ site, jti: claims.jti, prescription: id, fill: claims.fill, order_seq },
    claims: JSON.stringify(claims),
    expires_at: new Date(claims.exp * 1000).toISOString(),
    delivered_at: null,
  }
  await tx.insertInto('releases').values(row).execute()
}

/**
 * A pharmacist approves (通过): decision, release and order are one transaction; the token is signed before it. What is
 * committed is sent, and sent again until the site says it has committed it. Errors: those of `admit`, and of `claimsOf`.
 */
export const approve = async (
  deps: ReleaseDeps,
  rx: RxView,
  decider: Decider & { readonly name: string },
) => {
  const { db, clock, changes, wake } = deps
  const reason = admit(rx, decider)
  const signed = await signFill(deps, rx, { fill: 1, reviewer: decider.name })
  await db.transaction().execute(async tx => {
    await moveStatus(tx, clock, {
      rx,
      from: 'waiting',
      to: 'released',
      action: 'approve',
      by: decider.by,
      reason,
    })
    await orderFill({ tx, clock }, rx, signed)
    const { site, rx: number } = rx
    const match = { jti: signed.claims.jti, by: decider.by, note: '审方通过 approved' }
    await matchRelease(tx, clock, { site, rx: number, ...match })
  })
  changes.announce('prescriptions', 'sites')
  wake(rx.site)
}

/** Takes a release back (撤销): an order to the site; whether it comes in time the journal will tell. Errors: E_RX_REASON, E_RX_STATUS. */
export const revoke = async (deps: ReleaseDeps, rx: RxView, { by, reason }: Decider): Promise<void> => {
  const { db, clock, changes, wake } = deps
  const text = demandReason(reason)
  const { site, release } = rx
  if (!release) throw new Refusal('E_RX_STATUS')
  await db.transaction().execute(async tx => {
    await moveStatus(tx, clock, { rx, from: 'released', to: 'revoked', action: 'revoke', by, reason: text })
    await appendOrder(tx, clock, { site, kind: 'revocation', body: { jti: release.jti, reason: text } })
  })
  changes.announce('prescriptions', 'sites')
  wake(site)
}
