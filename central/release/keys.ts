import { randomBytes } from 'node:crypto'
import type { JWK } from 'jose'
import { generateSigningJwk, publicJwk, type SigningKey, signingKey } from '#domain/authorisation/keys.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db } from '../db/open.ts'

export type Signing = {
  readonly key: SigningKey
  readonly publicKeys: readonly JWK[]
  /** Salt of the patients' identity numbers, one for the county. */
  readonly salt: string
}

const saltOf = async (db: Db): Promise<string> => {
  await db
    .insertInto('settings')
    .values({ key: 'identity-salt', value: randomBytes(16).toString('hex') })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  const row = await db
    .selectFrom('settings')
    .select('value')
    .where('key', '=', 'identity-salt')
    .executeTakeFirstOrThrow()
  return row.value
}

/** The county's signing key, made at the first start. The newest signs; all public halves stay trusted. */
export const loadSigning = async (db: Db, clock: Clock): Promise<Signing> => {
  const stored = await db.selectFrom('signing_keys').select('jwk').orderBy('created_at', 'desc').execute()
  const jwks = stored.map(({ jwk }) => JSON.parse(jwk) as JWK)
  const [newest = await generateSigningJwk(), ...older] = jwks
  if (stored.length === 0) {
    const row = { kid: newest.kid ?? '', jwk: JSON.stringify(newest), created_at: isoNow(clock) }
    await db.insertInto('signing_keys').values(row).execute()
  }
  return {
    key: signingKey(newest),
    publicKeys: [newest, ...older].map(publicJwk),
    salt: await saltOf(db),
  }
}
