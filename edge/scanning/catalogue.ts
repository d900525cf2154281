import type { ItemCode } from '#domain/drug.ts'
import { contentOf } from '#domain/drug-code/pack.ts'
import type { Database } from '../journal/database.ts'

/** What scanning needs of an item of the formulary. */
export type CodedItem = {
  readonly id: string
  readonly name: string
  readonly spec: string
  readonly packUnit: string
  readonly codes?: readonly ItemCode[]
  readonly scan?: 'required'
}

/** The item that a key belongs to; `packs` > 1: the code of a bundle or a case. */
export type CodedPack = { readonly item: CodedItem; readonly packs: number }

/** The formulary by the codes on its packs, as the centre ordered it last. */
export const createCatalogue = ({ db }: { readonly db: Database }) => {
  const known = (key: string): CodedPack | undefined => {
    const row = db.get<{ body: string; packs: number }>(
      `SELECT items.body, json_extract(code.value, '$.packs') AS packs
       FROM items, json_each(items.body, '$.codes') AS code WHERE json_extract(code.value, '$.code') = ? LIMIT 1`,
      key,
    )
    return row && { item: JSON.parse(row.body) as CodedItem, packs: row.packs }
  }
  return {
    items: (): readonly CodedItem[] =>
      db
        .all<{ body: string }>('SELECT body FROM items ORDER BY id')
        .map(row => JSON.parse(row.body) as CodedItem),
    item: (id: string): CodedItem => {
      const row = db.get<{ body: string }>('SELECT body FROM items WHERE id = ?', id)
      return row ? (JSON.parse(row.body) as CodedItem) : { id, name: id, spec: '', packUnit: '盒' }
    },
    /** A case whose own number the formulary lacks is still known for a case, by the GTIN of what it holds. */
    find: (key: string): CodedPack | undefined => {
      const found = known(key)
      const content = found ? undefined : contentOf(key)
      const inside = content === undefined ? undefined : known(content)
      return found ?? (inside && { item: inside.item, packs: Number.POSITIVE_INFINITY })
    },
  }
}

export type Catalogue = ReturnType<typeof createCatalogue>
