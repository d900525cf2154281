import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** OWASP's floor for scrypt with r = 8, p = 1 would be 2^17; a PIN is guarded by the lock-out, and a Pi may be the centre. */
const COST = 2 ** 15
const OPTIONS = { cost: COST, blockSize: 8, parallelization: 1, maxmem: 256 * COST * 8 }
const KEY_BYTES = 32

const derive = (secret: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(secret.normalize('NFKC'), salt, KEY_BYTES, OPTIONS, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })

/** `scrypt$salt$key`, base64url. */
export const hashSecret = async (secret: string): Promise<string> => {
  const salt = randomBytes(16)
  const key = await derive(secret, salt)
  return `scrypt$${salt.toString('base64url')}$${key.toString('base64url')}`
}

/** False also for a hash that is none. */
export const verifySecret = async (secret: string, hash: string): Promise<boolean> => {
  const [scheme, salt, key] = hash.split('$')
  if (scheme !== 'scrypt' || !salt || !key) return false
  const expected = Buffer.from(key, 'base64url')
  const actual = await derive(secret, Buffer.from(salt, 'base64url'))
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/** Spends the time of a verification, so that an unknown name is not told by the clock. */
export const pretendToVerify = async (secret: string): Promise<void> => {
  await derive(secret, Buffer.alloc(16))
}

/** A bearer token for a session, and what of it may be stored. */
export const newToken = (): string => randomBytes(32).toString('base64url')
export const digest = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex')
