import { randomUUID } from 'node:crypto'
import { generateSigningJwk, publicJwk, signingKey } from '#domain/authorisation/keys.ts'
import { encodeQr } from '#domain/authorisation/qr.ts'

export const SITE = 'heping'
export const ISSUER = 'yunxi-centre'

const epochSeconds = (): number => Math.floor(Date.now() / 1000)

/** A centre that nobody can reach: all that is there of it is its public key at the site, and the slips it has signed. */
export const createSlips = async () => {
  const jwk = await generateSigningJwk()
  const key = signingKey(jwk)
  let written = 0
  /** The text of the QR code on a patient's slip: two packs of each drug. */
  const slip = (...drugs: readonly string[]): string => {
    written += 1
    const now = epochSeconds()
    const item = { name: '药品', spec: '1', quantity: 2, unit: '盒', dosing: '每日1次' }
    const claims = {
      iss: ISSUER,
      aud: SITE,
      jti: randomUUID(),
      iat: now - 60,
      nbf: now - 60,
      exp: now + 86_400,
      rx: `RX-${written}`,
      kind: 'ordinary' as const,
      fill: 1,
      patient: { name: '张桂芳', birthYear: 1956 },
      items: drugs.map(drug => ({ drug, ...item })),
      prescriber: '周敏',
      reviewers: ['陈静'],
      rules: 'test',
    }
    return encodeQr(claims, key)
  }
  return { slip, keys: [publicJwk(jwk)] }
}
