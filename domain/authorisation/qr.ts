import { createHash, sign, verify } from 'node:crypto'
import { deflateSync, inflateSync } from 'node:zlib'
import { decode, encode, Tagged } from 'cborg'
import { YaoguiError } from '../error.ts'
import type { Claims } from './claims.ts'
import type { SigningKey, TrustedKeys, VerifyingKey } from './keys.ts'
import { decodeBase45, encodeBase45 } from './qr-base45.ts'
import { packClaims, unpackClaims } from './qr-claims.ts'
import { refusal } from './refusal.ts'
import { checkClaims, type Expectation } from './token.ts'

/** `RX1:` + Base45 + zlib + COSE_Sign1 (RFC 9052) around CWT claims (RFC 8392): the slip a patient carries. */
const PREFIX = 'RX1:'
const TYPE = 'rx+cwt'
const COSE_SIGN1 = 18
/** COSE header parameters: algorithm, key id, type (RFC 9596); and the algorithm EdDSA. */
const [ALG, KID, TYP, EDDSA] = [1, 4, 16, -8] as const

/** What a QR code of version 40 holds in alphanumeric mode at level M. */
const MAX_TEXT = 3391
/** No honest slip inflates to more: 20 items with every text at its limit need a bigger code than there is. */
const MAX_INFLATED = 64 * 1024
const EMPTY = new Uint8Array()

type Signed = { readonly header: Uint8Array; readonly payload: Uint8Array; readonly signature: Uint8Array }

/** COSE's kid is a hint: eight bytes of a hash find the key among the few a site trusts, and 50 characters are saved. */
const keyHint = (kid: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(kid).digest().subarray(0, 8))

const findKey = (hint: unknown, keys: TrustedKeys): VerifyingKey | undefined =>
  hint instanceof Uint8Array
    ? [...keys.values()].find(({ kid }) => Buffer.from(keyHint(kid)).equals(hint))
    : undefined

const toBeSigned = (header: Uint8Array, payload: Uint8Array): Uint8Array =>
  encode(['Signature1', header, EMPTY, payload])

/** Signs claims and writes them for a QR code in alphanumeric mode. Errors: E_QR_SIZE if no code can hold them. */
export const encodeQr = (claims: Claims, { kid, key }: SigningKey): string => {
  const header = encode(
    new Map<number, unknown>([
      [ALG, EDDSA],
      [KID, keyHint(kid)],
      [TYP, TYPE],
    ]),
  )
  const payload = encode(packClaims(claims))
  const signature = new Uint8Array(sign(null, toBeSigned(header, payload), key))
  const cose = encode(new Tagged(COSE_SIGN1, [header, new Map(), payload, signature]))
  const text = PREFIX + encodeBase45(deflateSync(cose, { level: 9 }))
  if (text.length > MAX_TEXT)
    throw new YaoguiError('E_QR_SIZE', {
      zh: `处方内容过长，二维码放不下（${text.length} 个字符）`,
      en: `the prescription does not fit into a QR code (${text.length} characters)`,
      wayOut: { zh: '请拆分处方', en: 'split the prescription' },
    })
  return text
}

const inflate = (bytes: Uint8Array): Uint8Array => {
  try {
    return inflateSync(bytes, { maxOutputLength: MAX_INFLATED })
  } catch (cause) {
    throw refusal('E_RX_MALFORMED', cause)
  }
}

const decodeCbor = (bytes: Uint8Array): unknown => {
  try {
    return decode(bytes, {
      strict: true,
      useMaps: true,
      rejectDuplicateMapKeys: true,
      allowIndefinite: false,
      allowUndefined: false,
      tags: { [COSE_SIGN1]: content => ({ sign1: content() }) },
    })
  } catch (cause) {
    throw refusal('E_RX_MALFORMED', cause)
  }
}

const openSign1 = (cose: unknown): Signed => {
  if (typeof cose !== 'object' || cose === null || !('sign1' in cose)) throw refusal('E_RX_TYPE')
  const parts: readonly unknown[] = Array.isArray(cose.sign1) ? cose.sign1 : []
  const [header, unsigned, payload, signature] = parts
  const bytes = [header, payload, signature].every(part => part instanceof Uint8Array)
  const nothingUnsigned = unsigned instanceof Map && unsigned.size === 0
  if (!bytes || !nothingUnsigned || parts.length !== 4) throw refusal('E_RX_MALFORMED')
  return { header, payload, signature } as Signed
}

/** Same order of checks as for a token: type, algorithm, key, signature. */
const verified = ({ header, payload, signature }: Signed, keys: TrustedKeys): Uint8Array => {
  const fields = decodeCbor(header)
  if (!(fields instanceof Map)) throw refusal('E_RX_MALFORMED')
  if (fields.get(TYP) !== TYPE) throw refusal('E_RX_TYPE')
  if (fields.get(ALG) !== EDDSA) throw refusal('E_RX_ALGORITHM')
  const trusted = findKey(fields.get(KID), keys)
  if (!trusted) throw refusal('E_RX_UNKNOWN_KEY')
  if (!verify(null, toBeSigned(header, payload), trusted.key, signature)) throw refusal('E_RX_SIGNATURE')
  return payload
}

/** Verifies a scanned slip with no network. Errors: the codes of `REFUSALS`, as for a token. */
export const verifyQr = (text: string, keys: TrustedKeys, expected: Expectation): Claims => {
  if (!text.startsWith(PREFIX)) throw refusal('E_RX_TYPE')
  if (text.length > MAX_TEXT) throw refusal('E_RX_MALFORMED')
  const cose = decodeCbor(inflate(decodeBase45(text.slice(PREFIX.length))))
  return checkClaims(unpackClaims(decodeCbor(verified(openSign1(cose), keys))), expected)
}
