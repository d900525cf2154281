import type { Claims } from '#domain/authorisation/claims.ts'
import { generateSigningJwk, publicJwk, signingKey, trustedKeys } from '#domain/authorisation/keys.ts'

const item = (drug: string, name: string, spec: string, quantity: number, dosing: string) => ({
  drug,
  name,
  spec,
  quantity,
  unit: '盒',
  dosing,
})

export const FIVE_DRUGS: Claims['items'] = [
  item('amlodipine-5', '苯磺酸氨氯地平片', '5mg×28片', 1, '每次1片 每日1次 口服'),
  item('metformin-500', '盐酸二甲双胍片', '0.5g×60片', 2, '每次1片 每日3次 餐中口服'),
  item('atorvastatin-20', '阿托伐他汀钙片', '20mg×7片', 1, '每次1片 每晚1次 口服'),
  item('aspirin-ec-100', '阿司匹林肠溶片', '100mg×30片', 1, '每次1片 每日1次 空腹口服'),
  item('enalapril-10', '马来酸依那普利片', '10mg×16片', 1, '每次1片 每日1次 口服'),
]

const ISSUER = 'yunxi-centre'
const SITE = 's001'
export const NOW = new Date('2026-11-22T02:00:00Z')
const seconds = NOW.getTime() / 1000

/** Claims that hold now, with what a test wants otherwise. */
export const claimsWith = (changes: Partial<Claims> = {}): Claims => ({
  iss: ISSUER,
  aud: SITE,
  jti: '0f8fad5b-d9cb-469f-a165-70867728950e',
  iat: seconds - 600,
  nbf: seconds - 600,
  exp: seconds + 14 * 3600,
  rx: 'RX20261122000017',
  kind: 'ordinary',
  fill: 1,
  patient: {
    name: '王建国',
    birthYear: 1958,
    idHash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  },
  items: FIVE_DRUGS,
  prescriber: '李敏',
  reviewers: ['赵药师'],
  rules: '2026.11.1',
  ...changes,
})

export const EXPECTED = { issuer: ISSUER, site: SITE, now: NOW }

/** A fresh pair of keys: what the centre signs with, what a site trusts. */
export const makeKeys = async () => {
  const jwk = await generateSigningJwk()
  return { jwk, signing: signingKey(jwk), trusted: trustedKeys([publicJwk(jwk)]) }
}
