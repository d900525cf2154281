import Type, { type Static } from 'typebox'
import { RxKind } from '../prescription.ts'

const text = Type.String({ minLength: 1, maxLength: 200 })
const epochSeconds = Type.Integer({ minimum: 0, description: 'seconds since 1970-01-01T00:00Z' })

/** One item the cabinet may hand out: whole packs of one formulary item, with the dosing for the label. */
export const AuthorisedItem = Type.Object({
  drug: text,
  name: text,
  spec: text,
  quantity: Type.Integer({ minimum: 1, maximum: 999 }),
  unit: text,
  dosing: text,
})
export type AuthorisedItem = Static<typeof AuthorisedItem>

/**
 * What the centre signs after review: one fill of one prescription, for one site (DESIGN.md, "Authorisation").
 * The patient's identity number never travels, only a salted hash of it.
 */
export const Claims = Type.Object({
  iss: text,
  aud: text,
  jti: text,
  iat: epochSeconds,
  nbf: epochSeconds,
  exp: epochSeconds,
  rx: text,
  kind: RxKind,
  fill: Type.Integer({ minimum: 1, maximum: 13 }),
  minIntervalDays: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 90, description: 'calendar days from one fill to the next' }),
  ),
  patient: Type.Object({
    name: text,
    birthYear: Type.Optional(Type.Integer({ minimum: 1890, maximum: 2200 })),
    idHash: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  items: Type.Array(AuthorisedItem, { minItems: 1, maxItems: 20 }),
  prescriber: text,
  reviewers: Type.Array(text, { minItems: 1, maxItems: 4 }),
  rules: Type.String({ minLength: 1, maxLength: 40, description: 'version of the rule set it passed' }),
})
export type Claims = Static<typeof Claims>
