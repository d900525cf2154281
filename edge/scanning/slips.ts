import type { Claims } from '#domain/authorisation/claims.ts'
import type { Authorisations } from '../authorisation/authorisations.ts'
import type { Journal } from '../journal/journal.ts'

type Options = {
  readonly journal: Pick<Journal, 'append'>
  readonly authorisations: Pick<Authorisations, 'verify' | 'find' | 'store'>
  readonly onNew: () => void
}

/**
 * Takes in the order on a patient's slip (`RX1:…`, or its compact JWS), verified with no network. The first time that a slip
 * comes before its order did by the link, it becomes an order of this site: journaled as number 0 of no epoch, since the
 * centre's log has it under its own. Errors: the codes of REFUSALS, E_DISK_*.
 */
export const createSlips =
  ({ journal, authorisations, onNew }: Options) =>
  async (token: string): Promise<Claims> => {
    const claims = await authorisations.verify(token)
    if (!authorisations.find(claims.jti)) {
      const data = { orderEpoch: 0, orderSeq: 0, kind: 'slip', ref: claims.jti }
      journal.append([{ kind: 'order.received', data }], () => authorisations.store(claims, token))
      onNew()
    }
    return claims
  }

export type TakeSlip = ReturnType<typeof createSlips>
