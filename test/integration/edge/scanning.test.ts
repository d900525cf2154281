import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signingKey } from '#domain/authorisation/keys.ts'
import { encodeQr } from '#domain/authorisation/qr.ts'
import type { RunningEdge } from '#edge/main.ts'
import { runningTownship } from '#test/lib/edge-own-township.ts'
import { GS, keyOf, orderFormulary, packOf, traceOf } from '#test/lib/edge-packs.ts'
import { type Ask, journaled, logIn, type Township } from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let ask: Ask
beforeAll(async () => {
  ;({ town, edge, wang: ask } = await runningTownship('wang'))
  await orderFormulary(town, edge, { scanned: ['amlodipine-5'] })
})
afterAll(() => town.close())

const scan = async (text: string) => (await ask('/api/scan', { text })).body
const refusals = () => journaled(edge, 'scan.refused')
const slipOf = (changes = {}) => encodeQr(town.claims(changes), signingKey(town.jwk))

describe('a scanned text', () => {
  it('is a patient’s slip: verified with no network and kept as an order, once', async () => {
    const claims = town.claims()
    const slip = encodeQr(claims, signingKey(town.jwk))
    for (let times = 0; times < 2; times += 1)
      expect(await scan(slip)).toEqual({ kind: 'prescription', jti: claims.jti, rx: claims.rx })
    const slips = journaled(edge, 'order.received').filter(({ kind }) => kind === 'slip')
    expect(slips).toMatchObject([{ ref: claims.jti, orderEpoch: 0, orderSeq: 0 }])
    expect((await ask('/api/prescriptions')).body).toContainEqual(
      expect.objectContaining({ jti: claims.jti, status: 'waiting' }),
    )
  })

  it.each([
    ['a slip with a foreign character', 'E_RX_MALFORMED', () => 'RX1:%%%~'],
    ['a slip of which a corner is missing', 'E_RX_MALFORMED', () => slipOf().slice(0, -40)],
    ['a slip of another site', 'E_RX_SITE', () => slipOf({ aud: 'qingshui' })],
    ['a slip that ran out', 'E_RX_EXPIRED', () => slipOf({ exp: Math.floor(Date.now() / 1000) - 1 })],
    ['an unknown bar code', 'E_SCAN_UNKNOWN', () => 'hello world'],
    ['a foreign trace code', 'E_CODE_UNKNOWN', () => '81234567890123456789'],
    ['a foreign article number', 'E_CODE_UNKNOWN', () => '6901234567892'],
    [
      'the trace code of a case',
      'E_CODE_LEVEL',
      () => `${keyOf('metformin-500', 'trace', 'case')}0000000000001`,
    ],
    ['the GTIN of a case', 'E_CODE_LEVEL', () => packOf('metformin-500', 'C1', { level: 'case' })],
    ['the label of a pallet', 'E_CODE_LEVEL', () => '00106901234567890128'],
    ['the label of a drawer of another cabinet', 'E_SCAN_DRAWER', () => 'YGD:D99'],
  ])('that is %s is refused with %s, in words, and journaled without its inside', async (_, code, make) => {
    const text = make()
    expect(await scan(text)).toMatchObject({
      kind: 'refused',
      code,
      text: { zh: expect.any(String), en: expect.any(String) },
      wayOut: { zh: expect.any(String) },
    })
    const refused = refusals().at(-1)
    expect(refused).toMatchObject({ actor: 'wang', code })
    expect(refused?.text.length).toBeLessThanOrEqual(64)
    if (text.startsWith('RX1:')) expect(refused?.text).toMatch(/^RX1:…\(\d+\)$/)
  })

  it('is a slip with a stain: whichever character is misread, it is refused and nothing is stored', async () => {
    const slip = slipOf()
    const before = (await ask('/api/prescriptions')).body
    for (let at = 4; at < slip.length; at += Math.ceil(slip.length / 40)) {
      const misread = slip.slice(0, at) + (slip[at] === 'A' ? 'B' : 'A') + slip.slice(at + 1)
      expect(await scan(misread)).toMatchObject({
        kind: 'refused',
        code: expect.stringMatching(/^E_RX_(MALFORMED|SIGNATURE|TYPE|ALGORITHM|UNKNOWN_KEY)$/),
      })
    }
    expect((await ask('/api/prescriptions')).body).toEqual(before)
  })

  it('is the slip that a kiosk printed: it finds the waiting order of that number, and is no authorisation', async () => {
    const rx = 'RX-OWN-1'
    const first = await town.authorise(edge, { rx, fill: 1 })
    await town.authorise(edge, { rx, fill: 2 })
    expect(await scan(`YGP:${rx}`)).toEqual({ kind: 'prescription', jti: first, rx })
    await town.authorise(edge, { rx, patient: { name: '赵四', birthYear: 1950 } })
    expect(await scan(`YGP:${rx}`)).toMatchObject({ kind: 'refused', code: 'E_SCAN_SEVERAL' })
    expect(refusals().at(-1)).toMatchObject({ actor: 'wang', text: 'YGP:…(12)' })
  })

  it('is a printed slip of which nothing is left: it says why', async () => {
    expect(await scan('YGP:RX-NOWHERE')).toMatchObject({
      kind: 'refused',
      code: 'E_RX_UNKNOWN',
      text: { zh: '没有这张处方的指令' },
    })
    const jti = await town.authorise(edge, { rx: 'RX-OWN-2' })
    for (const [status, code] of [
      ['dispensed', 'E_RX_USED'],
      ['revoked', 'E_RX_REVOKED'],
    ] as const) {
      edge.agent.db.transaction(() => edge.agent.authorisations.setStatus(jti, status))
      expect(await scan('YGP:RX-OWN-2')).toMatchObject({ kind: 'refused', code })
    }
  })

  it('is the label of a drawer', async () => {
    expect(await scan('YGD:D02')).toEqual({ kind: 'drawer', drawer: 'D02' })
  })

  it('is a pack, in whichever code it carries', async () => {
    const pack = { kind: 'pack', drug: 'metformin-500', name: '盐酸二甲双胍片', used: false }
    const gs1 = packOf('metformin-500', 'S1')
    const full = { ...pack, lot: 'M1', expiry: '2027-12-31', serial: 'S1' }
    expect(await scan(gs1)).toEqual({ ...full, text: gs1 })
    expect(await scan(`]d2${gs1}`)).toEqual({ ...full, text: gs1 })
    const trace = traceOf('metformin-500', 7)
    const bare = { ...pack, lot: null, expiry: null }
    expect(await scan(trace)).toEqual({ ...bare, text: trace, serial: trace.slice(7) })
    const article = keyOf('metformin-500').slice(1)
    expect(await scan(article)).toEqual({ ...bare, text: article, serial: null })
  })

  it('that may have lost a separator says nothing of lot and serial', async () => {
    const lost = packOf('metformin-500', '10A').replace(GS, '')
    expect(await scan(lost)).toMatchObject({ kind: 'pack', drug: 'metformin-500', lot: null, serial: null })
  })

  it('is a badge: told by whose it is and a word for this reading, which logs in', async () => {
    const lead = await logIn(edge, 'qian')
    expect((await lead('/api/people/li/badge', { badge: 'YGB:778812' })).status).toBe(200)
    const read = await scan('YGB:778812')
    expect(read).toMatchObject({ kind: 'badge', person: 'li' })
    expect(read.badge).not.toContain('778812')
    const login = await ask('/api/login', { badge: read.badge, pin: '482913' })
    expect(login).toMatchObject({ status: 200, body: { person: { id: 'li' } } })
    expect(await scan('YGB:000000')).toMatchObject({ kind: 'badge', person: null })
  })

  it('is for nobody who is not logged in', async () => {
    const answer = await fetch(`${edge.url}/api/scan`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'YGD:D01' }),
    })
    expect(answer.status).toBe(401)
  })
})

