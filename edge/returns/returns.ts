import type { ReturnView } from '#cloud-sync/contract/edge-goods.ts'
import { YaoguiError } from '#domain/error.ts'
import type { EdgeClock } from '../clock.ts'
import { createSessionTable } from '../dispensing/session-table.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import { excursionsOf } from '../stock/excursions.ts'
import { nameOf, type Stock } from '../stock/stock.ts'
import { assertDrawerFree, assertNotUnderWork } from '../stock/under-work.ts'

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
  status: Exclude<ReturnView['status'], 'lost'>
  lost_at: string | null
  excursions: string | null
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
  /** Ids of the excursions that it lay through in the return place. */
  readonly excursions: readonly string[]
}

const returnOf = (row: Row): Return => {
  const { id, rx, drug, lot, expiry, quantity, reason } = row
  return {
    ...{ id, rx, drug, lot, expiry, quantity, reason },
    status: row.lost_at === null ? row.status : 'lost',
    broughtAt: row.brought_at,
    broughtBy: row.brought_by,
    excursions: excursionsOf(row.excursions),
  }
}

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly stock: Stock
  /** The drawer where returns lie; undefined = this cabinet has none. */
  readonly returnPlace: string | undefined
  readonly onChange: () => void
}

const refuse = (code: string, zh: string, en: string): YaoguiError => new YaoguiError(code, { zh, en })
const unsigned = (): never => {
  throw refuse('E_SECOND', '需要第二人确认', 'a second person must sign')
}
const decided = () => refuse('E_RETURN_DECIDED', '这条退药已处理', 'this return is decided')
/** In the return place. */
const LYING: ReadonlySet<Return['status']> = new Set(['in-place', 'decided-restock', 'decided-waste'])
const ENDED: ReadonlySet<Return['status']> = new Set(['restocked', 'wasted', 'lost'])
const SHOWN = 200
/** Id of the case that asks where a return went. */
export const lostCaseOf = (id: string): string => `${id}-lost`
const OPEN = "status NOT IN ('restocked', 'wasted') AND lost_at IS NULL"

/** R20: goods that lay out of their range in the return place are no stock again. Errors: E_RETURN_EXCURSION. */
export const assertNotExposed = ({ excursions }: Pick<Return, 'excursions'>): void => {
  if (excursions.length === 0) return
  throw new YaoguiError('E_RETURN_EXCURSION', {
    zh: '退药存放期间发生超温，不能再入库',
    en: 'it lay out of its temperature range in the return place: it is no stock again',
    wayOut: { zh: '请改为销毁', en: 'waste it' },
  })
}

/**
 * R11: what patients brought back. It lies in the locked return place (`in-place`) until a pharmacist has checked it
 * (`decided-…`), and is then put back into stock (`in-hand` on the way) or destroyed. `brought` and `moved` run in the transaction of the
 * operation that moved the packs.
 */
export const createReturns = ({ db, journal, clock, stock, returnPlace, onChange }: Options) => {
  const sessions = createSessionTable({ db, clock, kind: 'operation' })
  const find = (id: string): Return => {
    const row = db.get<Row>('SELECT * FROM returns WHERE id = ?', id)
    if (!row) throw refuse('E_RETURN_UNKNOWN', '没有这条退药记录', 'no such return')
    return returnOf(row)
  }
  /**
   * What is left of its lot in the return place without it; undefined = it is on the books there no more, in somebody's hands
   * or since a count missed it. What the other returns of that lot brought stays.
   */
  const corrected = ({ id, drug, lot, quantity: own, status }: Return) => {
    const here = returnPlace === undefined ? undefined : stock.lot(drug, lot, returnPlace)
    if (!here || status === 'in-hand') return undefined
    const others = db.get<{ packs: number | null }>(
      `SELECT sum(quantity) AS packs FROM returns WHERE drug = ? AND lot = ? AND id <> ? AND lost_at IS NULL
       AND status IN ('in-place', 'decided-restock', 'decided-waste')`,
      drug,
      lot,
      id,
    )
    const quantity = Math.max(others?.packs ?? 0, here.quantity - own)
    const { drawer, expiry, packGrams, packCv, reference } = here
    return here.quantity > quantity
      ? { drug, lot, drawer, expiry, quantity, packGrams, packCv, reference }
      : undefined
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
     * E_RETURN_DECIDED, E_RETURN_EXCURSION, E_WITHDRAWAL_OPEN, E_REASON, E_SECOND.
     */
    decide: (
      actor: string,
      id: string,
      decision: 'restock' | 'waste',
      reason: string,
      sign: () => string = unsigned,
    ): Return => {
      const found = find(id)
      const { status } = found
      const again = decision === 'waste' && (status === 'decided-restock' || status === 'in-hand')
      if (status !== 'in-place' && !again) throw decided()
      if (!reason.trim()) throw refuse('E_REASON', '请填写原因', 'a reason is needed')
      if (decision === 'restock') assertNotExposed(found)
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
    /**
     * Its packs were never found again: the lead's word ends it, the ledger lets go of what it still had of them in the
     * return place, and a case asks where they went. Errors: E_RETURN_UNKNOWN, E_RETURN_DECIDED, E_REASON,
     * E_WITHDRAWAL_OPEN, E_DISK_*.
     */
    lose: (actor: string, id: string, reason: string): Return => {
      const one = find(id)
      if (ENDED.has(one.status)) throw decided()
      if (!reason.trim()) throw refuse('E_REASON', '请填写原因', 'a reason is needed')
      assertNotUnderWork(db, 'return', id)
      if (returnPlace !== undefined) assertDrawerFree(db, returnPlace)
      const { drug, lot, quantity } = one
      const counted = corrected(one)
      const opened = {
        ...{ case: lostCaseOf(id), session: id, drug, lot, drawer: returnPlace ?? '', actor },
        ...{ expected: quantity, found: 0 },
      }
      journal.append(
        [
          { kind: 'return.decided', data: { return: id, actor, decision: 'lost', reason } },
          ...(counted ? [{ kind: 'stock.counted' as const, data: { actor, ...counted } }] : []),
          { kind: 'case.opened', data: opened },
        ],
        () => {
          db.run('UPDATE returns SET lost_at = ? WHERE id = ?', clock.now().toISOString(), id)
          if (counted) stock.set(counted)
          const { case: of, ...rest } = opened
          sessions.openCase({ ...rest, id: of, rx: one.rx ?? '' })
        },
      )
      onChange()
      return find(id)
    },
    /** Inside a transaction: it was taken out of the return place, is stock again, or was destroyed. */
    moved: (id: string, status: 'in-hand' | 'restocked' | 'wasted'): void =>
      db.run('UPDATE returns SET status = ? WHERE id = ?', status, id),
    /** Those still to be dealt with first, newest first. Where the return place is not `shown`, what lies there is left out. */
    list: (shown: (drawer: string) => boolean = () => true): readonly ReturnView[] => {
      const told = returnPlace === undefined || shown(returnPlace)
      const open = db.all<Row>(`SELECT * FROM returns WHERE ${OPEN} ORDER BY brought_at DESC`)
      const done = db.all<Row>(
        `SELECT * FROM returns WHERE NOT (${OPEN}) ORDER BY brought_at DESC LIMIT ${SHOWN}`,
      )
      return [...open, ...done]
        .map(returnOf)
        .filter(({ status }) => told || !LYING.has(status))
        .map(one => ({ ...one, ...nameOf(stock.item(one.drug)) }))
    },
  }
}

export type Returns = ReturnType<typeof createReturns>
