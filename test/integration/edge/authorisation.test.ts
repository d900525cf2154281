import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningJwk, signingKey } from '#domain/authorisation/keys.ts'
import { encodeQr } from '#domain/authorisation/qr.ts'
import { signToken } from '#domain/authorisation/token.ts'
import type { RunningEdge } from '#edge/main.ts'
import {
  type Ask,
  journaled,
  logIn,
  openTownship,
  type Township,
  untilStep,
} from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let ask: Ask
beforeAll(async () => {
  town = await openTownship()
  edge = await town.start()
  ask = await logIn(edge)
})
afterAll(() => town.close())

const HOUR_S = 3_600
const now = () => Math.floor(Date.now() / 1000)

/** The payload of a signed token with another quantity under the old signature. */
const altered = (token: string): string => {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  claims.items[0].quantity = 9
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
}

const retyped = (token: string, change: object): string => {
  const [header = '', ...rest] = token.split('.')
  const fields = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))
  return [Buffer.from(JSON.stringify({ ...fields, ...change })).toString('base64url'), ...rest].join('.')
}

/** Signed by somebody else under the key id of the centre. */
const forged = async (): Promise<string> => {
  const stranger = signingKey(await generateSigningJwk())
  return signToken(town.claims(), { ...stranger, kid: String(town.jwk.kid) })
}

const BAD: readonly (readonly [string, string, () => Promise<string>])[] = [
  ['a forged one', 'E_RX_SIGNATURE', forged],
  ['an altered one', 'E_RX_SIGNATURE', async () => altered(await town.sign(town.claims()))],
  [
    'one of an unknown key',
    'E_RX_UNKNOWN_KEY',
    async () => signToken(town.claims(), signingKey(await generateSigningJwk())),
  ],
  ['an expired one', 'E_RX_EXPIRED', () => town.sign(town.claims({ exp: now() - 1 }))],
  ['one that is not valid yet', 'E_RX_NOT_YET', () => town.sign(town.claims({ nbf: now() + HOUR_S }))],
  ['one of another site', 'E_RX_SITE', () => town.sign(town.claims({ aud: 'qingshui' }))],
  ['one of another issuer', 'E_RX_ISSUER', () => town.sign(town.claims({ iss: 'other-centre' }))],
  [
    'a token of another type',
    'E_RX_TYPE',
    async () => retyped(await town.sign(town.claims()), { typ: 'at+jwt' }),
  ],
  [
    'one that names another algorithm',
    'E_RX_ALGORITHM',
    async () => retyped(await town.sign(town.claims()), { alg: 'none' }),
  ],
  ['one without items', 'E_RX_CLAIMS', () => town.sign(town.claims({ items: [] }))],
  ['a text that is none', 'E_RX_MALFORMED', async () => 'not-a-token'],
  ['a slip’s code that is none', 'E_RX_MALFORMED', async () => 'RX1:%%%'],
]

