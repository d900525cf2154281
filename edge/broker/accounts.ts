import { randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Who may connect to the township's own broker. Nobody there can order anything: commands do not travel on it. */
export type LocalRole = 'reader' | 'flows'
export type LocalAccounts = Readonly<Record<LocalRole, string>>

const FILE = 'local-accounts.json'

/** Made once, kept readable for the agent's own user only. */
export const loadAccounts = (dataDir: string): LocalAccounts => {
  const path = join(dataDir, FILE)
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as LocalAccounts
  const secret = () => randomBytes(12).toString('base64url')
  const accounts: LocalAccounts = { reader: secret(), flows: secret() }
  writeFileSync(path, `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(path, 0o600)
  return accounts
}

export const roleOf = (
  accounts: LocalAccounts,
  user: string | undefined,
  password: Uint8Array | undefined,
): LocalRole | undefined => {
  if ((user !== 'reader' && user !== 'flows') || !password) return undefined
  const expected = Buffer.from(accounts[user])
  return password.length === expected.length && timingSafeEqual(password, expected) ? user : undefined
}
