import { createHash, sign } from 'node:crypto'
import { deflateSync, inflateSync } from 'node:zlib'
import { decode, encode, Tagged } from 'cborg'
import fc from 'fast-check'
import { create } from 'qrcode'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Claims } from '#domain/authorisation/claims.ts'
import { encodeQr, verifyQr } from '#domain/authorisation/qr.ts'
import { decodeBase45, encodeBase45 } from '#domain/authorisation/qr-base45.ts'
import { packClaims } from '#domain/authorisation/qr-claims.ts'
import { codeOf } from '#domain/error.ts'
import { claimsWith, EXPECTED, FIVE_DRUGS, makeKeys, NOW } from '#test/lib/domain-claims.ts'

let keys: Awaited<ReturnType<typeof makeKeys>>
let other: Awaited<ReturnType<typeof makeKeys>>
beforeAll(async () => {
  keys = await makeKeys()
  other = await makeKeys()
})

const verify = (text: string, now = NOW) => verifyQr(text, keys.trusted, { ...EXPECTED, now })
const codeFrom = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return codeOf(error)
  }
  return 'accepted'
}
const inner = (text: string) => inflateSync(decodeBase45(text.slice(4)))
const outer = (cose: Uint8Array) => `RX1:${encodeBase45(deflateSync(cose))}`

/** A slip with any header and payload, signed for real. */
const slip = ({ header = {}, payload = packClaims(claimsWith()) as unknown } = {}) => {
  const fields = {
    1: -8,
    4: createHash('sha256').update(keys.signing.kid).digest().subarray(0, 8),
    16: 'rx+cwt',
    ...header,
  }
  const protectedHeader = encode(new Map(Object.entries(fields).map(([key, value]) => [Number(key), value])))
  const body = encode(payload)
  const text = encode(['Signature1', protectedHeader, new Uint8Array(), body])
  const signature = new Uint8Array(sign(null, text, keys.signing.key))
  return outer(encode(new Tagged(18, [protectedHeader, new Map(), body, signature])))
}

describe('the QR code on a slip', () => {
  it('gives the claims of a prescription back, whatever its kind and length', () => {
    for (const kind of ['ordinary', 'emergency', 'long-term', 'extended'] as const)
      for (let count = 1; count <= FIVE_DRUGS.length; count++) {
        const claims = claimsWith({ kind, items: FIVE_DRUGS.slice(0, count), patient: { name: '李四' } })
        expect(verify(encodeQr(claims, keys.signing))).toEqual(claims)
      }
  })

  it('keeps ids of any form', () => {
    for (const jti of [
      '0f8fad5b-d9cb-469f-a165-70867728950e',
      '0F8FAD5B-D9CB-469F-A165-70867728950E',
      'rx-17',
    ])
      for (const idHash of ['ab'.repeat(32), 'abc', 'AB', 'q5jhPA2uMFWGcbGe']) {
        const claims = claimsWith({ jti, patient: { name: '李四', idHash } })
        expect(verify(encodeQr(claims, keys.signing))).toEqual(claims)
      }
  })

  it('fits five drugs into version 20 or below at level M, in alphanumeric mode', () => {
    const text = encodeQr(claimsWith(), keys.signing)
    const code = create(text, { errorCorrectionLevel: 'M' })
    expect(text).toMatch(/^RX1:[0-9A-Z $%*+\-./:]+$/)
    expect({ characters: text.length, version: code.version }).toSatisfy(
      ({ characters, version }) => characters < 960 && version <= 20,
    )
  })

  it('says so when a prescription is too long for any code', () => {
    const items = Array.from({ length: 20 }, (_, i) => ({
      drug: `drug-${i}`,
      name: Array.from({ length: 200 }, (_, j) =>
        String.fromCodePoint(0x4e00 + ((i * 7919 + j * 104729) % 20000)),
      ).join(''),
      spec: 's',
      quantity: 1,
      unit: '盒',
      dosing: 'd',
    }))
    expect(codeFrom(() => encodeQr(claimsWith({ items }), keys.signing))).toBe('E_QR_SIZE')
  })

  it('is refused when another key signed it, known or not', () => {
    const forged = encodeQr(claimsWith(), { ...other.signing, kid: keys.signing.kid })
    expect(codeFrom(() => verify(forged))).toBe('E_RX_SIGNATURE')
    expect(codeFrom(() => verify(encodeQr(claimsWith(), other.signing)))).toBe('E_RX_UNKNOWN_KEY')
  })

  it('is refused for another type, another algorithm and no algorithm', () => {
    expect(codeFrom(() => verify(slip()))).toBe('accepted')
    expect(codeFrom(() => verify(slip({ header: { 16: 'cwt' } })))).toBe('E_RX_TYPE')
    expect(codeFrom(() => verify(slip({ header: { 1: 5 } })))).toBe('E_RX_ALGORITHM')
    expect(codeFrom(() => verify(slip({ header: { 1: undefined } })))).toMatch('E_RX_MALFORMED')
    expect(codeFrom(() => verify(outer(encode([1, 2, 3]))))).toBe('E_RX_TYPE')
    expect(codeFrom(() => verify('HC1:NCFOXN'))).toBe('E_RX_TYPE')
  })

  it.each([1, 3, 4, 5, 6, 7, -65537])('is refused when top claim %i is missing', key => {
    const payload = new Map([...packClaims(claimsWith())].filter(([name]) => name !== key))
    expect(codeFrom(() => verify(slip({ payload })))).toBe('E_RX_CLAIMS')
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is refused when claim %i of the prescription is missing', key => {
    const top = packClaims(claimsWith())
    const rx = top.get(-65537) as ReadonlyMap<number, unknown>
    const less = new Map([...rx].filter(([name]) => name !== key))
    expect(codeFrom(() => verify(slip({ payload: new Map([...top, [-65537, less]]) })))).toBe('E_RX_CLAIMS')
  })

  it('is held to site, issuer and time like a token', () => {
    const second = NOW.getTime() / 1000
    const of = (changes: Partial<Claims>) => encodeQr(claimsWith(changes), keys.signing)
    expect(codeFrom(() => verify(of({ aud: 's002' })))).toBe('E_RX_SITE')
    expect(codeFrom(() => verify(of({ iss: 'other-centre' })))).toBe('E_RX_ISSUER')
    expect(codeFrom(() => verify(of({ exp: second })))).toBe('E_RX_EXPIRED')
    expect(codeFrom(() => verify(of({ exp: second }), new Date(NOW.getTime() - 1)))).toBe('accepted')
    expect(codeFrom(() => verify(of({ nbf: second + 121 })))).toBe('E_RX_NOT_YET')
  })
})

