import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WithdrawalView } from '#cloud-sync/contract/edge-api.ts'
import { signingKey } from '#domain/authorisation/keys.ts'
import { encodeQr } from '#domain/authorisation/qr.ts'
import type { RunningEdge } from '#edge/main.ts'
import { GS, keyOf, orderFormulary, packOf, traceOf } from '#test/lib/edge-packs.ts'
import {
  type Ask,
  currentOf,
  item,
  journaled,
  logIn,
  openTownship,
  type Township,
  untilStep,
} from '#test/lib/edge-township.ts'
import { until } from '#test/lib/hardware-wait.ts'

let town: Township
let edge: RunningEdge
let ask: Ask
beforeAll(async () => {
  town = await openTownship()
  edge = await town.start()
  ask = await logIn(edge)
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

/** Starts a withdrawal and waits for its drawer. */
const begin = async (drug: string, quantity: number): Promise<WithdrawalView> => {
  const jti = await town.authorise(edge, { items: [item(drug, quantity)] })
  expect((await ask('/api/withdrawals', { jti })).status).toBe(200)
  return untilStep(ask, 'open')
}
const act = (w: WithdrawalView, name: string, body: object) =>
  ask(`/api/withdrawals/${w.session}/${name}`, body)
const close = (drawer: string, taken: number) => {
  if (taken > 0) town.cabinet.hand.take(drawer, taken)
  town.cabinet.hand.close(drawer)
}

describe('packs scanned during a withdrawal', () => {
  it('are checked one by one, counted, and settle the step with the scale', async () => {
    const w = await begin('metformin-500', 2)
    expect(w.steps[0]).toMatchObject({ scanned: 0, scanRequired: false })
    const wrong = await act(w, 'scan', { text: packOf('amlodipine-5', 'X1', { lot: 'A1' }) })
    expect(wrong).toMatchObject({ status: 409, body: { code: 'E_WRONG_PACK' } })
    const { zh } = wrong.body.message as { zh: string }
    expect(zh).toContain('盐酸二甲双胍片')
    expect(zh).toContain('苯磺酸氨氯地平片')
    const lot = await act(w, 'scan', { text: packOf('metformin-500', 'X2', { lot: 'M2', expiry: '281231' }) })
    expect(lot.body).toMatchObject({
      code: 'E_WRONG_LOT',
      message: { zh: expect.stringMatching(/批号.*有效期/) },
    })
    expect((await act(w, 'scan', { text: packOf('metformin-500', 'P1') })).body).toMatchObject({
      steps: [{ scanned: 1 }],
    })
    const again = await act(w, 'scan', { text: `]d2${packOf('metformin-500', 'P1')}` })
    expect(again.body.code).toBe('E_CODE_TWICE')
    expect((await act(w, 'scan', { text: keyOf('metformin-500') })).body.code).toBe('E_CODE_NO_TRACE')
    await act(w, 'scan', { text: traceOf('metformin-500', 1) })
    close('D01', 2)
    expect(await untilStep(ask, 'finished')).toMatchObject({ outcome: 'matched', steps: [{ scanned: 2 }] })
    expect(journaled(edge, 'trace.used').slice(-2)).toMatchObject([
      { drug: 'metformin-500', lot: 'M1', session: w.session },
      { drug: 'metformin-500', lot: null, session: w.session },
    ])
    expect(
      refusals()
        .slice(-4)
        .map(({ code }) => code),
    ).toEqual(['E_WRONG_PACK', 'E_WRONG_LOT', 'E_CODE_TWICE', 'E_CODE_NO_TRACE'])
  })

  it('that left once do not leave again, until a return reverses them', async () => {
    expect(await scan(packOf('metformin-500', 'P1'))).toMatchObject({ used: true })
    const w = await begin('metformin-500', 1)
    expect((await act(w, 'scan', { text: packOf('metformin-500', 'P1') })).body.code).toBe('E_CODE_USED')
    const back = { id: 'return-1', rx: null, drug: 'metformin-500', lot: 'M1', expiry: '2027-12-31' }
    edge.agent.db.transaction(() =>
      edge.agent.returns.brought({ ...back, quantity: 1, reason: '病人退药', actor: 'wang' }),
    )
    const reverse = (text: string) => ask('/api/returns/return-1/reverse', { text })
    expect((await reverse(packOf('metformin-500', 'P1'))).body.code).toBe('E_RETURN_STATUS')
    edge.agent.returns.decide('li', 'return-1', 'restock', '包装完好')
    expect((await reverse(packOf('metformin-500', 'never'))).body.code).toBe('E_CODE_NOT_USED')
    expect((await reverse(packOf('metformin-500', 'P1'))).body).toMatchObject({ kind: 'pack', used: false })
    expect((await reverse(traceOf('metformin-500', 1))).body.code).toBe('E_RETURN_DONE')
    expect((await act(w, 'scan', { text: packOf('metformin-500', 'P1') })).status).toBe(200)
    close('D01', 1)
    expect(await untilStep(ask, 'finished')).toMatchObject({ outcome: 'matched' })
    expect(journaled(edge, 'trace.reversed').at(-1)).toMatchObject({ return: 'return-1', actor: 'wang' })
  })

  it('that differ from the scale are told, and taken back or scanned they settle it', async () => {
    const w = await begin('metformin-500', 1)
    await act(w, 'scan', { text: packOf('metformin-500', 'Q1') })
    await act(w, 'scan', { text: packOf('metformin-500', 'Q2') })
    close('D01', 1)
    const judged = await untilStep(ask, 'scan-count')
    expect(judged).toMatchObject({ message: { code: 'scan-count' }, steps: [{ taken: 1, scanned: 2 }] })
    expect((await act(w, 'unscan', { text: packOf('metformin-500', 'Q9') })).body.code).toBe(
      'E_CODE_NOT_USED',
    )
    expect((await act(w, 'unscan', { text: packOf('metformin-500', 'Q2') })).body).toMatchObject({
      outcome: 'matched',
    })
    expect(await scan(packOf('metformin-500', 'Q2'))).toMatchObject({ used: false })
  })

  it('R13: that cannot be read are passed with a reason and, if there is one, a witness; counted per person', async () => {
    const w = await begin('amlodipine-5', 1)
    expect(w.steps[0]).toMatchObject({ scanRequired: true })
    close('D02', 1)
    expect(await untilStep(ask, 'scan-count')).toMatchObject({ status: 'running' })
    expect((await act(w, 'scan/bypass', { reason: ' ' })).body.code).toBe('E_REASON')
    await logIn(edge, 'li')
    const signed = await ask('/api/second', { person: 'li', pin: '739154', act: 'withdraw' })
    const second = signed.body.ticket
    expect((await act(w, 'scan/bypass', { reason: '条码破损', second: 'forged' })).body.code).toBe('E_SECOND')
    expect((await act(w, 'scan/bypass', { reason: '条码破损', second })).body).toMatchObject({
      outcome: 'matched',
    })
    const next = await begin('amlodipine-5', 1)
    await act(next, 'scan/bypass', { reason: '条码破损' })
    close('D02', 1)
    await untilStep(ask, 'finished')
    expect(journaled(edge, 'scan.bypassed')).toMatchObject([
      { actor: 'wang', session: w.session, reason: '条码破损', witness: 'li' },
      { actor: 'wang', session: next.session, witness: null },
    ])
    expect((await ask('/api/scan/bypasses')).body).toEqual([
      { person: 'wang', count: 2, witnessed: 1, last: expect.any(String) },
    ])
  })

  it('are not asked for while no step waits', async () => {
    const w = await currentOf(ask)
    expect((await act(w, 'scan', { text: packOf('metformin-500', 'Z1') })).body.code).toBe(
      'E_WITHDRAWAL_NONE',
    )
  })

  it('are free again when the withdrawal is cancelled with nothing taken', async () => {
    const w = await begin('metformin-500', 1)
    await act(w, 'scan', { text: packOf('metformin-500', 'F1') })
    close('D01', 0)
    await untilStep(ask, 'under')
    await act(w, 'cancel', { reason: '病人改期' })
    expect(await currentOf(ask)).toMatchObject({ outcome: 'abandoned' })
    expect(await scan(packOf('metformin-500', 'F1'))).toMatchObject({ used: false })
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

describe('after a power cut in the middle of scanning', () => {
  it('no scanned code is lost, and none is used twice', async () => {
    const w = await begin('metformin-500', 1)
    await act(w, 'scan', { text: packOf('metformin-500', 'K1') })
    await town.stop(edge)
    close('D01', 1)
    edge = await town.start()
    ask = await logIn(edge)
    await until('the drawers are shut', () => town.cabinet.latched())
    expect(await currentOf(ask)).toMatchObject({ status: 'review', steps: [{ scanned: 1 }] })
    expect(await scan(packOf('metformin-500', 'K1'))).toMatchObject({ used: true })
    const reviewed = await act(w, 'review', { note: '断电后清点', taken: { 0: 1 } })
    expect(reviewed.body).toMatchObject({ status: 'finished' })
    expect(await scan(packOf('metformin-500', 'K1'))).toMatchObject({ used: true })
  })
})
