import { CompactSign, compactVerify, decodeProtectedHeader, errors } from 'jose'
import { Check } from 'typebox/value'
import { Claims } from './claims.ts'
import type { SigningKey, TrustedKeys } from './keys.ts'
import { notYet, refusal } from './refusal.ts'

const TYPE = 'rx+jwt'

/** The clocks of centre and site may differ by this much before "not valid yet". Expiry has no leeway. */
const NOT_BEFORE_LEEWAY_S = 120

export type Expectation = {
  readonly issuer: string
  readonly site: string
  readonly now: Date
  /** `kept`: one that is not valid yet holds too, since it is only put by; when it is used it is asked again. */
  readonly early?: 'kept'
}

/** Signs claims as a compact JWS (`typ: rx+jwt`). */
export const signToken = (claims: Claims, { kid, suite, key }: SigningKey): Promise<string> =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ typ: TYPE, alg: suite, kid })
    .sign(key)

/** Claims that hold for this issuer, this site and this moment. Errors: E_RX_CLAIMS, _ISSUER, _SITE, _NOT_YET, _EXPIRED. */
export const checkClaims = (claims: unknown, { issuer, site, now, early }: Expectation): Claims => {
  if (!Check(Claims, claims)) throw refusal('E_RX_CLAIMS')
  if (claims.iss !== issuer) throw refusal('E_RX_ISSUER')
  if (claims.aud !== site) throw refusal('E_RX_SITE')
  const seconds = now.getTime() / 1000
  if (early !== 'kept' && seconds + NOT_BEFORE_LEEWAY_S < claims.nbf) throw notYet(claims.nbf)
  if (seconds >= claims.exp) throw refusal('E_RX_EXPIRED')
  return claims
}

const headerOf = (token: string) => {
  try {
    return decodeProtectedHeader(token)
  } catch (cause) {
    throw refusal('E_RX_MALFORMED', cause)
  }
}

/** Base64url leaves spare bits in a last character: only the one spelling of each token is taken for that token. */
const isCanonical = (token: string): boolean =>
  token.split('.').every(part => Buffer.from(part, 'base64url').toString('base64url') === part)

const payloadOf = async (token: string, keys: TrustedKeys): Promise<Uint8Array> => {
  if (!isCanonical(token)) throw refusal('E_RX_MALFORMED')
  const header = headerOf(token)
  if (header.typ !== TYPE) throw refusal('E_RX_TYPE')
  const trusted = keys.get(header.kid ?? '')
  if (header.alg !== (trusted?.suite ?? 'EdDSA')) throw refusal('E_RX_ALGORITHM')
  if (!trusted) throw refusal('E_RX_UNKNOWN_KEY')
  try {
    return (await compactVerify(token, trusted.key, { algorithms: [trusted.suite] })).payload
  } catch (cause) {
    throw refusal(
      cause instanceof errors.JWSSignatureVerificationFailed ? 'E_RX_SIGNATURE' : 'E_RX_MALFORMED',
      cause,
    )
  }
}

/** Verifies a token with no network: signature first, then every claim. Errors: the codes of `REFUSALS`. */
export const verifyToken = async (
  token: string,
  keys: TrustedKeys,
  expected: Expectation,
): Promise<Claims> => {
  const payload = await payloadOf(token, keys)
  let claims: unknown
  try {
    claims = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch (cause) {
    throw refusal('E_RX_MALFORMED', cause)
  }
  return checkClaims(claims, expected)
}
