import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { YaoguiError } from '../error.ts'

/** The algorithm is pinned per key: a token cannot choose how it is verified. A national SM2 profile adds a member. */
export type SuiteName = 'EdDSA'

export type SigningKey = { readonly kid: string; readonly suite: SuiteName; readonly key: KeyObject }
export type VerifyingKey = { readonly kid: string; readonly suite: SuiteName; readonly key: KeyObject }
/** Public keys a site trusts, by key id. */
export type TrustedKeys = ReadonlyMap<string, VerifyingKey>

const unusable = (cause?: unknown) =>
  new YaoguiError('E_KEY_UNUSABLE', {
    zh: '签名密钥不可用：需要 Ed25519 的 JWK',
    en: 'the signing key is unusable: an Ed25519 JWK is needed',
    cause,
  })

/** A new Ed25519 key as a private JWK; its `kid` is the RFC 7638 thumbprint. */
export const generateSigningJwk = async (): Promise<JWK> => {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'EdDSA', use: 'sig' }
}

/** The public half, safe to hand out. */
export const publicJwk = ({ d: _secret, ...jwk }: JWK): JWK => jwk

const checked = (jwk: JWK): string => {
  if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519' || !jwk.kid) throw unusable()
  return jwk.kid
}

/** Errors: E_KEY_UNUSABLE. */
export const signingKey = (jwk: JWK): SigningKey => {
  const kid = checked(jwk)
  try {
    return { kid, suite: 'EdDSA', key: createPrivateKey({ key: jwk as never, format: 'jwk' }) }
  } catch (cause) {
    throw unusable(cause)
  }
}

/** Errors: E_KEY_UNUSABLE. */
export const trustedKeys = (jwks: readonly JWK[]): TrustedKeys =>
  new Map(
    jwks.map(jwk => {
      const kid = checked(jwk)
      try {
        return [
          kid,
          {
            kid,
            suite: 'EdDSA' as const,
            key: createPublicKey({ key: publicJwk(jwk) as never, format: 'jwk' }),
          },
        ]
      } catch (cause) {
        throw unusable(cause)
      }
    }),
  )
