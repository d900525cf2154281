import { YaoguiError } from '#domain/error.ts'
import type { JournalEvents } from '#domain/journal/events.ts'
import type { LotStatus } from '#domain/journal/events-operations.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import { excursionsOf, type OpenExcursion, openExcursions } from './excursions.ts'
import type { Recalls } from './recalls.ts'
import type { Stock, StoredLot } from './stock.ts'

type Change = JournalEvents['lot.status']
type Before = { readonly status: LotStatus; readonly cause: string | null; readonly ref: string | null }

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly stock: Pick<Stock, 'lots' | 'lot'>
  readonly recalls: Recalls
  readonly drawers: ReadonlyMap<string, { readonly cold?: string | undefined }>
  readonly onChange: () => void
}

const refuse = (code: string, zh: string, en: string): YaoguiError => new YaoguiError(code, { zh, en })

export type PersonsChange = {
  readonly drug: string
  readonly lot: string
  readonly drawer: string
  readonly status: 'available' | 'quarantined'
  readonly reason: string
  readonly stability?: Change['stability']
}

/** After these a lot may have come under a rule that stands: a recall, or an excursion that lasts. */
const MOVING = new Set([
  'stock.counted',
  'operation.completed',
  'operation.reviewed',
  'withdrawal.completed',
  'withdrawal.reviewed',
  'downtime.entry',
  'order.received',
  'excursion.alarm',
])

/**
 * Whether a lot may be picked. Persons quarantine and release; recalls (R14) and excursions (R20) are rules that stand:
 * `enforce` brings every lot under them, in the same turn as the record that made it so, and at every start before
 * anything can be unlocked. What a rule demands is thus never lost, whatever instant the power fails.
 */
export const createLotStatus = ({ db, journal, stock, recalls, drawers, onChange }: Options) => {
  /** Told, but the disk has not taken it yet. */
  const waiting = new Set<string>()

  const project = (change: Change, before: string | null): void =>
    db.run(
      `UPDATE lots SET status = ?, status_cause = ?, status_ref = ?, before_recall = ?
       WHERE drug = ? AND lot = ? AND drawer = ?`,
      change.status,
      change.cause,
      change.ref,
      before,
      change.drug,
      change.lot,
      change.drawer,
    )

  const tell = (
    { drug, lot, drawer }: StoredLot,
    to: Omit<Change, 'drug' | 'lot' | 'drawer' | 'actor'>,
    before: string | null = null,
  ): void => {
    const key = JSON.stringify([drug, lot, drawer, to.status, to.ref])
    if (waiting.has(key)) return
    waiting.add(key)
    const data = { drug, lot, drawer, actor: null, ...to }
    journal.tell(
      { kind: 'lot.status', data },
      { project: () => project(data, before), saved: () => waiting.delete(key) },
    )
    onChange()
  }

  const beforeRecall = ({ drug, lot, drawer }: StoredLot): Before => {
    const row = db.get<{ before_recall: string | null }>(
      'SELECT before_recall FROM lots WHERE drug = ? AND lot = ? AND drawer = ?',
      drug,
      lot,
      drawer,
    )
    return row?.before_recall
      ? (JSON.parse(row.before_recall) as Before)
      : { status: 'available', cause: null, ref: null }
  }

  /** True when the recall alone says how the lot stands. */
  const underRecall = (one: StoredLot): boolean => {
    const recall = recalls.covering(one.drug, one.lot)
    if (recall && one.status !== 'recalled' && one.quantity > 0) {
      const { status, cause, ref } = one
      tell(
        one,
        { status: 'recalled', cause: 'recall', ref: recall.id },
        JSON.stringify({ status, cause, ref }),
      )
      return true
    }
    if (!recall && one.status === 'recalled') {
      const { status, cause, ref } = beforeRecall(one)
      tell(one, { status, cause: cause ?? 'recall-lifted', ref: ref ?? one.ref })
      return true
    }
    return recall !== undefined
  }

  /** What goods bear adds up: a lot keeps the excursions it was in before, those it was released after too. */
  const underExcursions = (one: StoredLot, open: readonly OpenExcursion[]): void => {
    if (one.quantity <= 0 || (one.status !== 'available' && one.status !== 'quarantined')) return
    const known = excursionsOf(one.ref)
    const cold = drawers.get(one.drawer)?.cold
    const fresh = open.filter(each => each.thermometer === cold && !known.includes(each.excursion))
    if (fresh.length === 0) return
    const cause = one.status === 'quarantined' ? (one.cause ?? 'excursion') : 'excursion'
    const ref = [...known, ...fresh.map(({ excursion }) => excursion)].join(' ')
    tell(one, { status: 'quarantined', cause, ref })
  }

  const enforce = (started: readonly OpenExcursion[] = []): void => {
    const open = openExcursions(db)
    const also = started.filter(one => !open.some(({ excursion }) => excursion === one.excursion))
    for (const one of stock.lots()) if (!underRecall(one)) underExcursions(one, [...open, ...also])
  }

  journal.onAppend(records => {
    if (!records.some(({ kind }) => MOVING.has(kind))) return
    enforce(
      records.flatMap(({ kind, data }) => {
        if (kind !== 'excursion.alarm') return []
        const { thermometer, excursion, source } = JSON.parse(data) as JournalEvents['excursion.alarm']
        // A logger's export that is played again says nothing of what lies here now.
        return source === 'sensor' ? [{ thermometer, excursion }] : []
      }),
    )
  })

  const assertMay = (lot: StoredLot, status: PersonsChange['status']): void => {
    if (lot.status === 'recalled')
      throw refuse(
        'E_LOT_RECALLED',
        '该批号已召回，只有中心药房能解除',
        'this lot is recalled: only the centre can lift that',
      )
    if (lot.status === 'returned')
      throw refuse(
        'E_LOT_RETURNED',
        '这是退药，请在退药页面处理',
        'this was returned: decide it on the page of returns',
      )
    if (lot.status === status) throw refuse('E_LOT_STATUS', '该批号已是这个状态', 'the lot stands so already')
    const cold = drawers.get(lot.drawer)?.cold
    if (status === 'available' && openExcursions(db).some(({ thermometer }) => thermometer === cold))
      throw refuse('E_EXCURSION_OPEN', '该抽屉仍在超温，不能解除隔离', 'the drawer is still out of range')
  }

  return {
    enforce,
    /** R14, R20. Errors: E_LOT_UNKNOWN, E_LOT_RECALLED, E_LOT_RETURNED, E_LOT_STATUS, E_EXCURSION_OPEN, E_REASON. */
    change: (actor: string, { drug, lot, drawer, status, reason, stability }: PersonsChange): void => {
      const found = stock.lot(drug, lot, drawer)
      if (!found) throw refuse('E_LOT_UNKNOWN', '没有登记这个批号', 'no such lot in that drawer')
      if (!reason.trim()) throw refuse('E_REASON', '请填写原因', 'a reason is needed')
      assertMay(found, status)
      // What the goods went through stays with them.
      const { ref } = found
      const data = {
        drug,
        lot,
        drawer,
        status,
        actor,
        cause: reason,
        ref,
        ...(stability ? { stability } : {}),
      }
      journal.append([{ kind: 'lot.status', data }], () => project(data, null))
      onChange()
    },
  }
}
