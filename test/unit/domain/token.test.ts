import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { CompactSign } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Claims } from '#domain/authorisation/claims.ts'
import { signToken, verifyToken } from '#domain/authorisation/token.ts'
import { claimsWith, EXPECTED, makeKeys, NOW } from '#test/lib/domain-claims.ts'

let keys: Awaited<ReturnType<typeof makeKeys>>
let other: Awaited<ReturnType<typeof makeKeys>>
let token: string
beforeAll(async () => {
  keys = await makeKeys()
  other = await makeKeys()
  token = await signToken(claimsWith(), keys.signing)
})

const verify = (text: string, now = NOW) => verifyToken(text, keys.trusted, { ...EXPECTED, now })
const code = (value: string) => expect.objectContaining({ code: value, kind: 'permanent' })
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const parts = (): [string, string, string] => token.split('.') as [string, string, string]

/** A token with any header, signed for real with the centre's key. */
const signedAs = (header: object, payload: unknown = claimsWith()) =>
  new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ typ: 'rx+jwt', alg: 'EdDSA', kid: keys.signing.kid, ...header })
    .sign(keys.signing.key)

describe('a signed authorisation', () => {
  it('gives its claims back at the site it is for', async () => {
    expect(await verify(token)).toEqual(claimsWith())
  })

  it('is refused when another key signed it under the trusted key id', async () => {
    const forged = await signToken(claimsWith(), { ...other.signing, kid: keys.signing.kid })
    await expect(verify(forged)).rejects.toEqual(code('E_RX_SIGNATURE'))
  })

  it('is refused when its claims were altered', async () => {
    const [header, , signature] = parts()
    const altered = `${header}.${base64({ ...claimsWith(), fill: 2 })}.${signature}`
    await expect(verify(altered)).rejects.toEqual(code('E_RX_SIGNATURE'))
  })

  it('is refused when the key is not known at the site', async () => {
    await expect(verify(await signToken(claimsWith(), other.signing))).rejects.toEqual(
      code('E_RX_UNKNOWN_KEY'),
    )
  })

  it('is refused as `alg: none`, whatever its signature', async () => {
    const header = base64({ typ: 'rx+jwt', alg: 'none', kid: keys.signing.kid })
    const [, payload, signature] = parts()
    await expect(verify(`${header}.${payload}.`)).rejects.toEqual(code('E_RX_ALGORITHM'))
    await expect(verify(`${header}.${payload}.${signature}`)).rejects.toEqual(code('E_RX_ALGORITHM'))
  })

  it('is refused as HS256 with the public key as the secret', async () => {
    const header = base64({ typ: 'rx+jwt', alg: 'HS256', kid: keys.signing.kid })
    const text = `${header}.${parts()[1]}`
    const mac = createHmac('sha256', Buffer.from(keys.jwk.x ?? '', 'base64url')).update(text)
    await expect(verify(`${text}.${mac.digest('base64url')}`)).rejects.toEqual(code('E_RX_ALGORITHM'))
  })

  it('is refused when it is a token of another type', async () => {
    await expect(verify(await signedAs({ typ: 'JWT' }))).rejects.toEqual(code('E_RX_TYPE'))
  })

  it.each(['', '.', '..', 'a.b.c', 'RX1:ABC', 'ey', '{}'])('is refused as unreadable: "%s"', async text => {
    await expect(verify(text)).rejects.toEqual(code('E_RX_MALFORMED'))
  })

  it('is refused when the signed text is no JSON', async () => {
    const sign = new CompactSign(Buffer.from([0xff, 0xfe]))
    const text = await sign
      .setProtectedHeader({ typ: 'rx+jwt', alg: 'EdDSA', kid: keys.signing.kid })
      .sign(keys.signing.key)
    await expect(verify(text)).rejects.toEqual(code('E_RX_MALFORMED'))
  })
})

describe('the claims of an authorisation', () => {
  const signed = (changes: Partial<Claims>) => signToken(claimsWith(changes), keys.signing)
  const second = NOW.getTime() / 1000

  it.each(Object.keys(claimsWith()))('are refused when %s is missing', async name => {
    const claims = Object.fromEntries(Object.entries(claimsWith()).filter(([key]) => key !== name))
    await expect(verify(await signedAs({}, claims))).rejects.toEqual(code('E_RX_CLAIMS'))
  })

  it('are refused without items, with half a pack, or with a negative quantity', async () => {
    const [item] = claimsWith().items
    for (const items of [[], [{ ...item, quantity: 0.5 }], [{ ...item, quantity: -1 }]])
      await expect(verify(await signedAs({}, { ...claimsWith(), items }))).rejects.toEqual(
        code('E_RX_CLAIMS'),
      )
  })

  it('are refused at another site, and from another county', async () => {
    await expect(verify(await signed({ aud: 's002' }))).rejects.toEqual(code('E_RX_SITE'))
    await expect(verify(await signed({ iss: 'other-centre' }))).rejects.toEqual(code('E_RX_ISSUER'))
  })

  it('hold until the last millisecond before the second they expire in', async () => {
    const text = await signed({ exp: second })
    await expect(verify(text, new Date(NOW.getTime() - 1))).resolves.toBeDefined()
    await expect(verify(text, NOW)).rejects.toEqual(code('E_RX_EXPIRED'))
  })

  it('hold from two minutes before their beginning, since clocks differ', async () => {
    const text = await signed({ nbf: second + 120 })
    await expect(verify(text, NOW)).resolves.toBeDefined()
    await expect(verify(text, new Date(NOW.getTime() - 1))).rejects.toEqual(code('E_RX_NOT_YET'))
  })
})

describe('any flipped byte', () => {
  it('of the text of header or payload, or of the signature, is refused', async () => {
    const [header, payload, signature] = parts()
    const signed = `${header}.${payload}`
    const bytes = Buffer.from(signature, 'base64url')
    await fc.assert(
      fc.asyncProperty(
        fc.nat(signed.length + bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (place, mask) => {
          const text = Buffer.from(signed)
          const mac = Buffer.from(bytes)
          const [target, index] = place < text.length ? [text, place] : [mac, place - text.length]
          target[index] = (target[index] ?? 0) ^ mask
          await expect(
            verify(`${text.toString('latin1')}.${mac.toString('base64url')}`),
          ).rejects.toMatchObject({ code: /^E_RX_/ })
        },
      ),
      { numRuns: 300 },
    )
  })
})
