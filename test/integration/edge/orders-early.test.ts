import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generateSigningJwk, publicJwk, signingKey } from '#domain/authorisation/keys.ts'
import { signToken } from '#domain/authorisation/token.ts'
import { createAuthorisations } from '#edge/authorisation/authorisations.ts'
import { createOrders, type OrderHandlers } from '#edge/authorisation/orders.ts'
import { openJournal, temporaryDir } from '#test/lib/edge-journal.ts'

const SITE = { issuer: 'yunxi-centre', site: 'heping' }
const code = (expected: string) => expect.objectContaining({ code: expected })

/** A site whose Pi lives in the past, as one without a network may. */
const openSite = async (dir: string) => {
  const held = openJournal(dir, () => false)
  const jwk = await generateSigningJwk()
  const authorisations = createAuthorisations({ ...held, ...SITE })
  authorisations.trust([publicJwk(jwk)])
  const orders = createOrders({ ...held, authorisations, handlers: {} as OrderHandlers, onChange: () => {} })
  let seq = 0
  const claims = (changes: object = {}) => ({
    ...{ iss: SITE.issuer, aud: SITE.site, jti: `j${seq + 1}`, rx: `RX-${seq + 1}` },
    iat: Date.parse('2026-11-22T01:59:00Z') / 1_000,
    nbf: Date.parse('2026-11-22T02:00:00Z') / 1_000,
    exp: Date.parse('2026-11-22T16:00:00Z') / 1_000,
    ...({ kind: 'ordinary', fill: 1 } as const),
    patient: { name: '张桂芳', birthYear: 1956 },
    items: [{ drug: 'd', name: 'd', spec: '1', quantity: 2, unit: '盒', dosing: '每日1次' }],
    ...{ prescriber: '周敏', reviewers: ['陈静'], rules: 'test' },
    ...changes,
  })
  return {
    ...held,
    authorisations,
    order: async (changes: object = {}) => {
      const token = await signToken(claims(changes), signingKey(jwk))
      seq += 1
      const at = '2026-11-22T02:00:00.000Z'
      await orders.commit(1, [{ seq, at, kind: 'authorisation', body: { token } }], at)
      return `j${seq}`
    },
    refused: () =>
      held.journal
        .read(0, 100)
        .flatMap(({ kind, data }) => (kind === 'order.refused' ? [JSON.parse(data).code as string] : [])),
  }
}

let dir: ReturnType<typeof temporaryDir>
let site: Awaited<ReturnType<typeof openSite>>
beforeEach(async () => {
  dir = temporaryDir()
  site = await openSite(dir.path)
})
afterEach(() => {
  site.close()
  dir.remove()
})

describe('an order that arrives while the Pi’s clock is behind', () => {
  it('R1: is kept, taken only from when it is valid, and then needs no second sending', async () => {
    site.clock.set('2026-11-20T02:00:00Z')
    const jti = await site.order()
    expect(site.refused()).toEqual([])
    expect(site.authorisations.list()).toMatchObject([{ jti, status: 'waiting' }])
    await expect(site.authorisations.admit(jti)).rejects.toMatchObject({
      code: 'E_RX_NOT_YET',
      message: expect.stringContaining('2026-11-22 10:00:00'),
    })
    site.clock.set('2026-11-22T02:00:00Z')
    expect(await site.authorisations.admit(jti)).toMatchObject({ jti, status: 'waiting' })
    site.clock.set('2026-11-22T16:00:00Z')
    await expect(site.authorisations.admit(jti)).rejects.toEqual(code('E_RX_EXPIRED'))
  })

  it('R1: is still refused for good when it is forged, for another site, or over', async () => {
    site.clock.set('2026-11-20T02:00:00Z')
    await site.order({ aud: 'qingshui' })
    await site.order({ exp: Date.parse('2026-11-20T01:00:00Z') / 1_000 })
    expect(site.refused()).toEqual(['E_RX_SITE', 'E_RX_EXPIRED'])
  })

  it('R1: may be revoked before it is valid', async () => {
    site.clock.set('2026-11-20T02:00:00Z')
    const jti = await site.order()
    site.journal.append([], () => site.authorisations.revoke(jti, '医师撤回'))
    site.clock.set('2026-11-22T02:00:00Z')
    await expect(site.authorisations.admit(jti)).rejects.toEqual(code('E_RX_REVOKED'))
  })
})
