import type { Claims } from './claims.ts'
import { refusal } from './refusal.ts'

/**
 * Names of the claims as integers, so that five drugs fit on a slip. Frozen: a number is never used for another
 * name, new ones are added at the end.
 *
 * | level   | key | claim            | key | claim     | key | claim     | key | claim |
 * |---------|-----|------------------|-----|-----------|-----|-----------|-----|-------|
 * | top     | 1   | iss (RFC 8392)   | 3   | aud       | 4   | exp       | 5   | nbf   |
 * |         | 6   | iat              | 7   | jti (cti) | −65537 | prescription (private use) | | |
 * | prescr. | 1   | rx               | 2   | kind      | 3   | fill      | 4   | patient |
 * |         | 5   | items            | 6   | prescriber | 7  | reviewers | 8   | rules |
 * |         | 9   | minIntervalDays  |     |           |     |           |     |       |
 * | patient | 1   | name             | 2   | birthYear | 3   | idHash    |     |       |
 * | item    | 1   | drug             | 2   | name      | 3   | spec      | 4   | quantity |
 * |         | 5   | unit             | 6   | dosing    |     |           |     |       |
 *
 * kind: 0 ordinary · 1 emergency · 2 long-term · 3 extended. A jti that is a UUID and an idHash that is hexadecimal
 * travel as byte strings, any other text as text.
 */
const TOP = { iss: 1, aud: 3, exp: 4, nbf: 5, iat: 6 } as const
const JTI = 7
const PRESCRIPTION = -65537
const RX = { rx: 1, fill: 3, prescriber: 6, reviewers: 7, rules: 8, minIntervalDays: 9 } as const
const [KIND, PATIENT_MAP, ITEMS] = [2, 4, 5] as const
const PATIENT = { name: 1, birthYear: 2, idHash: 3 } as const
const ITEM = { drug: 1, name: 2, spec: 3, quantity: 4, unit: 5, dosing: 6 } as const
const KINDS: readonly Claims['kind'][] = ['ordinary', 'emergency', 'long-term', 'extended']

type Table = Readonly<Record<string, number>>
type Entry = readonly [number, unknown]

const pack = (table: Table, source: Readonly<Record<string, unknown>>): Entry[] =>
  Object.entries(table).flatMap(([name, key]): Entry[] =>
    source[name] === undefined ? [] : [[key, source[name]]],
  )

const unpack = (table: Table, map: unknown): Record<string, unknown> => {
  if (!(map instanceof Map)) throw refusal('E_RX_CLAIMS')
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, key]) => (map.has(key) ? [[name, map.get(key)]] : [])),
  )
}

const UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

const packId = (jti: string) => (UUID.test(jti) ? fromHex(jti.replaceAll('-', '')) : jti)
const unpackId = (id: unknown): unknown =>
  id instanceof Uint8Array ? toHex(id).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : id

const packPatient = ({ idHash, ...patient }: Claims['patient']): ReadonlyMap<number, unknown> => {
  const hex = idHash !== undefined && /^(?:[0-9a-f]{2})+$/.test(idHash)
  return new Map(pack(PATIENT, { ...patient, idHash: hex ? fromHex(idHash) : idHash }))
}
const unpackPatient = (map: unknown): Record<string, unknown> => {
  const { idHash, ...patient } = unpack(PATIENT, map)
  if (idHash === undefined) return patient
  return { ...patient, idHash: idHash instanceof Uint8Array ? toHex(idHash) : idHash }
}

/** Claims as maps with integer keys, ready for CBOR. */
export const packClaims = (claims: Claims): ReadonlyMap<number, unknown> =>
  new Map<number, unknown>([
    ...pack(TOP, claims),
    [JTI, packId(claims.jti)],
    [
      PRESCRIPTION,
      new Map<number, unknown>([
        ...pack(RX, claims),
        [KIND, KINDS.indexOf(claims.kind)],
        [PATIENT_MAP, packPatient(claims.patient)],
        [ITEMS, claims.items.map(item => new Map(pack(ITEM, item)))],
      ]),
    ],
  ])

/** The way back; whether the values are right is for `checkClaims`. Errors: E_RX_CLAIMS where a map is missing. */
export const unpackClaims = (map: unknown): unknown => {
  const top = unpack(TOP, map)
  if (!(map instanceof Map)) throw refusal('E_RX_CLAIMS')
  const rx: unknown = map.get(PRESCRIPTION)
  const fields = unpack(RX, rx)
  if (!(rx instanceof Map)) throw refusal('E_RX_CLAIMS')
  const items: unknown = rx.get(ITEMS)
  if (!Array.isArray(items)) throw refusal('E_RX_CLAIMS')
  return {
    ...top,
    ...fields,
    jti: unpackId(map.get(JTI)),
    kind: KINDS[rx.get(KIND)],
    patient: unpackPatient(rx.get(PATIENT_MAP)),
    items: items.map(item => unpack(ITEM, item)),
  }
}
