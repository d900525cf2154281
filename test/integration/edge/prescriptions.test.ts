import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AlarmView } from '#cloud-sync/contract/edge-alarms.ts'
import type { PrescriptionView } from '#cloud-sync/contract/edge-withdrawals.ts'
import type { Claims } from '#domain/authorisation/claims.ts'
import { generateSigningJwk, publicJwk, signingKey } from '#domain/authorisation/keys.ts'
import { signToken } from '#domain/authorisation/token.ts'
import { endOfShanghaiDay, HOUR, MINUTE, shanghaiDay } from '#domain/time.ts'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { createAuthorisations } from '#edge/authorisation/authorisations.ts'
import { createOrdersAge } from '#edge/authorisation/orders-age.ts'
import { clockTrust } from '#edge/health/clock-trust.ts'
import { createJournal } from '#edge/journal/journal.ts'
import type { RunningEdge } from '#edge/main.ts'
import { openJournal, temporaryDir } from '#test/lib/edge-journal.ts'
import { orderFormulary } from '#test/lib/edge-packs.ts'
import { type Ask, item, logIn, openTownship, type Township } from '#test/lib/edge-township.ts'

describe('the orders of a site', () => {
  let town: Township
  let edge: RunningEdge
  let ask: Ask
  beforeAll(async () => {
    town = await openTownship()
    edge = await town.start()
    ask = await logIn(edge)
    await orderFormulary(town, edge)
    const amlodipine = { ...item('amlodipine-5', 1), name: '苯磺酸氨氯地平片' }
    await town.authorise(edge, { rx: 'RX-0042', patient: { name: '张桂芳' }, items: [amlodipine] })
    await town.authorise(edge, { rx: 'RX-0177', patient: { name: '曾庆红' } })
  })
  afterAll(() => town.close())

  const find = async (q: string) =>
    ((await ask(`/api/prescriptions?q=${encodeURIComponent(q)}`)).body as unknown as PrescriptionView[])
      .map(({ rx }) => rx)
      .toSorted()

  it.each([
    ['', ['RX-0042', 'RX-0177']],
    ['0042', ['RX-0042']],
    ['rx-01', ['RX-0177']],
    ['ZGF', ['RX-0042']],
    ['zqh', ['RX-0177']],
    ['CQH', ['RX-0177']],
    ['桂芳', ['RX-0042']],
    ['ALDP', ['RX-0042']],
    ['XYZ', []],
  ])('are found by number, by the patient’s and the drug’s initials: %j', async (q, found) => {
    expect(await find(q)).toEqual(found)
  })

  it('R5: drugs outside of them are found only with enough to tell them apart', async () => {
    const short = await ask('/api/drugs?q=ALD')
    expect(short).toMatchObject({ status: 400, body: { code: 'E_SEARCH_SHORT', message: { zh: /./ } } })
    const { body } = await ask('/api/drugs?q=SALDP&strength=')
    expect(body).toMatchObject([
      { drug: 'amlodipine-5', spec: '5mg×28片', available: 20, lots: [{ drawer: 'D02' }, { drawer: 'D03' }] },
    ])
    expect(await ask('/api/drugs?q=LDP&strength=5mg')).toMatchObject({
      body: [{ drug: 'amlodipine-5' }, { drug: 'felodipine-sr-5' }, { drug: 'valsartan-amlodipine-80-5' }],
    })
    expect((await fetch(`${edge.url}/api/drugs?q=SALDP`)).status).toBe(401)
  })

  it('R21: carry the age of their list, which warns when the centre has been silent for over a day', async () => {
    const old = new Date(Date.now() - 25 * HOUR).toISOString()
    edge.agent.db.run("INSERT OR REPLACE INTO meta VALUES ('ordersAt', ?)", old)
    expect((await ask('/api/site')).body).toMatchObject({ ordersAt: old })
    edge.agent.ordersAge()
    const open = async () =>
      ((await ask('/api/alarms')).body as unknown as AlarmView[]).filter(
        ({ id, clearedAt }) => id === 'orders-old' && clearedAt === null,
      )
    expect(await open()).toMatchObject([{ level: 'warning', text: { zh: expect.stringContaining('24') } }])
    edge.agent.orders.freshAt(new Date().toISOString(), 1)
    edge.agent.ordersAge()
    expect(await open()).toEqual([])
  })
})

