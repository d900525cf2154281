import { type RawBuilder, sql } from 'kysely'
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import type { Db } from '../db/open.ts'

const text = Type.String()
const textOrNull = Type.Union([text, Type.Null()])
const line = { line: Type.Integer(), quantity: Type.Number() }
const restocked = Type.Object({
  authority: Type.Object({ kind: Type.Literal('shipment'), shipment: text, line: Type.Integer() }),
  movements: Type.Array(Type.Object({ quantity: Type.Number() })),
})

/** What of the sites' records about goods is shown here. One that says something else is passed over. */
const TOLD = {
  'shipment.received': Type.Object({
    ...{ shipment: text, note: text, actor: textOrNull },
    source: Type.Union([Type.Literal('centre'), Type.Literal('paper')]),
    lines: Type.Array(Type.Object({ ...line, drug: text, lot: text, expiry: text })),
  }),
  'shipment.closed': Type.Object({
    ...{ shipment: text, actor: text, reason: textOrNull },
    missing: Type.Array(Type.Object(line)),
  }),
  'order.refused': Type.Object({
    ...{ orderEpoch: Type.Integer(), orderSeq: Type.Integer() },
    ...{ kind: text, code: text },
  }),
  'lot.status': Type.Object({ drug: text, lot: text, drawer: text, status: text, ref: textOrNull }),
  'replenishment.proposed': Type.Object({
    drug: text,
    ...{ quantity: Type.Number(), inStock: Type.Number(), par: Type.Number() },
  }),
  'operation.completed': restocked,
  'operation.reviewed': restocked,
} as const
type ToldKind = keyof typeof TOLD
export type Told<K extends ToldKind> = {
  readonly site: string
  /** By the site's clock. */
  readonly at: string
  /** By the centre's: what is compared with orders. */
  readonly storedAt: string
  readonly data: Static<(typeof TOLD)[K]>
}

/** Words of the partial indexes: a parameter in their place would not be known to imply them. */
const condition = (kind: ToldKind): RawBuilder<boolean> =>
  kind === 'operation.completed' || kind === 'operation.reviewed'
    ? sql`kind = ${sql.lit(kind)} AND data LIKE '%"shipment"%'`
    : sql`kind = ${sql.lit(kind)}`

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Bounds what one page reads, whatever the sites have written. */
const LIMIT = 5_000

type Asked = {
  /** Only what was stored from then on. */
  readonly since?: string | undefined
  /** Only what names one of these notes first of all: of kinds that name one. */
  readonly shipments?: readonly string[]
}
const EVER = '1970-01-01T00:00:00.000Z'

/** The note that a record names, as it stands in its JSON. */
const NAMED = sql<string>`substring(data from '"shipment":("(?:[^"\\\\]|\\\\.)*")')`

/** Records of a kind from all sites, newest first. */
export const told = async <K extends ToldKind>(
  db: Db,
  kind: K,
  { since = EVER, shipments }: Asked = {},
): Promise<readonly Told<K>[]> => {
  const query = db
    .selectFrom('journal')
    .select(['site', 'at', 'stored_at', 'data'])
    .where(condition(kind))
    .where('stored_at', '>=', since)
    .orderBy('stored_at', 'desc')
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(LIMIT)
  const names = shipments?.map(one => JSON.stringify(one))
  const rows = await (names ? query.where(NAMED, 'in', names) : query).execute()
  const schema = TOLD[kind]
  return rows.flatMap(({ site, at, stored_at: storedAt, data: json }) => {
    const data = parse(json)
    return Check(schema, data) ? [{ site, at, storedAt, data: data as Static<(typeof TOLD)[K]> }] : []
  })
}
