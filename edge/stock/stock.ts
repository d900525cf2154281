import type { StockView } from '#cloud-sync/contract/edge-stock.ts'
import type { CountedItem } from '#domain/journal/events.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import { createLots, type LotDetails } from './lots.ts'

export type { LotDetails, StoredLot } from './lots.ts'

/** What the site knows of an item: the formulary arrives as an order, so that names are the centre's. */
export type KnownItem = {
  readonly id: string
  readonly name: string
  readonly spec: string
  readonly packUnit: string
  readonly initials: string
  /** Nominal weight of a pack, grams; a lot has its own. */
  readonly packGrams?: number
  readonly storage?: 'room' | 'cold'
}

/** A drug of a line in the words of the formulary, as every view has it. */
export const nameOf = ({ id, name, spec, packUnit }: KnownItem) => ({ drug: id, name, spec, unit: packUnit })

/** Lots and quantities by drawer. Every change is a projection of a journal record, written in its transaction. */
export const createStock = ({ db, journal }: { readonly db: Database; readonly journal: Journal }) => {
  const table = createLots(db)
  const item = (id: string): KnownItem => {
    const row = db.get<{ body: string }>('SELECT body FROM items WHERE id = ?', id)
    return row
      ? (JSON.parse(row.body) as KnownItem)
      : { id, name: id, spec: '', packUnit: '盒', initials: '' }
  }
  const lotsShown = (shown: (drawer: string) => boolean) => table.lots().filter(({ drawer }) => shown(drawer))
  return {
    ...table,
    item,
    /** Does the formulary name it, or was it ever here? */
    knows: (drug: string): boolean =>
      db.get('SELECT 1 FROM items WHERE id = ?', drug) !== undefined || table.lots(drug).length > 0,
    /** What a withdrawal took, inside the transaction of its record. `details` as for `applyMovements`. */
    takeOut: (items: readonly CountedItem[], details: readonly LotDetails[] = []): void =>
      table.applyMovements(
        items.flatMap(({ drug, lot, drawer, taken }) =>
          taken === null ? [] : [{ drug, lot, drawer, quantity: -taken }],
        ),
        { lots: details },
      ),
    /** A count by a person (or the first filling), all or nothing: what is there now, with each lot's own pack weight. */
    count: (
      actor: string,
      counted: readonly (Omit<LotDetails, 'status'> & { readonly quantity: number })[],
    ): void => {
      const events = counted.map(lot => ({ kind: 'stock.counted', data: { actor, ...lot } }) as const)
      journal.append(events, () => counted.forEach(table.set))
    },
    /** Every lot in the drawers that are `shown`. */
    list: (shown: (drawer: string) => boolean = () => true): readonly StockView[] =>
      lotsShown(shown).map(({ drug, lot, expiry, drawer, quantity, status }) => ({
        ...nameOf(item(drug)),
        lot,
        expiry,
        drawer,
        quantity,
        status,
      })),
  }
}

export type Stock = ReturnType<typeof createStock>
