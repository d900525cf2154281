import { DatabaseSync } from 'node:sqlite'
import type { Lot } from '#domain/drug.ts'

/** A stock table in memory that holds these lots. */
export const stockOf = (lots: readonly (Lot & { readonly reference?: number })[]): DatabaseSync => {
  const db = new DatabaseSync(':memory:')
  db.exec(`CREATE TABLE lots (drug TEXT, lot TEXT, drawer TEXT, expiry TEXT, quantity INTEGER, pack_grams REAL,
    pack_cv REAL, status TEXT, reference INTEGER); CREATE TABLE items (id TEXT, body TEXT)`)
  const insert = db.prepare('INSERT INTO lots VALUES (?,?,?,?,?,?,?,?,?)')
  for (const { drug, lot, drawer, expiry, quantity, packGrams, packCv, status, reference } of lots)
    insert.run(drug, lot, drawer, expiry, quantity, packGrams, packCv, status, reference ?? 10)
  return db
}
