import { argon2Sync, randomBytes } from 'node:crypto'

/** As dear as a PIN's: the number of a card has few digits, and a stolen file must not give it away. */
const COST = { parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 } as const
const MAX_LENGTH = 64

/** What a reader types is a text of 4 … 64 visible characters. */
export const isUsableBadge = (badge: string): boolean =>
  badge.length >= 4 && badge.length <= MAX_LENGTH && /^[\x21-\x7e]+$/.test(badge)

/**
 * `salt:hash`, both hex. A new badge takes the salt of the badges that are there, one for the whole site and not one a
 * person: a badge itself says whose it is, so it is looked up by its hash, which then is computed once. No two people
 * have the same badge, hence equal salts tell nothing.
 */
export const hashBadge = (badge: string, others: readonly string[]): string => {
  const salt = others[0]?.split(':')[0] ?? randomBytes(16).toString('hex')
  return withSalt(badge, salt)
}

const withSalt = (badge: string, salt: string): string => {
  const nonce = Buffer.from(salt, 'hex')
  return `${salt}:${argon2Sync('argon2id', { message: badge, nonce, ...COST }).toString('hex')}`
}

/** Which of the stored badges this is. */
export const sameBadge = (badge: string, stored: readonly string[]): string | undefined => {
  if (!isUsableBadge(badge)) return undefined
  const salts = new Set(stored.map(one => one.split(':')[0] ?? ''))
  for (const salt of salts) {
    const hash = withSalt(badge, salt)
    if (stored.includes(hash)) return hash
  }
  return undefined
}
