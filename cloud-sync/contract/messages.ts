import Type, { type Static, type TSchema } from 'typebox'
import { Check, Errors } from 'typebox/value'
import { YaoguiError } from '#domain/error.ts'

/** What one MQTT message may weigh. A batch is cut below it; a broker refuses what is above. */
export const MAX_MESSAGE_BYTES = 256 * 1024

const id = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,30}$' })
// Beyond 2^53 two numbers are one, and a store that reads them back says so to everybody who asks.
const maximum = Number.MAX_SAFE_INTEGER
const epoch = Type.Integer({ minimum: 1, maximum, description: 'grows each time the log starts anew' })
const seq = Type.Integer({ minimum: 0, maximum, description: 'no gaps inside an epoch; 0 = nothing yet' })
const instant = Type.String({ description: 'ISO 8601 UTC' })
const hex = Type.String({ pattern: '^[0-9a-f]{64}$' })
// Unknown fields are kept, so that an older centre stores what a newer site says.
const open = { additionalProperties: true }

/** One journal record on the wire: the same fields that were hashed (domain/journal). */
export const WireRecord = Type.Object(
  {
    epoch,
    seq: Type.Integer({ minimum: 1, maximum }),
    at: instant,
    mono: Type.Number(),
    boot: Type.String(),
    clockTrusted: Type.Boolean(),
    class: Type.Union([Type.Literal('dispensing'), Type.Literal('alarm'), Type.Literal('record')]),
    kind: Type.String({ minLength: 1, maxLength: 64 }),
    data: Type.String({ maxLength: 64 * 1024, description: 'exact JSON text that was hashed' }),
    prev: hex,
    hash: hex,
  },
  open,
)

/** site → centre, `up/history`: consecutive records of one epoch. */
export const HistoryBatch = Type.Object(
  { site: id, epoch, records: Type.Array(WireRecord, { minItems: 1, maxItems: 200 }) },
  open,
)
export type HistoryBatch = Static<typeof HistoryBatch>

/** Committed up to `committed` of `epoch`; the writer of the log goes on from there. Both directions use it. */
export const Watermark = Type.Object({ epoch, committed: seq, at: instant }, open)
export type Watermark = Static<typeof Watermark>

/** What the centre may order of a site. `body` per kind: `OrderBodies`. */
export const OrderKind = Type.Union([
  Type.Literal('authorisation'),
  Type.Literal('revocation'),
  Type.Literal('keys'),
  Type.Literal('formulary'),
  Type.Literal('shipment'),
  Type.Literal('recall'),
  Type.Literal('list'),
  Type.Literal('override-match'),
])
export type OrderKind = Static<typeof OrderKind>

export const Order = Type.Object(
  {
    seq: Type.Integer({ minimum: 1, maximum }),
    at: instant,
    kind: Type.String({ maxLength: 64 }),
    body: Type.Unknown(),
  },
  open,
)
export type Order = Static<typeof Order>

/** centre → site, `down/orders`: consecutive orders of one epoch. `at` = when the centre sent it: the age of the order list. */
export const OrderBatch = Type.Object(
  { site: id, epoch, at: instant, head: seq, orders: Type.Array(Order, { maxItems: 100 }) },
  open,
)
export type OrderBatch = Static<typeof OrderBatch>

const packs = Type.Integer({ minimum: 1, maximum: 9_999 })
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const words = (maxLength = 200) => Type.String({ minLength: 1, maxLength })

/** Lists of a site that change with law and practice: each has a version and is replaced whole. */
export const SiteList = Type.Union([
  /** R3, R4: what may be taken before the review, by whom, until the list itself is to be reviewed. */
  Type.Object(
    {
      name: Type.Literal('override'),
      version: words(40),
      effective: day,
      reviewBy: day,
      entries: Type.Array(
        Type.Object(
          { drug: words(64), maxQuantity: packs, second: Type.Boolean(), roles: Type.Array(words(20)) },
          open,
        ),
        { maxItems: 200 },
      ),
    },
    open,
  ),
  /** Groups of drugs that look or sound alike: putting one in needs a second person. */
  Type.Object(
    {
      name: Type.Literal('look-alike'),
      version: words(40),
      groups: Type.Array(Type.Array(words(64), { minItems: 2, maxItems: 10 }), { maxItems: 200 }),
    },
    open,
  ),
  /** R15: below `par` packs the site proposes to be filled up to `fillTo`. */
  Type.Object(
    {
      name: Type.Literal('par'),
      version: words(40),
      levels: Type.Array(
        Type.Object({ drug: words(64), par: Type.Integer({ minimum: 0 }), fillTo: packs }, open),
        {
          maxItems: 2000,
        },
      ),
    },
    open,
  ),
])
export type SiteList = Static<typeof SiteList>

