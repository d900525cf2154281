import { randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { YaoguiError } from '#domain/error.ts'

/** Who may connect to the township's own broker. Nobody there can order anything: commands do not travel on it. */
export type LocalRole = 'reader' | 'flows'
export type LocalAccounts = Readonly<Record<LocalRole, string>>

const FILE = 'local-accounts.json'

const read = (path: string): LocalAccounts => {
  try {
    const { reader, flows } = JSON.parse(readFileSync(path, 'utf8')) as Partial<LocalAccounts>
    if (typeof reader !== 'string' || typeof flows !== 'string' || !reader || !flows)
      throw new Error('reader and flows must be there')
    return { reader, flows }
  } catch (cause) {
    throw new YaoguiError('E_ACCOUNTS_FILE', {
      zh: `无法读取本地 MQTT 账号文件 ${path}`,
      en: `cannot read the accounts of the local broker: ${path}`,
      wayOut: {
        zh: '删除该文件后重新启动，会生成新密码',
        en: 'delete it and start again: new passwords are made',
      },
      cause,
    })
  }
}

/** Made once, kept readable for the agent's own user only. Errors: E_ACCOUNTS_FILE. */
export const loadAccounts = (dataDir: string): LocalAccounts => {
  const path = join(dataDir, FILE)
  if (existsSync(path)) return read(path)
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