describe('hostile slips', () => {
  it('that inflate without end are refused at once', () => {
    const padded = (size: number) =>
      slip({ payload: new Map([...packClaims(claimsWith()), [99, 'x'.repeat(size)]]) })
    expect(codeFrom(() => verify(padded(1_000)))).toBe('accepted')
    expect(padded(500_000).length).toBeLessThan(3391)
    expect(codeFrom(() => verify(padded(500_000)))).toBe('E_RX_MALFORMED')
  })

  it('that carry something beside what is signed are refused', () => {
    const [header, , payload, signature] = decode(inner(slip()), {
      useMaps: true,
      tags: { 18: content => content() },
    }) as Uint8Array[]
    const of = (unsigned: ReadonlyMap<number, unknown>) =>
      outer(encode(new Tagged(18, [header, unsigned, payload, signature])))
    expect(codeFrom(() => verify(of(new Map())))).toBe('accepted')
    expect(codeFrom(() => verify(of(new Map([[4, 'k']]))))).toBe('E_RX_MALFORMED')
  })

  it('of a length no code can have are refused unread', () => {
    expect(codeFrom(() => verify(`RX1:${'0'.repeat(10_000)}`))).toBe('E_RX_MALFORMED')
  })

  it('with any flipped byte of what was signed never verify', () => {
    const cose = inner(encodeQr(claimsWith(), keys.signing))
    fc.assert(
      fc.property(fc.nat(cose.length - 1), fc.integer({ min: 1, max: 255 }), (place, mask) => {
        const bytes = Buffer.from(cose)
        bytes[place] = (bytes[place] ?? 0) ^ mask
        expect(codeFrom(() => verify(outer(bytes)))).toMatch(/^E_RX_/)
      }),
      { numRuns: 500 },
    )
  })

  it('with any changed character are refused or say the same (spare bits of the compression)', () => {
    const text = encodeQr(claimsWith(), keys.signing)
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'0AZ $%:/'), (place, character) => {
        const changed = text.slice(0, place) + character + text.slice(place + 1)
        try {
          expect(verify(changed)).toEqual(claimsWith())
        } catch (error) {
          expect(codeOf(error)).toMatch(/^E_RX_/)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('of any text whatever are refused with a code', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uint8Array()), noise => {
        const text = typeof noise === 'string' ? `RX1:${noise}` : outer(noise)
        expect(codeFrom(() => verify(text))).toMatch(/^E_RX_(MALFORMED|TYPE)$/)
      }),
    )
  })
})

describe('Base45', () => {
  it.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ])('writes %s as RFC 9285 does', (plain, encoded) => {
    expect(encodeBase45(Buffer.from(plain))).toBe(encoded)
    expect(Buffer.from(decodeBase45(encoded)).toString()).toBe(plain)
  })

  it('gives any bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        expect(decodeBase45(encodeBase45(bytes))).toEqual(bytes)
      }),
    )
  })

  it.each(['GGW', '::', 'A', 'AB8A', 'ab8', 'ÄB8'])('refuses "%s"', text => {
    expect(codeFrom(() => decodeBase45(text))).toBe('E_RX_MALFORMED')
  })
})
