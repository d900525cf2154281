import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SiteJwk } from '#domain/journal/closing.ts'

/** The site's own signing key: it never leaves the data folder. */
export const SITE_KEY_FILE = 'site-key.json'

export type SiteKey = {
  readonly kid: string
  readonly key: KeyObject
  readonly jwk: SiteJwk
  /** Where an unreadable key file went when a new key had to be made. */
  readonly quarantined: string | undefined
}

/** RFC 7638: the hash of the key's required members in the order of their names. */
const thumbprint = ({ crv, kty, x }: SiteJwk): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url')

const keyOf = (key: KeyObject, quarantined?: string): SiteKey => {
  const { kty = '', crv = '', x = '' } = createPublicKey(key).export({ format: 'jwk' })
  if (crv !== 'Ed25519') throw new Error(`${crv || kty} is not Ed25519`)
  const jwk = { kty, crv, x }
  return { kid: thumbprint(jwk), key, jwk, quarantined }
}

const syncPath = (path: string): void => {
  const fd = openSync(path, 'r')
  fsyncSync(fd)
  closeSync(fd)
}

/** For its owner only; whole or not there at all, whatever happens to the power. */
const writeWhole = (path: string, text: string): void => {
  const temporary = `${path}.new`
  const fd = openSync(temporary, 'w', 0o600)
  try {
    writeSync(fd, text)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(temporary, path)
  syncPath(dirname(path))
}

const makeKey = (path: string, quarantined?: string): SiteKey => {
  const { privateKey } = generateKeyPairSync('ed25519')
  writeWhole(path, `${JSON.stringify(privateKey.export({ format: 'jwk' }))}\n`)
  return keyOf(privateKey, quarantined)
}

/** The site's key, made at the first start. An unreadable one is set aside, never overwritten: the file may be mended. */
export const loadSiteKey = (dataDir: string, now: Date): SiteKey => {
  const path = join(dataDir, SITE_KEY_FILE)
  if (!existsSync(path)) return makeKey(path)
  const text = readFileSync(path, 'utf8')
  try {
    return keyOf(createPrivateKey({ key: JSON.parse(text), format: 'jwk' }))
  } catch {
    const quarantined = `${path}.damaged-${now.toISOString().replaceAll(':', '-')}`
    renameSync(path, quarantined)
    return makeKey(path, quarantined)
  }
}
