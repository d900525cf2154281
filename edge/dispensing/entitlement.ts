import { shanghaiDay } from '#domain/time.ts'
import type { Admission } from '../authorisation/authorisations.ts'
import type { Journal } from '../journal/journal.ts'
import type { Stock } from '../stock/stock.ts'
import type { Warrant } from './beginning.ts'
import type { Desk } from './desk.ts'
import { drawersOutOfService, refuse } from './refusals.ts'
import { type Purpose, resultOf, type Step, stepOf, type Withdrawal } from './state.ts'
import type { UnlockAsked } from './unlocking.ts'

type Options = {
  readonly desk: Pick<Desk, 'assertInService' | 'assertClosed'>
  readonly journal: Pick<Journal, 'assertWritable'>
  readonly admit: (jti: string, how?: Admission) => Promise<Warrant>
  readonly stock: Pick<Stock, 'lot'>
  readonly usable: (drawer: string) => boolean
  readonly judgedNow: () => Date
}

/** Everything that must hold before a coil may move, asked again each time (R1, R6). */
export const createEntitlement = ({ desk, journal, admit, stock, usable, judgedNow }: Options) => {
  /** What was planned may have been recalled, quarantined or put out of service since (R14, R18). */
  const assertPickable = ({ drawer, drug, lot, expiry }: Step): void => {
    if (!usable(drawer)) throw drawersOutOfService([drawer])
    const good = stock.lot(drug, lot, drawer)?.status === 'available' && expiry >= shanghaiDay(judgedNow())
    if (!good) throw refuse('E_LOT_STATUS')
  }

  /** Why nothing (more) may be taken from this step's drawer now, if so (R1, R14). */
  const refusalOf = async (w: Withdrawal): Promise<unknown> => {
    try {
      await admit(w.jti, { inSession: true })
      assertPickable(stepOf(w))
      return undefined
    } catch (error) {
      return error
    }
  }

  /**
   * For what the current step's drawer may be unlocked now. What was taken before the order ran out may go back; whatever
   * more is taken then is a difference. Errors: those of `admit`, E_LOT_STATUS, E_DRAWER_SERVICE, E_DOWNTIME, E_DISK_…,
   * E_DRAWER_OPEN, E_DRAWER_UNKNOWN.
   */
  return async (
    w: Withdrawal,
    asked: Purpose,
  ): Promise<Required<Pick<UnlockAsked, 'purpose' | 'onlyBack'>>> => {
    const refusal = await refusalOf(w)
    const onlyBack = refusal !== undefined
    if (onlyBack) {
      if (resultOf(w).doorSessions === 0) throw refusal
      await admit(w.jti, { inSession: true, putBackSince: w.startedAt })
    }
    desk.assertInService()
    journal.assertWritable()
    await desk.assertClosed(stepOf(w).drawer)
    return { purpose: onlyBack ? 'put-back' : asked, onlyBack }
  }
}
