import type { StockView } from '#cloud-sync/contract/edge-api.ts'
import type { Lot } from '#domain/drug.ts'
import type { CountedItem } from '#domain/journal/events.ts'
import { shanghaiDay } from '#domain/time.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'

type Row = {
  drug: string
  lot: string
  drawer: string
  expiry: string
  quantity: number
  pack_grams: number
  pack_cv: number
  status: Lot['status']
}

const lotOf = ({ pack_grams, pack_cv, ...row }: Row): Lot => ({
  ...row,
  packGrams: pack_grams,
  packCv: pack_cv,
})

/** What the site knows of an item: the formulary arrives as an order, so that names are the centre's. */
export type KnownItem = {
  readonly id: string
  readonly name: string
  readonly spec: string
  readonly packUnit: string
  readonly initials: string
}

/** One portion of an item to take: from which lot in which drawer. */
export type Portion = { readonly lot: Lot; readonly quantity: number }

/** Lots and quantities by drawer. Every change is a projection of a journal record, written in its transaction. */
export const createStock = ({ db, journal }: { readonly db: Database; readonly journal: Journal }) => {
  const lots = (drug?: string): readonly Lot[] =>
    (drug === undefined
      ? db.all<Row>('SELECT * FROM lots ORDER BY drawer, expiry')
      : db.all<Row>('SELECT * FROM lots WHERE drug = ? ORDER BY expiry, lot', drug)
    ).map(lotOf)
  const item = (id: string): KnownItem => {
    const row = db.get<{ body: string }>('SELECT body FROM items WHERE id = ?', id)
    return row
      ? (JSON.parse(row.body) as KnownItem)
      : { id, name: id, spec: '', packUnit: '盒', initials: '' }
  }
  const put = (lot: Omit<Lot, 'status'>): void =>
    db.run(
      `INSERT INTO lots (drug, lot, drawer, expiry, quantity, pack_grams, pack_cv, status) VALUES (?,?,?,?,?,?,?,'available')
       ON CONFLICT (drug, lot, drawer) DO UPDATE SET quantity = excluded.quantity`,
      lot.drug,
      lot.lot,
      lot.drawer,
      lot.expiry,
      lot.quantity,
      lot.packGrams,
      lot.packCv,
    )
  return {
    lots,
    item,
    lot: (drug: string, lot: string, drawer: string): Lot | undefined => {
      const row = db.get<Row>(
        'SELECT * FROM lots WHERE drug = ? AND lot = ? AND drawer = ?',
        drug,
        lot,
        drawer,
      )
      return row && lotOf(row)
    },
    /**
     * First expiry, first out (R14): never an expired, recalled or quarantined lot. Fewer portions than asked for
     * means there is not enough.
     */
    pick: (drug: string, quantity: number, now: Date): readonly Portion[] => {
      const today = shanghaiDay(now)
      const portions: Portion[] = []
      let missing = quantity
      for (const lot of lots(drug)) {
        if (missing === 0) break
        if (lot.status !== 'available' || lot.expiry < today || lot.quantity <= 0) continue
        const take = Math.min(missing, lot.quantity)
        portions.push({ lot, quantity: take })
        missing -= take
      }
      return portions
    },
    /** Inside the transaction of the record that says so. Below zero means the ledger was wrong: a count will show it. */
    takeOut: (items: readonly CountedItem[]): void => {
      for (const { drug, lot, drawer, taken } of items)
        if (taken !== null)
          db.run(
            'UPDATE lots SET quantity = quantity - ? WHERE drug = ? AND lot = ? AND drawer = ?',
            taken,
            drug,
            lot,
            drawer,
          )
    },
    /** A count by a person (or the first filling), all or nothing: what is there now, with each lot's own pack weight. */
    count: (actor: string, counted: readonly Omit<Lot, 'status'>[]): void => {
      const events = counted.map(lot => ({ kind: 'stock.counted', data: { actor, ...lot } }) as const)
      journal.append(events, () => counted.forEach(put))
    },
    list: (): readonly StockView[] =>
      lots().map(({ drug, lot, expiry, drawer, quantity, status }) => {
        const { name, spec, packUnit } = item(drug)
        return { drug, name, spec, unit: packUnit, lot, expiry, drawer, quantity, status }
      }),
  }
}

export type Stock = ReturnType<typeof createStock>
