import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { JWK } from 'jose'
import QRCode from 'qrcode'
import { Check } from 'typebox/value'
import { Claims } from '#domain/authorisation/claims.ts'
import { generateSigningJwk, publicJwk, signingKey, trustedKeys } from '#domain/authorisation/keys.ts'
import { encodeQr, verifyQr } from '#domain/authorisation/qr.ts'
import { signToken, verifyToken } from '#domain/authorisation/token.ts'
import { problemsIn } from '#edge/problems.ts'
import { command, usage } from '../report.ts'

const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8'))
  } catch (cause) {
    throw usage(
      `无法读取 ${path}：${cause instanceof Error ? cause.message : ''}`,
      `cannot read ${path} as JSON`,
    )
  }
}

const readClaims = (path: string): Claims => {
  const claims = readJson(path)
  if (Check(Claims, claims)) return claims
  const problems = problemsIn(Claims, claims)
  throw usage(`授权内容有 ${problems.length} 处问题：${problems.join('；')}`, problems.join('; '), {
    zh: '用 yaogui rx example 打印一份样例',
    en: '`yaogui rx example` prints one that is right',
  })
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000)

const example = (): void => {
  const now = new Date()
  const claims: Claims = {
    iss: 'yunxi-centre',
    aud: 'heping',
    jti: randomUUID(),
    iat: seconds(now),
    nbf: seconds(now),
    exp: seconds(now) + 86_400,
    rx: 'RX20260001',
    kind: 'ordinary',
    fill: 1,
    patient: { name: '张三', birthYear: 1956 },
    items: [
      {
        drug: 'amlodipine-5',
        name: '苯磺酸氨氯地平片',
        spec: '5mg×28片',
        quantity: 1,
        unit: '盒',
        dosing: '每日1次，每次5mg',
      },
    ],
    prescriber: '周敏',
    reviewers: ['陈静'],
    rules: 'example',
  }
  console.log(JSON.stringify(claims, null, 2))
}

type KeyFlag = { key: string }

const sign = async (file: string, { key }: KeyFlag): Promise<void> =>
  console.log(await signToken(readClaims(file), signingKey(readJson(key) as JWK)))

const qr = async (file: string, { key, text }: KeyFlag & { text?: boolean }): Promise<void> => {
  const code = encodeQr(readClaims(file), signingKey(readJson(key) as JWK))
  console.log(code)
  if (!text)
    console.log(await QRCode.toString(code, { type: 'terminal', small: true, errorCorrectionLevel: 'M' }))
}

type VerifyFlags = KeyFlag & { site: string; issuer: string; at?: string }

const verify = async (token: string, { key, site, issuer, at }: VerifyFlags): Promise<void> => {
  const now = at ? new Date(at) : new Date()
  if (Number.isNaN(now.getTime())) throw usage(`时间“${at}”无法识别`, `"${at}" is no ISO 8601 time`)
  const value = readJson(key) as JWK | { keys: JWK[] }
  const keys = trustedKeys('keys' in value ? (value.keys as JWK[]) : [value as JWK])
  const text = token === '-' ? readFileSync(0, 'utf8').trim() : token
  const expected = { issuer, site, now }
  const claims = text.startsWith('RX1:')
    ? await verifyQr(text, keys, expected)
    : await verifyToken(text, keys, expected)
  console.log(JSON.stringify(claims, null, 2))
}

const newKey = async (): Promise<void> => {
  const jwk = await generateSigningJwk()
  console.log(JSON.stringify(jwk))
  console.error('公钥（可交给站点）/ public half (may be handed out):')
  console.error(JSON.stringify(publicJwk(jwk)))
}

export const addRx = (program: Command): void => {
  const rx = program.command('rx').description('处方授权 / authorisations: sign, verify, QR')
  rx.command('example').description('打印一份样例 / prints sample claims').action(command(example))
  rx.command('key').description('生成签名密钥 / makes a signing key (Ed25519 JWK)').action(command(newKey))
  rx.command('sign <claims.json>')
    .description('签名为 JWS / signs as compact JWS')
    .requiredOption('--key <jwk.json>', '私钥 / private JWK')
    .addHelpText(
      'after',
      '\n例 / example:\n  yaogui rx key > key.json; yaogui rx example > claims.json\n  yaogui rx sign claims.json --key key.json',
    )
    .action(command(sign))
  rx.command('qr <claims.json>')
    .description('生成处方单二维码（RX1:）/ the QR code of the slip')
    .requiredOption('--key <jwk.json>', '私钥 / private JWK')
    .option('--text', '只输出文字 / the text only')
    .addHelpText('after', '\n例 / example:\n  yaogui rx qr claims.json --key key.json')
    .action(command(qr))
  rx.command('verify <token>')
    .description('离线核验 JWS 或 RX1: 二维码文字，- 表示从标准输入读 / verifies with no network')
    .requiredOption('--key <jwk.json>', '公钥 / public JWK or JWK set')
    .requiredOption('--site <id>', '本站点 / this site')
    .option('--issuer <id>', '签发者 / issuer', 'yunxi-centre')
    .option('--at <iso>', '以此时刻核验 / as of this time')
    .addHelpText(
      'after',
      '\n例 / example:\n  yaogui rx verify "$(yaogui rx sign claims.json --key key.json)" --key key.json --site heping',
    )
    .action(command(verify))
}