const item = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    initials: Type.String(),
    form: Type.String(),
    spec: Type.String(),
    packUnit: Type.String(),
    packGrams: Type.Number(),
    storage: Type.Union([Type.Literal('room'), Type.Literal('cold')]),
    class: Type.String(),
    codes: Type.Optional(
      Type.Array(
        Type.Object(
          {
            code: Type.String({
              pattern: '^(?:\\d{14}|[0-9A-Z]{7})$',
              description: 'GTIN of 14 digits or 药品标识码 of 7 characters; one for each packing level',
            }),
            packs: Type.Integer({
              minimum: 1,
              maximum: 99_999,
              description: 'dispensed packs inside; 1 = the pack itself',
            }),
          },
          open,
        ),
        { maxItems: 40 },
      ),
    ),
    scan: Type.Optional(Type.Literal('required', { description: 'every pack is scanned when it is taken' })),
  },
  open,
)

/** Bodies of the order kinds. An unknown kind is committed, kept and reported, never acted upon. */
export const OrderBodies = {
  /** One fill: the signed token is the authority, nothing beside it counts. */
  authorisation: Type.Object({ token: Type.String({ maxLength: 32 * 1024 }) }, open),
  revocation: Type.Object({ jti: Type.String(), reason: Type.String({ maxLength: 500 }) }, open),
  /** Public keys (JWK) trusted from now on, signed by none: the link is authenticated; first keys come at enrolment. */
  keys: Type.Object(
    { keys: Type.Array(Type.Record(Type.String(), Type.Unknown()), { minItems: 1, maxItems: 16 }) },
    open,
  ),
  formulary: Type.Object({ version: Type.String(), items: Type.Array(item, { maxItems: 2000 }) }, open),
  /** A shipment note (送货单). `packGrams` and `packCv` of the lot's own pack, if the centre weighed it. */
  shipment: Type.Object(
    {
      shipment: words(64),
      note: words(64),
      lines: Type.Array(
        Type.Object(
          {
            line: Type.Integer({ minimum: 1, maximum: 500 }),
            drug: words(64),
            lot: words(40),
            expiry: day,
            quantity: packs,
            packGrams: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 50_000 })),
            packCv: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
          },
          open,
        ),
        { minItems: 1, maxItems: 500 },
      ),
    },
    open,
  ),
  /** R14. `lot` absent: every lot of the drug. `lift`: the recall was a mistake. */
  recall: Type.Object(
    {
      recall: words(64),
      drug: words(64),
      lot: Type.Optional(words(40)),
      reason: words(500),
      lift: Type.Optional(Type.Boolean()),
    },
    open,
  ),
  list: SiteList,
  /** R3: the prescription that an override was taken for has been reviewed. */
  'override-match': Type.Object(
    { override: words(64), jti: Type.Optional(words(64)), note: words(500) },
    open,
  ),
} as const satisfies Record<OrderKind, TSchema>

/** Retained `state` of a site. `online: false` is its will. */
export const SiteState = Type.Object(
  {
    site: id,
    online: Type.Boolean(),
    epoch: Type.Optional(epoch),
    boot: Type.Optional(Type.String()),
    version: Type.Optional(Type.String()),
    at: instant,
  },
  open,
)
export type SiteState = Static<typeof SiteState>

export const HostState = Type.Object({ online: Type.Boolean(), at: instant }, open)
export type HostState = Static<typeof HostState>

/** site → centre, `up/live`: what a dashboard shows; lost ones are not missed. */
export const LiveSnapshot = Type.Object(
  {
    site: id,
    at: instant,
    thermometers: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          name: Type.String(),
          celsius: Type.Union([Type.Number(), Type.Null()]),
          low: Type.Number(),
          high: Type.Number(),
          atLimitOut: Type.Optional(
            Type.Array(Type.Union([Type.Literal('cold'), Type.Literal('hot')]), {
              maxItems: 2,
              description: 'sides on which the limit itself is out',
            }),
          ),
          at: Type.Union([instant, Type.Null()]),
          drawers: Type.Optional(
            Type.Array(Type.String({ maxLength: 64 }), {
              maxItems: 2000,
              description: 'drawers whose goods it watches over; unsaid by an older site',
            }),
          ),
        },
        open,
      ),
    ),
    stock: Type.Array(
      Type.Object(
        {
          drug: Type.String(),
          lot: Type.String(),
          expiry: Type.String(),
          drawer: Type.String(),
          quantity: Type.Number(),
        },
        open,
      ),
    ),
    alarms: Type.Integer({ minimum: 0 }),
  },
  open,
)
export type LiveSnapshot = Static<typeof LiveSnapshot>

/** Parses one message. Errors: E_MESSAGE_SIZE, E_MESSAGE_JSON, E_MESSAGE_SCHEMA (with every problem's path). */
export const parseMessage = <T extends TSchema>(schema: T, payload: Uint8Array): Static<T> => {
  const fail = (code: string, en: string) => new YaoguiError(code, { zh: `消息不合规：${en}`, en })
  if (payload.byteLength > MAX_MESSAGE_BYTES)
    throw fail('E_MESSAGE_SIZE', `message of ${payload.byteLength} bytes`)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    throw fail('E_MESSAGE_JSON', 'message is not JSON')
  }
  if (Check(schema, value)) return value
  const problems = Errors(schema, value)
    .slice(0, 8)
    .map(error => `${error.instancePath || '/'} ${error.message}`)
  throw fail('E_MESSAGE_SCHEMA', problems.join('; '))
}