describe('R1: an authorisation that does not hold', () => {
  it.each(BAD)('does not unlock when handed in at the counter: %s is %s', async (_what, code, make) => {
    const refused = await ask('/api/withdrawals', { token: await make() })
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({
      code,
      message: { zh: expect.any(String), en: expect.any(String) },
      wayOut: { zh: expect.any(String) },
    })
    expect(journaled(edge, 'unlock.refused').at(-1)).toMatchObject({ actor: 'wang', code, jti: null })
    expect((await ask('/api/withdrawals/current')).body).toBeNull()
  })

  it.each(BAD.filter(([, code]) => code !== 'E_RX_NOT_YET'))(
    'is kept and refused as an order: %s is %s',
    async (_what, code, make) => {
      await town.order(edge, 'authorisation', { token: await make() })
      expect(journaled(edge, 'order.refused').at(-1)).toMatchObject({ code, kind: 'authorisation' })
    },
  )

  it('does not unlock when there is no order of that name', async () => {
    expect(await ask('/api/withdrawals', { jti: 'nobody' })).toMatchObject({
      status: 404,
      body: { code: 'E_RX_UNKNOWN' },
    })
    expect(journaled(edge, 'unlock.refused').at(-1)).toMatchObject({ code: 'E_RX_UNKNOWN', jti: 'nobody' })
  })

  it('does not unlock once it was revoked, whichever of order and revocation came first', async () => {
    const early = await town.authorise(edge)
    await town.order(edge, 'revocation', { jti: early, reason: '医师撤回' })
    const late = town.claims()
    await town.order(edge, 'revocation', { jti: late.jti, reason: '医师撤回' })
    await town.order(edge, 'authorisation', { token: await town.sign(late) })
    const slip = await town.sign(late)
    for (const body of [{ jti: early }, { jti: late.jti }, { token: slip }]) {
      expect((await ask('/api/withdrawals', body)).body.code).toBe('E_RX_REVOKED')
      expect(journaled(edge, 'unlock.refused').at(-1)).toMatchObject({ code: 'E_RX_REVOKED' })
    }
  })

  it('does not unlock when its row in the database was changed by hand', async () => {
    const [mine, other] = [await town.authorise(edge), await town.authorise(edge)]
    edge.agent.db.run(
      'UPDATE authorisations SET token = (SELECT token FROM authorisations WHERE jti = ?) WHERE jti = ?',
      other,
      mine,
    )
    expect((await ask('/api/withdrawals', { jti: mine })).body.code).toBe('E_RX_MALFORMED')
  })

  it('moved no latch in all of the above', () => {
    expect(town.cabinet.pulses).toEqual([])
    expect(town.cabinet.latched()).toBe(true)
    expect(journaled(edge, 'unlock.intent')).toEqual([])
  })
})

describe('R1: an authorisation that holds', () => {
  it('opens once from the slip’s QR code with no network, and is used afterwards in either form', async () => {
    const claims = town.claims()
    const slip = encodeQr(claims, signingKey(town.jwk))
    const pulsesBefore = town.cabinet.pulses.length
    expect((await ask('/api/withdrawals', { token: slip })).status).toBe(200)
    await untilStep(ask, 'open')
    town.cabinet.hand.take('D01', 2)
    town.cabinet.hand.close('D01')
    expect(await untilStep(ask, 'finished')).toMatchObject({ outcome: 'matched' })
    for (const body of [{ token: slip }, { token: await town.sign(claims) }, { jti: claims.jti }]) {
      expect((await ask('/api/withdrawals', body)).body.code).toBe('E_RX_USED')
      expect(journaled(edge, 'unlock.refused').at(-1)).toMatchObject({
        code: 'E_RX_USED',
        jti: claims.jti,
        rx: claims.rx,
      })
    }
    expect(town.cabinet.pulses.length).toBe(pulsesBefore + 1)
  })

  it('of a new key holds from the order on that brought the key', async () => {
    const jwk = await generateSigningJwk()
    const token = await signToken(town.claims(), signingKey(jwk))
    expect((await ask('/api/withdrawals', { token })).body.code).toBe('E_RX_UNKNOWN_KEY')
    const { d: _secret, ...key } = jwk
    await town.order(edge, 'keys', { keys: [key] })
    await town.order(edge, 'authorisation', { token })
    expect(journaled(edge, 'order.received').at(-1)).toMatchObject({ kind: 'authorisation' })
  })
})

describe('an order that cannot be carried out', () => {
  it.each([
    ['of an unknown kind', 'dance', {}, 'E_ORDER_KIND'],
    ['with another body', 'authorisation', { tokens: [] }, 'E_ORDER_BODY'],
    ['with a key of another sort', 'keys', { keys: [{ kty: 'RSA', kid: 'x' }] }, 'E_KEY_UNUSABLE'],
  ])('%s is kept, refused in the journal, and does not stop the next', async (_what, kind, body, code) => {
    await town.order(edge, kind, body)
    expect(journaled(edge, 'order.refused').at(-1)).toMatchObject({ code, kind })
    const { committed } = edge.agent.orders.watermark()
    await town.authorise(edge)
    expect(edge.agent.orders.watermark().committed).toBe(committed + 1)
  })
})
