/** The shapes of `cloud-sync/contract/central-goods.ts`, as schemas. */
import Type, { type TSchema } from 'typebox'
import { SiteList } from '#cloud-sync/contract/messages.ts'

const text = Type.String()
const whole = Type.Integer()
const flag = Type.Boolean()
const number = Type.Number()
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const oneOf = (...values: readonly string[]) => Type.Union(values.map(value => Type.Literal(value)))

const line = { line: whole, drug: text, lot: text, expiry: text, quantity: number, received: number }
export const ShipmentSchema = Type.Object({
  ...{ id: text, site: text, shipment: text, note: text, source: oneOf('centre', 'paper') },
  status: oneOf('sent', 'stored', 'closed', 'refused'),
  ...{ refused: orNull(text), sentBy: orNull(text), sentAt: orNull(text), storedAt: orNull(text) },
  ...{ closedAt: orNull(text), closedBy: orNull(text), enteredBy: orNull(text), reason: orNull(text) },
  lines: Type.Array(Type.Object(line)),
})
export const ReplenishmentSchema = Type.Object({
  ...{ site: text, drug: text, quantity: number, inStock: number, par: number, at: text },
})

const held = { drawer: text, lot: text, expiry: text, quantity: number, heldAt: orNull(text) }
const answer = { site: text, sent: flag, stored: flag, refused: orNull(text) }
export const RecallSchema = Type.Object({
  ...{ recall: text, drug: text, lot: orNull(text), reason: text, orderedAt: text, orderedBy: orNull(text) },
  lifted: orNull(Type.Object({ at: text, by: orNull(text), reason: text })),
  sites: Type.Array(Type.Object({ ...answer, lots: Type.Array(Type.Object(held)) })),
})
const handedOut = { site: text, rx: text, prescription: orNull(text), at: text, lot: text }
export const RecallDispensedSchema = Type.Object({
  withdrawals: Type.Array(Type.Object({ ...handedOut, quantity: orNull(number) })),
  more: flag,
})

const listName = oneOf('override', 'look-alike', 'par')
const version = Type.Object({
  ...{ version: text, seq: whole, sentAt: text, sentBy: orNull(text), stored: flag, refused: orNull(text) },
  ...{ entries: whole, effective: orNull(text), reviewBy: orNull(text) },
})
export const SiteListSchema = Type.Object({
  ...{ site: text, name: listName, newest: orNull(version), inForce: orNull(version) },
})
export const SiteListDetailSchema = Type.Object({
  ...{ site: text, name: listName, list: orNull(SiteList), versions: Type.Array(version) },
})
