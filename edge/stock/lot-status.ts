import { type Wording, YaoguiError } from '#domain/error.ts'
import type { JournalEvents } from '#domain/journal/events.ts'
import type { LotStatus } from '#domain/journal/events-operations.ts'
import { isUnnamed } from '#domain/unnamed-lot.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Exposed } from '../returns/exposed.ts'
import { excursionsOf, type OpenExcursion, openExcursions } from './excursions.ts'
import type { Recalls } from './recalls.ts'
import { assertCovered, type Grounds } from './release.ts'
import type { Stock, StoredLot } from './stock.ts'

type Change = JournalEvents['lot.status']
type Before = { readonly status: LotStatus; readonly cause: string | null; readonly ref: string | null }

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly stock: Pick<Stock, 'lots' | 'lot'>
  readonly recalls: Recalls
  readonly exposed: Exposed
  readonly drawers: ReadonlyMap<string, { readonly cold?: string | undefined }>
  readonly onChange: () => void
}

const refuse = (code: string, zh: string, en: string, wayOut?: Wording): YaoguiError =>
  new YaoguiError(code, { zh, en, ...(wayOut ? { wayOut } : {}) })

export type PersonsChange = {
  readonly drug: string
  readonly lot: string
  readonly drawer: string
  readonly status: 'available' | 'quarantined'
  readonly reason: string
  /** Of a release: what the goods went through, and what it stands on. */
  readonly grounds?: Grounds
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
export const createLotStatus = (options: Options) => {
  const { db, journal, stock, recalls, exposed, drawers, onChange } = options
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

  /** `went`: excursions that what a patient brought back lies in now. */
  const tell = (
    { drug, lot, drawer }: StoredLot,
    to: Omit<Change, 'drug' | 'lot' | 'drawer' | 'actor'>,
    { before = null, went = [] }: { readonly before?: string | null; readonly went?: readonly string[] } = {},
  ): void => {
    const key = JSON.stringify([drug, lot, drawer, to.status, to.ref])
    if (waiting.has(key)) return
    waiting.add(key)
    const data = { drug, lot, drawer, actor: null, ...to }
    journal.tell(
      { kind: 'lot.status', data },
      {
        project: () => {
          project(data, before)
          if (went.length > 0) exposed.add(drug, lot, went)
        },
        saved: () => waiting.delete(key),
      },
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

  /** True when the lot stands otherwise by it than it did: what else holds it is part of how it stands now. */
  const underRecall = (one: StoredLot): boolean => {
    const recall = recalls.covering(one.drug, one.lot)
    if (recall && one.status !== 'recalled' && one.quantity > 0) {
      const { status, cause, ref } = one
      tell(
        one,
        { status: 'recalled', cause: 'recall', ref: recall.id },
        { before: JSON.stringify({ status, cause, ref }) },
      )
      return true
    }
    if (!recall && one.status === 'recalled') {
      const { status, cause, ref } = beforeRecall(one)
      tell(one, { status, cause: cause ?? 'recall-lifted', ref: ref ?? one.ref })
      return true
    }
    return false
  }

  /** Those that this drawer is in now. */
  const openIn = (drawer: string, open: readonly OpenExcursion[]): readonly string[] => {
    const cold = drawers.get(drawer)?.cold
    return open.filter(({ thermometer }) => thermometer === cold).map(({ excursion }) => excursion)
  }

  /** What each return of a lot carries, or the lot itself. */
  const carriedBy = ({ drug, lot }: StoredLot, { status, ref }: Pick<Before, 'status' | 'ref'>) => {
    const each = status === 'returned' ? exposed.of(drug, lot) : []
    return each.length > 0 ? each : [excursionsOf(ref)]
  }

  /** R11: it stays with its check, which puts none of it back as good. */
  const underReturned = (one: StoredLot, here: readonly string[]): void => {
    const carried = carriedBy(one, one)
    if (carried.every(known => here.every(id => known.includes(id)))) return
    const ref = [...new Set([...carried.flat(), ...here])].join(' ')
    tell(one, { status: 'returned', cause: 'excursion', ref }, { went: here })
  }

  /** How it stands once the recall is lifted changes meanwhile. */
  const whileRecalled = (one: StoredLot, here: readonly string[]): void => {
    const { status, cause, ref } = beforeRecall(one)
    const carried = carriedBy(one, { status, ref })
    if (carried.every(known => here.every(id => known.includes(id)))) return
    const all = [...new Set([...excursionsOf(ref), ...carried.flat(), ...here])]
    const next: Before =
      status === 'quarantined'
        ? { status, cause: cause ?? 'excursion', ref: all.join(' ') }
        : { status: status === 'returned' ? status : 'quarantined', cause: 'excursion', ref: all.join(' ') }
    const recall = recalls.covering(one.drug, one.lot)
    const to = { status: one.status, cause: 'recall', ref: [recall?.id, ...all].filter(Boolean).join(' ') }
    tell(one, to, { before: JSON.stringify(next), went: status === 'returned' ? here : [] })
  }

  const underStock = (one: StoredLot, here: readonly string[]): void => {
    const known = excursionsOf(one.ref)
    const fresh = here.filter(id => !known.includes(id))
    if (fresh.length === 0) return
    const cause = one.status === 'quarantined' ? (one.cause ?? 'excursion') : 'excursion'
    tell(one, { status: 'quarantined', cause, ref: [...known, ...fresh].join(' ') })
  }

  /** What goods bear adds up: a lot keeps the excursions it was in before, those it was released after too. */
  const underExcursions = (one: StoredLot, open: readonly OpenExcursion[]): void => {
    const here = one.quantity > 0 ? openIn(one.drawer, open) : []
    if (here.length === 0) return
    if (one.status === 'returned') underReturned(one, here)
    else if (one.status === 'recalled') whileRecalled(one, here)
    else underStock(one, here)
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
    if (status === 'available' && isUnnamed(lot.lot))
      throw refuse('E_LOT_UNNAMED', '批号不明的药品不能放行', 'goods of an unknown lot are not released', {
        zh: '请销毁；查明批号的，盘点为 0 后按纸质送货单入柜',
        en: 'waste them; once the lot is known, count them as none and put them in from paper',
      })
    const cold = drawers.get(lot.drawer)?.cold
    if (status === 'available' && openExcursions(db).some(({ thermometer }) => thermometer === cold))
      throw refuse('E_EXCURSION_OPEN', '该抽屉仍在超温，不能解除隔离', 'the drawer is still out of range')
  }

  return {
    enforce,
    /**
     * R14, R20. Errors: E_LOT_UNKNOWN, E_LOT_RECALLED, E_LOT_RETURNED, E_LOT_UNNAMED, E_LOT_STATUS, E_EXCURSION_OPEN,
     * E_LOT_STABILITY, E_REASON.
     */
    change: (actor: string, { drug, lot, drawer, status, reason, grounds }: PersonsChange): void => {
      const found = stock.lot(drug, lot, drawer)
      if (!found) throw refuse('E_LOT_UNKNOWN', '没有登记这个批号', 'no such lot in that drawer')
      if (!reason.trim()) throw refuse('E_REASON', '请填写原因', 'a reason is needed')
      assertMay(found, status)
      // What the goods went through stays with them.
      const { ref } = found
      const stability = status === 'available' ? assertCovered(excursionsOf(ref), grounds) : undefined
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
