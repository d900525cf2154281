import type { Lot } from '#domain/drug.ts'
import { YaoguiError } from '#domain/error.ts'
import type { LotStatus, Movement } from '#domain/journal/events-operations.ts'
import { shanghaiDay } from '#domain/time.ts'
import { isUnnamed } from '#domain/unnamed-lot.ts'
import type { Database } from '../journal/database.ts'

/** A lot in a drawer as it is kept here, with why it stands as it stands. */
export type StoredLot = Lot & {
  /** Packs that were weighed to learn `packGrams`. */
  readonly reference: number
  readonly cause: string | null
  readonly ref: string | null
}
/** What a movement cannot say of a lot that was not in that drawer before. */
export type LotDetails = Omit<Lot, 'status' | 'quantity'> & {
  readonly reference?: number
  readonly status?: LotStatus
}
/** One portion of an item to take: from which lot in which drawer. */
export type Portion = { readonly lot: StoredLot; readonly quantity: number }

/** Where nobody said how many packs were weighed. */
export const REFERENCE_PACKS = 10

type Place = Pick<Lot, 'drug' | 'lot' | 'drawer'>

type Row = {
  drug: string
  lot: string
  drawer: string
  expiry: string
  quantity: number
  pack_grams: number
  pack_cv: number
  status: LotStatus
  reference: number
  status_cause: string | null
  status_ref: string | null
}

const lotOf = ({ drug, lot, drawer, expiry, quantity, status, reference, ...row }: Row): StoredLot => ({
  drug,
  lot,
  drawer,
  expiry,
  quantity,
  packGrams: row.pack_grams,
  packCv: row.pack_cv,
  status,
  reference,
  cause: row.status_cause,
  ref: row.status_ref,
})

const unknownLot = ({ drug, lot, drawer }: Movement): YaoguiError =>
  new YaoguiError('E_LOT_UNKNOWN', {
    zh: `抽屉 ${drawer} 里没有登记 ${drug} 的批号 ${lot}`,
    en: `drawer ${drawer} holds no lot ${lot} of ${drug}`,
    wayOut: { zh: '请核对包装上的批号，或先入库', en: 'check the lot on the pack, or put it in first' },
  })

const sameLot = (a: Place, b: Place): boolean => a.drug === b.drug && a.lot === b.lot && a.drawer === b.drawer

/** The table of lots: what every drawer holds. Whatever changes it runs in the transaction of the record that says so. */
export const createLots = (db: Database) => {
  const lots = (drug?: string): readonly StoredLot[] =>
    (drug === undefined
      ? db.all<Row>('SELECT * FROM lots ORDER BY drawer, expiry')
      : db.all<Row>('SELECT * FROM lots WHERE drug = ? ORDER BY expiry, lot', drug)
    ).map(lotOf)
  const lot = (drug: string, number: string, drawer: string): StoredLot | undefined => {
    const row = db.get<Row>(
      'SELECT * FROM lots WHERE drug = ? AND lot = ? AND drawer = ?',
      drug,
      number,
      drawer,
    )
    return row && lotOf(row)
  }
  /** A lot weighs the same in every drawer: what is known of it in another one helps. */
  const detailsOf = (movement: Movement, given: readonly LotDetails[]): LotDetails => {
    const same = given.filter(one => one.drug === movement.drug && one.lot === movement.lot)
    const found = same.find(one => one.drawer === movement.drawer) ?? same[0]
    if (found) return found
    const elsewhere = lots(movement.drug).find(one => one.lot === movement.lot)
    if (!elsewhere) throw unknownLot(movement)
    return { ...elsewhere, status: 'available' }
  }
  const add = ({ drug, lot: number, drawer, quantity }: Movement, details: LotDetails): void => {
    const { expiry, packGrams, packCv, reference = REFERENCE_PACKS, status: given = 'available' } = details
    const status = given === 'available' && isUnnamed(number) ? 'quarantined' : given
    db.run(
      `INSERT INTO lots (drug, lot, drawer, expiry, quantity, pack_grams, pack_cv, status, reference)
       VALUES (?,?,?,?,?,?,?,?,?)`,
      drug,
      number,
      drawer,
      expiry,
      quantity,
      packGrams,
      packCv,
      status,
      reference,
    )
  }
  const setExpiry = ({ drug, lot: number, drawer }: Movement, expiry: string): void =>
    db.run(
      'UPDATE lots SET expiry = ? WHERE drug = ? AND lot = ? AND drawer = ?',
      expiry,
      drug,
      number,
      drawer,
    )
  return {
    lots,
    lot,
    /**
     * First expiry, first out (R14): never an expired, recalled, quarantined or returned lot, nor one in a drawer that
     * `usable` refuses. Fewer portions than asked for means there is not enough.
     */
    pick: (
      drug: string,
      quantity: number,
      now: Date,
      usable: (drawer: string) => boolean = () => true,
    ): readonly Portion[] => {
      const today = shanghaiDay(now)
      const portions: Portion[] = []
      let missing = quantity
      for (const one of lots(drug)) {
        if (missing === 0) break
        if (one.status !== 'available' || one.expiry < today || one.quantity <= 0) continue
        if (!usable(one.drawer)) continue
        const take = Math.min(missing, one.quantity)
        portions.push({ lot: one, quantity: take })
        missing -= take
      }
      return portions
    },
    /**
     * Inside the transaction of the record that says so. Below zero means the ledger was wrong: a count will show it.
     * `given`: what is known of lots that were not in their drawer before. Errors: E_LOT_UNKNOWN.
     */
    applyMovements: (
      movements: readonly Movement[],
      { lots: given = [] }: { readonly lots?: readonly LotDetails[] } = {},
    ): void => {
      for (const movement of movements) {
        const { drug, lot: number, drawer, quantity } = movement
        if (quantity === 0) continue
        const here = lot(drug, number, drawer)
        // Nothing is left of what the old date was read off.
        const fresh = here && here.quantity <= 0 && given.find(each => sameLot(each, movement))?.expiry
        if (fresh) setExpiry(movement, fresh)
        if (here)
          db.run(
            'UPDATE lots SET quantity = quantity + ? WHERE drug = ? AND lot = ? AND drawer = ?',
            quantity,
            drug,
            number,
            drawer,
          )
        else add(movement, detailsOf(movement, given))
      }
    },
    /** What is there now, by a count; inside the transaction of its record. */
    set: (counted: LotDetails & { readonly quantity: number }): void => {
      if (lot(counted.drug, counted.lot, counted.drawer))
        db.run(
          'UPDATE lots SET quantity = ? WHERE drug = ? AND lot = ? AND drawer = ?',
          counted.quantity,
          counted.drug,
          counted.lot,
          counted.drawer,
        )
      else add(counted, counted)
    },
  }
}
