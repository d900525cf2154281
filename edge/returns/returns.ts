import type { ReturnView } from '#cloud-sync/contract/edge-operations.ts'
import { YaoguiError } from '#domain/error.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import { nameOf, type Stock } from '../stock/stock.ts'
import { assertNotUnderWork } from '../stock/under-work.ts'

type Row = {
  id: string
  rx: string | null
  drug: string
  lot: string
  expiry: string
  quantity: number
  reason: string
  brought_at: string
  brought_by: string
  status: ReturnView['status']
}
/** What a patient brought back. */
export type BroughtBack = {
  readonly id: string
  readonly rx: string | null
  readonly drug: string
  readonly lot: string
  readonly expiry: string
  readonly quantity: number
  readonly reason: string
  readonly actor: string
}
export type Return = Omit<BroughtBack, 'actor'> & {
  readonly status: ReturnView['status']
  readonly broughtAt: string
  readonly broughtBy: string
}

const returnOf = ({ brought_at, brought_by, ...row }: Row): Return => ({
  ...row,
  broughtAt: brought_at,
  broughtBy: brought_by,
})

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly stock: Stock
  readonly onChange: () => void
}

const refuse = (code: string, zh: string, en: string): YaoguiError => new YaoguiError(code, { zh, en })
const unsigned = (): never => {
  throw refuse('E_SECOND', '需要第二人确认', 'a second person must sign')
}
const SHOWN = 200

/**
 * R11: what patients brought back. It lies in the locked return place (`in-place`) until a pharmacist has checked it
 * (`decided-…`), and is then put back into stock (`in-hand` on the way) or destroyed. `brought` and `moved` run in the transaction of the
 * operation that moved the packs.
 */
export const createReturns = ({ db, journal, clock, stock, onChange }: Options) => {
  const find = (id: string): Return => {
    const row = db.get<Row>('SELECT * FROM returns WHERE id = ?', id)
    if (!row) throw refuse('E_RETURN_UNKNOWN', '没有这条退药记录', 'no such return')
    return returnOf(row)
  }
  return {
    /** Errors: E_RETURN_UNKNOWN. */
    find,
    /** Inside a transaction: it now lies in the return place. */
    brought: ({ id, rx, drug, lot, expiry, quantity, reason, actor }: BroughtBack): void =>
      db.run(
        `INSERT INTO returns (id, rx, drug, lot, expiry, quantity, reason, brought_at, brought_by, status)
         VALUES (?,?,?,?,?,?,?,?,?,'in-place')`,
        id,
        rx,
        drug,
        lot,
        expiry,
        quantity,
        reason,
        clock.now().toISOString(),
        actor,
      ),
    /**
     * A pharmacist's check. What was found fit and is no longer (recalled or expired since, no drawer for it) may still be
     * destroyed; out of somebody's hands only before a witness (R10): `sign` says who. Errors: E_RETURN_UNKNOWN,
     * E_RETURN_DECIDED, E_WITHDRAWAL_OPEN, E_REASON, E_SECOND.
     */
    decide: (
      actor: string,
      id: string,
      decision: 'restock' | 'waste',
      reason: string,
      sign: () => string = unsigned,
    ): Return => {
      const { status } = find(id)
      const again = decision === 'waste' && (status === 'decided-restock' || status === 'in-hand')
      if (status !== 'in-place' && !again)
        throw refuse('E_RETURN_DECIDED', '这条退药已处理', 'this return is decided')
      if (!reason.trim()) throw refuse('E_REASON', '请填写原因', 'a reason is needed')
      assertNotUnderWork(db, 'return', id)
      const inHand = status === 'in-hand'
      const said = inHand ? `${reason}（见证 witness: ${sign()}）` : reason
      journal.append([{ kind: 'return.decided', data: { return: id, actor, decision, reason: said } }], () =>
        db.run(
          'UPDATE returns SET status = ?, decided_at = ?, decided_by = ?, decision_reason = ? WHERE id = ?',
          inHand ? 'wasted' : `decided-${decision}`,
          clock.now().toISOString(),
          actor,
          said,
          id,
        ),
      )
      onChange()
      return find(id)
    },
    /** Inside a transaction: it was taken out of the return place, is stock again, or was destroyed. */
    moved: (id: string, status: 'in-hand' | 'restocked' | 'wasted'): void =>
      db.run('UPDATE returns SET status = ? WHERE id = ?', status, id),
    /** Those still to be dealt with first, newest first. */
    list: (): readonly ReturnView[] => {
      const open = db.all<Row>(
        "SELECT * FROM returns WHERE status NOT IN ('restocked', 'wasted') ORDER BY brought_at DESC",
      )
      const done = db.all<Row>(
        `SELECT * FROM returns WHERE status IN ('restocked', 'wasted') ORDER BY brought_at DESC LIMIT ${SHOWN}`,
      )
      return [...open, ...done].map(returnOf).map(one => ({ ...one, ...nameOf(stock.item(one.drug)) }))
    },
  }
}

export type Returns = ReturnType<typeof createReturns>
