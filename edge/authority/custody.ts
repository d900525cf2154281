/**
 * The mechanical keys (R16). While one is out nothing is unlocked, since nobody can say what is taken by hand; when it is
 * back every drawer needs a count before it is picked from. What was handed out meanwhile is written down later, with its
 * own time and two names.
 */
import { randomUUID } from 'node:crypto'
import { YaoguiError } from '#domain/error.ts'
import type { OperationEvents } from '#domain/journal/events-operations.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { Authorisations } from '../authorisation/authorisations.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Stock } from '../stock/stock.ts'
import { type CustodyRow, createCustodyTable } from './custody-table.ts'
import { demandReason } from './reasons.ts'

const refuse = (code: string, zh: string, en: string, wayOut?: { zh: string; en: string }) =>
  new YaoguiError(code, { zh, en, ...(wayOut ? { wayOut } : {}) })

const downtime = () =>
  refuse('E_DOWNTIME', '机械钥匙在外，停机中，不能开锁', 'a mechanical key is out: nothing is unlocked', {
    zh: '请先归还钥匙并登记',
    en: 'bring the key back first',
  })

export const outsideDowntime = () =>
  refuse('E_DOWNTIME_TIME', '时间不在停机期间', 'that is not within the downtime')

/** What was handed out by hand; `at` ISO 8601 UTC with milliseconds, quantities are packs that left the drawer. */
export type HandedOut = {
  readonly at: string
  readonly rx: string
  readonly patient: string
  readonly items: readonly {
    readonly drug: string
    readonly lot: string
    readonly drawer: string
    readonly quantity: number
  }[]
}
type By = { readonly person: string; readonly sign: () => string }

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly alarms: Pick<Alarms, 'raise' | 'clear'>
  readonly stock: Pick<Stock, 'applyMovements' | 'lot'>
  readonly authorisations: Pick<Authorisations, 'setStatus'>
  /** Every drawer is to be counted before it is picked from. */
  readonly demandCount: () => void
  /** Was this drawer counted since? */
  readonly isCounted: (drawer: string) => boolean
  readonly onChange: () => void
}

const ALARM = 'key-out'

export const createCustody = (options: Options) => {
  const { db, journal, clock, alarms, stock, authorisations, demandCount, isCounted, onChange } = options
  const table = createCustodyTable({ db, clock })

  /** As long as it lasts; a power cut between the record and the alarm loses neither. */
  const remind = (): void => {
    if (table.out())
      alarms.raise({
        id: ALARM,
        kind: 'custody',
        level: 'warning',
        zh: '机械钥匙在外：停机中，药柜不开锁',
        en: 'a mechanical key is out: downtime, nothing is unlocked',
      })
    else alarms.clear(ALARM)
  }

  const alreadyOut = ({ person }: CustodyRow) =>
    refuse('E_KEY_OUT', `钥匙已由${person}取走`, `${person} has the key already`)

  /** A count says what is there: what was handed out before it is in it already. Errors: E_DOWNTIME_COUNTED. */
  const assertNotCounted = ({ id, returned_at: back }: CustodyRow, drawer: string): void => {
    if (back !== null && (isCounted(drawer) || table.countedSince(drawer, id)))
      throw refuse(
        'E_DOWNTIME_COUNTED',
        `抽屉 ${drawer} 已盘点，不能再补录`,
        `${drawer} has been counted since: the count has it already`,
        { zh: '请在盘点差异中说明', en: 'explain it in the case of that count' },
      )
    if (table.isCounting(drawer))
      throw refuse('E_DOWNTIME_COUNTED', `抽屉 ${drawer} 正在盘点，不能补录`, `${drawer} is being counted`, {
        zh: '请先取消盘点，补录后再盘点',
        en: 'cancel the count, write it down, then count',
      })
  }

  /** Errors: E_CUSTODY_UNKNOWN, E_DOWNTIME_TIME, E_LOT_UNKNOWN, E_DOWNTIME_COUNTED. */
  const checkEntry = (id: string, { at, items }: HandedOut): void => {
    const custody = table.find(id)
    if (!custody) throw refuse('E_CUSTODY_UNKNOWN', '没有这次钥匙登记', 'there is no such custody')
    const until = custody.returned_at ?? clock.now().toISOString()
    // People write minutes.
    const from = `${custody.taken_at.slice(0, 16)}:00.000Z`
    if (at < from || at > until) throw outsideDowntime()
    for (const { drug, lot, drawer } of items) {
      if (!stock.lot(drug, lot, drawer))
        throw refuse('E_LOT_UNKNOWN', `抽屉 ${drawer} 没有这个批号`, `${drawer} holds no such lot`)
      assertNotCounted(custody, drawer)
    }
  }

  return {
    list: table.list,
    remind,
    /** Who has a key now; undefined = nobody. */
    holder: (): string | undefined => table.out()?.person,
    /** Errors: E_DOWNTIME. */
    assertInService: (): void => {
      if (table.out()) throw downtime()
    },
    /** Errors: E_REASON, E_KEY_OUT, E_SECOND, E_DISK_*. */
    take: (reason: string, { person, sign }: By): void => {
      demandReason('downtime', reason)
      const out = table.out()
      if (out) throw alreadyOut(out)
      const data = { custody: randomUUID(), person, second: sign(), reason }
      journal.append([{ kind: 'key.taken', data }], () => table.take(data))
      remind()
      onChange()
    },
    /** Errors: E_KEY_IN, E_SECOND, E_DISK_*. */
    bringBack: ({ person, sign }: By): void => {
      const out = table.out()
      if (!out) throw refuse('E_KEY_IN', '没有取出的钥匙', 'no key is out')
      const data = { custody: out.id, person, second: sign() }
      // Before the key is back: a power cut in between must not leave a drawer that nobody counts.
      demandCount()
      journal.append([{ kind: 'key.returned', data }], () => table.bringBack(data))
      remind()
      onChange()
    },
    /**
     * What was handed out while the cabinet was down; an order of that prescription which waits here is done with, or the
     * next one that comes (`authorisations.store`).
     * Errors: E_CUSTODY_UNKNOWN, E_DOWNTIME_TIME, E_LOT_UNKNOWN, E_DOWNTIME_COUNTED, E_SECOND, E_DISK_*.
     */
    enter: (custody: string, handed: HandedOut, { person, sign }: By): void => {
      checkEntry(custody, handed)
      const items = handed.items.map(({ drug, lot, drawer, quantity }) => ({
        ...{ drug, lot, drawer },
        quantity: -quantity,
      }))
      const names = { actor: person, second: sign() }
      const data: OperationEvents['downtime.entry'] = {
        ...{ entry: randomUUID(), custody, at: handed.at, rx: handed.rx.trim(), patient: handed.patient },
        items,
        ...names,
      }
      journal.append([{ kind: 'downtime.entry', data }], () => {
        const jti = table.waitingOrder(data.rx)
        table.enter(data, jti)
        stock.applyMovements(items)
        if (jti !== undefined) authorisations.setStatus(jti, 'dispensed')
      })
      onChange()
    },
  }
}

export type Custody = ReturnType<typeof createCustody>