/** The authorisations of a site over a journal on disk, under a clock that the test turns. */
const openSite = async (dir: string, start = '2026-11-22T02:00:00.000Z') => {
  const opened = openJournal(dir)
  const { clock, db } = opened
  clock.set(start)
  const journal = createJournal({
    db,
    clock,
    clockTrusted: () => clockTrust({ db, clock }),
    onFlushFailed: () => {},
  })
  const jwk = await generateSigningJwk()
  const authorisations = createAuthorisations({ db, clock, issuer: 'c', site: 's' })
  authorisations.trust([publicJwk(jwk)])
  let fills = 0
  const order = async (changes: Partial<Claims> = {}): Promise<string> => {
    const now = Math.floor(clock.now().getTime() / 1000)
    fills += 1
    const claims: Claims = {
      ...{ iss: 'c', aud: 's', jti: `j${fills}`, iat: now, nbf: now, rx: 'RX-1', kind: 'long-term', fill: 1 },
      exp: endOfShanghaiDay(shanghaiDay(clock.now())).getTime() / 1000,
      patient: { name: '张桂芳', idHash: 'aa' },
      items: [item('metformin-500', 1)],
      ...{ prescriber: '周敏', reviewers: ['陈静'], rules: '1' },
      ...changes,
    }
    const token = await signToken(claims, signingKey(jwk))
    db.transaction(() => authorisations.store(claims, token))
    return claims.jti
  }
  const admit = async (jti: string): Promise<string> => {
    try {
      await authorisations.admit(jti)
      return 'admitted'
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  const dispense = (jti: string) => db.transaction(() => authorisations.setStatus(jti, 'dispensed'))
  /** Something is written down: the journal has seen this time. */
  const note = () => void journal.append([{ kind: 'agent.stopped', data: { reason: 'test' } }])
  return { ...opened, journal, clock, db, authorisations, order, admit, dispense, note }
}

describe('R1: an order', () => {
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

  it('ends with the last instant of its day in Shanghai, on whatever day and at whatever hour it was made', async () => {
    const instants = fc.date({
      min: new Date('2026-11-02T00:00:00Z'),
      max: new Date('2036-12-31T00:00:00Z'),
      noInvalidDate: true,
    })
    await fc.assert(
      fc.asyncProperty(
        instants,
        fc.integer({ min: 1, max: 3 }),
        fc.nat(86_399_999),
        async (made, days, before) => {
          site.db.run("DELETE FROM meta WHERE key = 'trustedAt'")
          site.clock.set(made.toISOString())
          const last = endOfShanghaiDay(shanghaiDay(made)).getTime() + (days - 1) * 24 * HOUR
          const jti = await site.order({ exp: last / 1000 })
          site.clock.set(new Date(Math.max(made.getTime(), last - 1 - before)).toISOString())
          expect(await site.admit(jti)).toBe('admitted')
          site.clock.set(new Date(last - 1).toISOString())
          expect(await site.admit(jti)).toBe('admitted')
          site.clock.set(new Date(last).toISOString())
          expect(await site.admit(jti)).toBe('E_RX_EXPIRED')
        },
      ),
      { numRuns: 60 },
    )
  })

  it('that expired is not revived by a clock that is set back', async () => {
    const jti = await site.order()
    site.clock.set('2026-11-22T16:00:00.000Z')
    site.note()
    expect(await site.admit(jti)).toBe('E_RX_EXPIRED')
    site.clock.set('2026-11-22T03:00:00.000Z')
    expect(await site.admit(jti)).toBe('E_CLOCK_BACK')
    site.note()
    expect(await site.admit(jti)).toBe('E_CLOCK_BACK')
  })

  it('that holds by the journal’s time is not kept back by a clock that is behind', async () => {
    site.clock.set('2026-11-22T06:00:00.000Z')
    site.note()
    const jti = await site.order()
    site.clock.set('2026-11-22T02:00:00.000Z')
    expect(await site.admit(jti)).toBe('admitted')
  })

  it('holds again once the centre’s time has shown that the journal’s was the wrong one, until the clock is moved', async () => {
    site.clock.set('2031-01-01T00:00:00.000Z')
    site.note()
    site.clock.set('2026-11-22T02:00:00.000Z')
    const jti = await site.order()
    expect(await site.admit(jti)).toBe('E_CLOCK_BACK')
    site.authorisations.time.confirm('2026-11-22T09:00:00.000Z')
    expect(await site.admit(jti)).toBe('E_CLOCK_BACK')
    site.authorisations.time.confirm('2026-11-22T02:01:00.000Z')
    expect(await site.admit(jti)).toBe('admitted')
    site.clock.pass(10 * MINUTE)
    expect(await site.admit(jti)).toBe('admitted')
    site.clock.set('2026-11-22T01:00:00.000Z')
    expect(await site.admit(jti)).toBe('E_CLOCK_BACK')
  })

  it('of the next fill waits for its interval, in calendar days of Shanghai, and says from when', async () => {
    const first = await site.order()
    site.clock.set('2026-11-22T15:59:00.000Z')
    site.dispense(first)
    const next = { fill: 2, minIntervalDays: 7, exp: Date.parse('2026-12-02T16:00:00Z') / 1000 }
    const second = await site.order(next)
    site.clock.set('2026-11-28T15:59:59.999Z')
    expect(await site.admit(second)).toBe('E_RX_TOO_EARLY')
    await expect(site.authorisations.admit(second)).rejects.toThrow(/2026-11-29/)
    site.clock.set('2026-11-28T16:00:00.000Z')
    expect(await site.admit(second)).toBe('admitted')
  })

  it('of the next fill waits for nothing that was not handed out, nor for another patient of the same number', async () => {
    const next = { fill: 2, minIntervalDays: 7 }
    await site.order()
    expect(await site.admit(await site.order(next))).toBe('admitted')
    site.dispense(await site.order({ patient: { name: '李四', idHash: 'bb' } }))
    expect(await site.admit(await site.order(next))).toBe('admitted')
  })

  it('is one fill: handed out it is used, and the next fill is an order of its own', async () => {
    const first = await site.order()
    site.dispense(first)
    expect(await site.admit(first)).toBe('E_RX_USED')
    expect(await site.admit(await site.order({ fill: 2 }))).toBe('admitted')
  })
})

describe('R21: the age of the order list', () => {
  let dir: ReturnType<typeof temporaryDir>
  beforeEach(() => {
    dir = temporaryDir()
  })
  afterEach(() => dir.remove())

  it('counts from the first record where the centre was never heard, and from the last word afterwards', async () => {
    const site = await openSite(dir.path)
    const alarms = createAlarms(site)
    let confirmedAt: string | null = null
    const check = createOrdersAge({ ...site, alarms, confirmedAt: () => confirmedAt, hours: 2 })
    site.note()
    expect(check()).toBe(0)
    site.clock.pass(2 * HOUR)
    check()
    expect(alarms.open()).toBe(0)
    site.clock.pass(1)
    expect(check()).toBe(2 * HOUR + 1)
    expect(alarms.open()).toBe(1)
    confirmedAt = site.clock.now().toISOString()
    expect(check()).toBe(0)
    expect(alarms.open()).toBe(0)
    site.close()
  })
})

describe('the list of orders', () => {
  it('keeps what still waits in sight, however many came after it', () => {
    const dir = temporaryDir()
    const held = openJournal(dir.path)
    const orders = createAuthorisations({ ...held, issuer: 'yunxi-centre', site: 'heping' })
    const store = (jti: string, days: number): void => {
      const exp = Math.floor(held.clock.now().getTime() / 1_000) + days * 86_400
      orders.store({ jti, rx: jti, exp, items: [] } as unknown as Claims, 'token')
      held.clock.pass(MINUTE)
    }
    store('refill', 60)
    store('gone', 0)
    for (let at = 0; at < 500; at++) store(`jti-${at}`, 1)
    const listed = orders.list().map(({ jti }) => jti)
    held.close()
    dir.remove()
    expect(listed).toHaveLength(501)
    expect(listed.at(-1)).toBe('refill')
  })
})
