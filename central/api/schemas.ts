/** The shapes of `cloud-sync/contract/central-api.ts` and `edge-api.ts`, as schemas: for OpenAPI, and for the tests that hold every answer against them. */
import Type, { type TSchema } from 'typebox'
import { AuthorisedItem } from '#domain/authorisation/claims.ts'
import { Prescription } from '#domain/prescription.ts'

const text = Type.String()
const instant = Type.String({ format: 'date-time', description: 'ISO 8601 UTC' })
const whole = Type.Integer()
const flag = Type.Boolean()
const number = Type.Number()
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const oneOf = (...values: readonly string[]) => Type.Union(values.map(value => Type.Literal(value)))
const wording = Type.Object({ zh: text, en: text })

export const ApiErrorSchema = Type.Object({
  code: Type.String({ description: 'stable: decide by this, never by the text' }),
  message: wording,
  wayOut: Type.Optional(wording),
  problems: Type.Optional(Type.Array(text)),
})

export const Done = Type.Object({ ok: Type.Literal(true) })
export const Health = Type.Object({ ok: Type.Literal(true), county: text, now: instant })

const roles = ['prescriber', 'reviewer', 'chief', 'clerk', 'technician', 'supervisor', 'system'] as const
const identity = { id: text, name: text, role: oneOf(...roles) }
export const PersonEntry = Type.Object(identity)
export const LoginAnswer = Type.Object({
  token: text,
  person: Type.Object({ ...identity, mustChangePin: flag }),
})

const result = oneOf('PASS', 'WARN', 'REQUIRE_OVERRIDE', 'BLOCK', 'UNAVAILABLE')
const finding = Type.Object({
  rule: text,
  version: text,
  result,
  reason: text,
  text: wording,
  evidence: text,
  drugs: Type.Array(text),
  missing: Type.Optional(Type.Array(text)),
})
export const RxStatusSchema = oneOf('waiting', 'returned', 'released', 'dispensed', 'revoked', 'expired')

const verdict = oneOf('matched', 'discrepancy', 'partial', 'abandoned', 'unordered')
const differences = Type.Array(Type.Object({ drug: text, ordered: number, taken: orNull(number) }))
const counted = Type.Object({
  drug: text,
  lot: text,
  drawer: text,
  expected: number,
  taken: orNull(number),
  grams: number,
})
export const ReconciliationSchema = Type.Object({
  site: text,
  session: text,
  jti: text,
  rx: text,
  verdict,
  outcome: oneOf('matched', 'discrepancy', 'partial', 'abandoned'),
  actor: text,
  at: text,
  items: Type.Array(counted),
  differences,
  reviewed: flag,
})
const decision = Type.Object({
  by: text,
  at: instant,
  action: oneOf('approve', 'return', 'revoke'),
  reason: orNull(text),
})
const release = Type.Object({
  jti: text,
  fill: whole,
  order: whole,
  expiresAt: instant,
  items: Type.Array(AuthorisedItem),
  deliveredAt: orNull(instant),
})
export const RxSchema = Type.Object({
  id: text,
  rx: text,
  site: text,
  status: RxStatusSchema,
  postedAt: instant,
  postedBy: text,
  prescription: Prescription,
  findings: Type.Array(finding),
  result,
  decision: orNull(decision),
  release: orNull(release),
  reconciliation: orNull(ReconciliationSchema),
})
export const CaseSchema = Type.Object({
  id: text,
  site: text,
  rx: text,
  status: oneOf('open', 'explained', 'closed'),
  openedAt: text,
  verdict,
  differences,
  notes: Type.Array(Type.Object({ by: text, at: instant, note: text })),
})

export const OverrideSchema = Type.Object({
  ...{ id: text, site: text, session: text, rx: text, patient: text, prescriber: text },
  items: Type.Array(Type.Object({ drug: text, quantity: number })),
  ...{ actor: text, second: orNull(text), reason: text, startedAt: text },
  status: oneOf('open', 'ordered', 'matched'),
  ...{ matchedBy: orNull(text), matchedAt: orNull(text), note: orNull(text), accepted: orNull(flag) },
  prescription: orNull(Type.Object({ id: text, status: RxStatusSchema })),
  taken: orNull(Type.Array(Type.Object({ drug: text, quantity: number }))),
})

const thermometer = Type.Object({
  id: text,
  name: text,
  celsius: orNull(number),
  low: number,
  high: number,
  atLimitOut: Type.Optional(Type.Array(oneOf('cold', 'hot'))),
  at: orNull(text),
})
const stock = Type.Object({ drug: text, name: text, lot: text, expiry: text, drawer: text, quantity: number })
export const SiteSchema = Type.Object({
  site: text,
  name: text,
  online: flag,
  seenAt: orNull(instant),
  kioskUrl: orNull(text),
  epoch: orNull(whole),
  events: whole,
  head: whole,
  missing: whole,
  chainOk: flag,
  orders: Type.Object({ head: whole, committed: whole }),
  thermometers: Type.Array(thermometer),
  stock: Type.Array(stock),
  openAlarms: whole,
})
export const ExcursionSchema = Type.Object({
  site: text,
  id: text,
  thermometer: text,
  side: oneOf('cold', 'hot'),
  start: text,
  alarmAt: text,
  end: orNull(text),
  min: orNull(number),
  max: orNull(number),
  minutes: orNull(number),
  limit: number,
  source: oneOf('sensor', 'replay'),
})
export const SeriesSchema = Type.Object({
  low: number,
  high: number,
  points: Type.Array(Type.Tuple([number, number, number], { description: '[UTC ms, min °C, max °C]' })),
})
export const AlarmSchema = Type.Object({
  site: text,
  id: text,
  kind: text,
  level: text,
  text: wording,
  raisedBy: oneOf('centre', 'site'),
  raisedAt: text,
  clearedAt: orNull(text),
  checked: flag,
  acknowledgedBy: orNull(text),
  acknowledgedAt: orNull(text),
  reason: orNull(text),
})
/** The outside schema says the rest (cce-interop 0.8.1). */
export const CceSchema = Type.Object({
  meta: Type.Record(text, text),
  data: Type.Array(
    Type.Object({ AMID: text, records: Type.Array(Type.Object({ ABST: text, TVC: number })) }),
  ),
})
export const FormularySchema = Type.Object({
  version: text,
  items: Type.Array(
    Type.Object({
      ...{
        id: text,
        name: text,
        initials: text,
        form: text,
        spec: text,
        strength: number,
        strengthUnit: text,
      },
      ...{
        unitsPerPack: number,
        packUnit: text,
        packGrams: number,
        ingredients: Type.Array(text),
        atc: text,
      },
      ...{
        class: text,
        storage: oneOf('room', 'cold'),
        essential: flag,
        maxDailyDose: Type.Optional(number),
        codes: Type.Optional(Type.Array(Type.Object({ code: text, packs: number }))),
        scan: Type.Optional(oneOf('required')),
      },
    }),
  ),
})
export const SummarySchema = Type.Object({
  ...{ prescriptions: whole, waiting: whole, released: whole, dispensed: whole, matched: whole },
  ...{
    discrepancies: whole,
    openCases: whole,
    openOverrides: whole,
    events: whole,
    missing: whole,
    excursions: whole,
  },
})
