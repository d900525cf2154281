import type { RxView } from '#cloud-sync/contract/central-api.ts'
import type { Changes } from '../changes.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db, Tx } from '../db/open.ts'
import { Refusal } from '../errors.ts'

export type Decider = { readonly by: string; readonly reason: string | undefined }

export type DecisionDeps = { readonly db: Db; readonly clock: Clock; readonly changes: Changes }

/** A reason that says something. Errors: E_RX_REASON. */
export const demandReason = (reason: string | undefined): string => {
  const text = reason?.trim()
  if (!text) throw new Refusal('E_RX_REASON', ['/reason'])
  return text
}

/** Nobody decides on what he posted. Errors: E_RX_OWN. */
export const forbidOwn = ({ postedBy, prescription }: RxView, by: string): void => {
  if (postedBy === by || prescription.mdtrtinfo.dr_code === by) throw new Refusal('E_RX_OWN')
}

/**
 * Moves a prescription from one stored status to another and writes who did it. The condition is part of the update, so
 * of two people at the same moment one is refused. Errors: E_RX_STATUS.
 */
export const moveStatus = async (
  tx: Tx,
  clock: Clock,
  move: {
    readonly rx: RxView
    readonly from: 'waiting' | 'released'
    readonly to: 'released' | 'returned' | 'revoked'
    readonly action: 'approve' | 'return' | 'revoke'
    readonly by: string
    readonly reason: string | null
  },
): Promise<void> => {
  const { rx, from, to, action, by, reason } = move
  const { numUpdatedRows } = await tx
    .updateTable('prescriptions')
    .set({ status: to, action, decided_by: by, decided_at: isoNow(clock), reason })
    .where('site', '=', rx.site)
    .where('id', '=', rx.id)
    .where('status', '=', from)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw new Refusal('E_RX_STATUS')
}

/** Sends a prescription back to its prescriber (退回). Errors: E_RX_REASON, E_RX_OWN, E_RX_STATUS. */
export const returnPrescription = async (
  { db, clock, changes }: DecisionDeps,
  rx: RxView,
  { by, reason }: Decider,
): Promise<void> => {
  const text = demandReason(reason)
  forbidOwn(rx, by)
  await db
    .transaction()
    .execute(tx =>
      moveStatus(tx, clock, { rx, from: 'waiting', to: 'returned', action: 'return', by, reason: text }),
    )
  changes.announce('prescriptions')
}