describe('a pack that is put in (R12)', () => {
  const claim = { drug: 'metformin-500', lot: 'M1', expiry: '2027-12-31' }
  const check = (text: string) => () => edge.agent.scanning.checkPack({ ...claim, text })

  it('is what the note says, in drug, lot and expiry', () => {
    expect(check(packOf('metformin-500', 'R1'))()).toEqual({
      trace: `01${keyOf('metformin-500')}21R1`,
      unread: [],
    })
  })

  it('may say less than the note: what it does not say is named', () => {
    expect(check(traceOf('metformin-500', 9))()).toMatchObject({ unread: ['lot', 'expiry'] })
    expect(check(keyOf('metformin-500'))()).toEqual({ trace: null, unread: ['lot', 'expiry'] })
  })

  it('that lost its separator is read beside the lot it should be of', () => {
    const lost = packOf('metformin-500', '21A').replace(GS, '')
    expect(check(lost)()).toEqual({ trace: `01${keyOf('metformin-500')}2121A`, unread: [] })
  })

  it.each([
    ['another drug', () => packOf('amlodipine-5', 'R2'), 'E_WRONG_PACK', /药品不符/],
    [
      'another lot',
      () => packOf('metformin-500', 'R3', { lot: 'M9' }),
      'E_WRONG_LOT',
      /^批号不符：应为 M1，扫到 M9$/,
    ],
    [
      'another lot and expiry',
      () => packOf('metformin-500', 'R4', { lot: 'M9', expiry: '270131' }),
      'E_WRONG_LOT',
      /批号不符.*；有效期不符：应为 2027-12-31，扫到 2027-01-31/,
    ],
    ['a case', () => packOf('metformin-500', 'R5', { level: 'case' }), 'E_CODE_LEVEL', /逐盒|一盒/],
    ['an unknown pack', () => '6901234567892', 'E_CODE_UNKNOWN', /目录/],
  ])('is refused when it is %s, every field that differs by name', (_, make, code, words) => {
    expect(check(make())).toThrow(
      expect.objectContaining({
        code,
        wording: expect.objectContaining({ zh: expect.stringMatching(words) }),
      }),
    )
  })
})
