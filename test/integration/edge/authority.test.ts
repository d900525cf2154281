import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { paper, sendList, signed } from '#test/lib/edge-authority.ts'
import {
  type Ask,
  asker,
  FIRST_PIN,
  item,
  journaled,
  logIn,
  openTownship,
  quantityIn,
  type Township,
  untilStep,
} from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
let he: Ask
beforeEach(async () => {
  town = await openTownship()
  edge = await town.start()
  wang = await logIn(edge)
  he = await logIn(edge, 'he')
})
afterEach(() => town.close())

/** Takes so many packs out of a drawer that stands open, and closes it. */
const take = async (drawer: string, packs: number): Promise<void> => {
  await untilStep(wang, 'open')
  town.cabinet.hand.take(drawer, packs)
  town.cabinet.hand.close(drawer)
  await untilStep(wang, 'finished')
}
const override = async (body = paper()): Promise<void> => {
  expect((await wang('/api/overrides', body)).body).toMatchObject({ status: 'running', patient: '张桂芳' })
  await take('D01', 2)
}
const overrides = async () => (await wang('/api/overrides')).body
const refusals = () => journaled(edge, 'unlock.refused').map(({ actor, code, rx }) => [actor, code, rx])

describe('an override', () => {
  it('R2: names an order that is not reviewed, and is written down with the start of its withdrawal', async () => {
    await sendList(town, edge)
    expect((await wang('/api/override-list')).body).toMatchObject({
      inForce: true,
      entries: [{ drug: 'metformin-500', maxQuantity: 2, available: 20 }, { available: 20 }],
    })
    await override()
    const [started] = journaled(edge, 'override.started')
    const [withdrawal] = journaled(edge, 'withdrawal.started')
    expect(started).toMatchObject({ ...paper(), actor: 'wang', second: null, list: '2026-3' })
    expect(withdrawal).toMatchObject({
      rx: 'RX-900',
      session: started?.session,
      jti: `override:${started?.override}`,
    })
    expect(Math.abs((withdrawal?.seq ?? 0) - (started?.seq ?? 0))).toBe(1)
    expect(journaled(edge, 'withdrawal.completed')).toMatchObject([{ outcome: 'matched' }])
    expect(quantityIn(edge, 'D01')).toBe(18)
  })

  it('R3: stays in the queue until the lead closes it, who says why', async () => {
    await sendList(town, edge)
    await override()
    expect(await overrides()).toMatchObject([{ rx: 'RX-900', status: 'open', actor: 'wang' }])
    const id = String(((await overrides()) as unknown as { id: string }[])[0]?.id)
    expect((await wang(`/api/overrides/${id}/match`, { note: '已核对' })).body.code).toBe('E_ROLE')
    const qian = await logIn(edge, 'qian')
    await qian(`/api/overrides/${id}/match`, { note: '已核对纸质处方' })
    expect(await overrides()).toMatchObject([{ status: 'matched', matchedBy: 'qian' }])
    expect(journaled(edge, 'override.matched')).toMatchObject([{ override: id, jti: null, by: 'qian' }])
    expect((await qian(`/api/overrides/${id}/match`, { note: '再次' })).body.code).toBe('E_OVERRIDE_MATCHED')
  })

  it('R3: is matched by the centre’s order, and what it took is not handed out a second time', async () => {
    await sendList(town, edge)
    await override()
    const jti = await town.authorise(edge, { rx: 'RX-900' })
    expect((await wang('/api/withdrawals', { jti })).body.code).toBe('E_RX_OVERRIDDEN')
    const [started] = journaled(edge, 'override.started')
    await town.order(edge, 'override-match', { override: started?.override, jti, note: '审方通过' })
    expect(await overrides()).toMatchObject([{ status: 'matched', matchedBy: 'centre' }])
    expect(edge.agent.authorisations.find(jti)?.status).toBe('dispensed')
    await town.order(edge, 'override-match', { override: 'nobody-knows', note: '审方通过' })
    expect(journaled(edge, 'order.refused')).toMatchObject([{ code: 'E_OVERRIDE_UNKNOWN' }])
  })

  it('R3: leaves the rest of its order to be handed out, and no more', async () => {
    await sendList(town, edge)
    await override()
    const items = [item('metformin-500', 3), item('amlodipine-5', 1)]
    const jti = await town.authorise(edge, { rx: 'RX-900', items })
    const started = await wang('/api/withdrawals', { jti })
    expect(started.body.steps).toMatchObject([
      { drug: 'metformin-500', expected: 1 },
      { drug: 'amlodipine-5', expected: 1 },
    ])
  })

  it('R3: is refused and journaled by role, list, quantity, reason and second person', async () => {
    expect((await wang('/api/override-list')).body).toBeNull()
    expect((await wang('/api/overrides', paper())).body.code).toBe('E_OVERRIDE_LIST')
    await sendList(town, edge)
    expect((await he('/api/overrides', paper())).body.code).toBe('E_ROLE')
    const items = (drug: string, quantity: number) => paper({ items: [{ drug, quantity }] })
    const tried = [items('insulin', 1), items('metformin-500', 3), paper({ reason: 'why not' })]
    const codes = []
    for (const body of [...tried, items('amlodipine-5', 1)])
      codes.push((await wang('/api/overrides', body)).body.code)
    expect(codes).toEqual(['E_OVERRIDE_LIST', 'E_OVERRIDE_QUANTITY', 'E_REASON', 'E_SECOND'])
    expect(refusals()).toEqual([
      ['wang', 'E_OVERRIDE_LIST', 'RX-900'],
      ['he', 'E_ROLE', null],
      ...codes.map(code => ['wang', code, 'RX-900']),
    ])
    expect(town.cabinet.pulses).toEqual([])
  })

  it('R3: has the second person in its record where the list asks for one', async () => {
    await sendList(town, edge)
    const second = await signed(wang, 'he', 'override')
    const items = [{ drug: 'amlodipine-5', quantity: 1 }]
    await wang('/api/overrides', paper({ items, second }))
    expect(journaled(edge, 'override.started')).toMatchObject([{ second: 'he', actor: 'wang' }])
  })

  it('R4: is refused once the list is past its own review date', async () => {
    await sendList(town, edge, -1)
    expect((await wang('/api/override-list')).body).toMatchObject({ inForce: false })
    expect((await wang('/api/overrides', paper())).body.code).toBe('E_OVERRIDE_LIST')
  })

  it('R2: skips the review alone: reviewed, used and revoked orders are refused, and a second time', async () => {
    await sendList(town, edge)
    await town.authorise(edge, { rx: 'RX-1' })
    const revoked = await town.authorise(edge, { rx: 'RX-2' })
    await town.order(edge, 'revocation', { jti: revoked, reason: '退回' })
    await override()
    const codes = []
    for (const rx of ['RX-1', 'RX-2', 'RX-900'])
      codes.push((await wang('/api/overrides', paper({ rx }))).body.code)
    expect(codes).toEqual(['E_OVERRIDE_ORDERED', 'E_RX_REVOKED', 'E_OVERRIDE_TWICE'])
  })

  it('R2: cannot be begun again by its number', async () => {
    await sendList(town, edge)
    await override()
    const jti = String(journaled(edge, 'withdrawal.started')[0]?.jti)
    expect((await wang('/api/withdrawals', { jti })).body.code).toBe('E_RX_UNKNOWN')
  })

  it('is found again after a restart in the middle, with its patient', async () => {
    await sendList(town, edge)
    await wang('/api/overrides', paper())
    await untilStep(wang, 'open')
    await town.stop(edge)
    edge = await town.start()
    wang = await logIn(edge)
    expect((await wang('/api/withdrawals/current')).body).toMatchObject({
      status: 'review',
      patient: '张桂芳',
      rx: 'RX-900',
    })
  })
})

describe('the mechanical keys', () => {
  const take = async (as: Ask, second = 'he', reason = 'power') =>
    as('/api/custody/take', { reason, second: await signed(as, second, 'downtime') })
  const bringBack = async (as: Ask, second = 'he') =>
    as('/api/custody/return', { second: await signed(as, second, 'downtime') })

  it('R16: are taken and brought back by two people each, and nothing is unlocked meanwhile', async () => {
    const jti = await town.authorise(edge)
    expect((await take(wang)).body).toMatchObject([{ person: 'wang', second: 'he', returnedAt: null }])
    expect((await wang('/api/withdrawals', { jti })).body.code).toBe('E_DOWNTIME')
    const count = { kind: 'count', drawer: 'D01' }
    expect((await wang('/api/operations', count)).body.code).toBe('E_DOWNTIME')
    expect(refusals()).toEqual([
      ['wang', 'E_DOWNTIME', 'RX-1'],
      ['wang', 'E_DOWNTIME', null],
    ])
    expect((await take(wang)).body.code).toBe('E_KEY_OUT')
    const li = await logIn(edge, 'li')
    expect((await bringBack(li)).body).toMatchObject([{ returnedBy: 'li' }])
    expect(journaled(edge, 'key.taken')).toMatchObject([{ person: 'wang', second: 'he', reason: 'power' }])
    expect(journaled(edge, 'key.returned')).toMatchObject([{ person: 'li', second: 'he' }])
    expect((await bringBack(li)).body.code).toBe('E_KEY_IN')
    expect(town.cabinet.pulses).toEqual([])
  })

  it('R16: need a second person, who signed for this', async () => {
    const second = await signed(wang, 'he', 'waste')
    expect((await wang('/api/custody/take', { reason: 'power', second })).body.code).toBe('E_SECOND')
    expect((await he('/api/custody/take', { reason: 'power', second: '' })).body.code).toBe('E_ROLE')
    expect((await take(wang, 'wang')).body.code).toBe('E_SECOND')
    expect(journaled(edge, 'person.refused').map(({ person, code }) => [person, code])).toEqual([
      ['wang', 'E_SECOND'],
      ['he', 'E_ROLE'],
      ['wang', 'E_SECOND_SELF'],
      ['wang', 'E_SECOND'],
    ])
  })

  it('R16: brought back, every drawer needs a count before it is picked from', async () => {
    const jti = await town.authorise(edge)
    await take(wang)
    await bringBack(wang)
    const services = () => ['D01', 'D02', 'D03'].map(id => edge.agent.service.of(id))
    expect(services().map(({ service, cause }) => [service, cause])).toEqual(
      Array.from({ length: 3 }, () => ['needs-count', 'downtime']),
    )
    expect((await wang('/api/withdrawals', { jti })).body.code).toBe('E_DRAWER_SERVICE')
  })

  it('R7: while one is out an opening is told with who has it, and wakes nobody', async () => {
    await take(wang)
    town.cabinet.world.locks.pulse(0, 1)
    await expect
      .poll(() => journaled(edge, 'drawer.tamper'), { timeout: 10_000 })
      .toMatchObject([{ drawer: 'D01' }])
    expect((await wang('/api/alarms')).body).toContainEqual(
      expect.objectContaining({ id: 'tamper-D01', kind: 'custody', level: 'warning' }),
    )
  })

  const entry = async (as: Ask, id: string, changes: Record<string, unknown> = {}) =>
    as(`/api/custody/${id}/entries`, {
      at: new Date().toISOString(),
      rx: 'RX-1',
      patient: '张桂芳',
      items: [{ drug: 'metformin-500', lot: 'M1', drawer: 'D01', quantity: 2 }],
      second: await signed(as, 'he', 'downtime'),
      ...changes,
    })
  const custodyId = async () =>
    String(((await wang('/api/custody')).body as unknown as { id: string }[])[0]?.id)

  it('R16: what was handed out meanwhile is written down later, with its own time and two names', async () => {
    const jti = await town.authorise(edge)
    await take(wang)
    const at = new Date().toISOString()
    await bringBack(wang)
    const id = await custodyId()
    expect((await entry(wang, id, { at })).body).toMatchObject([
      { entries: [{ at, items: [{ quantity: 2 }] }] },
    ])
    expect(journaled(edge, 'downtime.entry')).toMatchObject([
      { custody: id, at, rx: 'RX-1', actor: 'wang', second: 'he', items: [{ drawer: 'D01', quantity: -2 }] },
    ])
    expect(quantityIn(edge, 'D01')).toBe(18)
    expect(edge.agent.authorisations.find(jti)?.status).toBe('dispensed')
  })

  it('R16: is not written down for a time outside, for goods that are not there, or after the count', async () => {
    await take(wang)
    const before = new Date(Date.now() - 3_600_000).toISOString()
    const id = await custodyId()
    expect((await entry(wang, id, { at: before })).body.code).toBe('E_DOWNTIME_TIME')
    const items = [{ drug: 'metformin-500', lot: 'M9', drawer: 'D01', quantity: 2 }]
    expect((await entry(wang, id, { items })).body.code).toBe('E_LOT_UNKNOWN')
    expect((await entry(wang, 'none')).body.code).toBe('E_CUSTODY_UNKNOWN')
    const at = new Date().toISOString()
    await bringBack(wang)
    const counted = { drawer: 'D01', service: 'in-service', cause: 'counted', actor: 'wang' } as const
    edge.agent.journal.append([{ kind: 'drawer.service', data: counted }], () =>
      edge.agent.service.project(counted),
    )
    expect((await entry(wang, id, { at })).body.code).toBe('E_DOWNTIME_COUNTED')
    expect(quantityIn(edge, 'D01')).toBe(20)
  })
})

describe('what is refused', () => {
  it('R19: leaves a record each: login, role, second person, override, downtime, another’s session', async () => {
    await sendList(town, edge)
    const anybody = asker(edge.url)
    await anybody('/api/login', { person: 'li', pin: '000001' })
    await anybody('/api/login', { badge: '12345678' })
    const jti = await town.authorise(edge)
    await he('/api/withdrawals', { jti })
    await he('/api/people/wang/badge', { badge: '12345678' })
    await wang('/api/second', { person: 'wang', pin: FIRST_PIN, act: 'waste' })
    await wang('/api/overrides', paper({ items: [{ drug: 'insulin', quantity: 1 }] }))
    const codes = (kind: 'person.refused' | 'unlock.refused') => journaled(edge, kind).map(({ code }) => code)
    expect(codes('person.refused')).toEqual([...['E_PIN_WRONG', 'E_BADGE_UNKNOWN', 'E_ROLE', 'E_PIN_WRONG']])
    expect(codes('unlock.refused')).toEqual(['E_ROLE', 'E_OVERRIDE_LIST'])
    expect(town.cabinet.pulses).toEqual([])
  })
})

describe('a competency that has ended', () => {
  it('R19: refuses acts of the profession with its own code, journaled, and lets witness', async () => {
    await town.stop(edge)
    const path = join(town.dataDir, 'agent.json')
    const config = JSON.parse(await readFile(path, 'utf8')) as { people: { id: string }[] }
    const people = config.people.map(one =>
      one.id === 'wang' ? { ...one, competentUntil: '2026-01-31' } : one,
    )
    await writeFile(path, JSON.stringify({ ...config, people }))
    edge = await town.start()
    wang = await logIn(edge)
    const jti = await town.authorise(edge)
    expect(await wang('/api/withdrawals', { jti })).toMatchObject({
      status: 403,
      body: { code: 'E_COMPETENCY' },
    })
    expect(refusals()).toEqual([['wang', 'E_COMPETENCY', null]])
    const li = await logIn(edge, 'li')
    expect(await signed(li, 'wang', 'waste')).not.toBe('undefined')
  })
})

describe('a session of somebody else', () => {
  it('goes on with its actor until the lead takes it over, with a reason', async () => {
    const jti = await town.authorise(edge)
    const { session } = (await wang('/api/withdrawals', { jti })).body
    await untilStep(wang, 'open')
    const qian = await logIn(edge, 'qian')
    expect((await qian('/api/withdrawals/current')).body).toMatchObject({ actor: 'wang' })
    expect((await wang(`/api/sessions/${session}/take-over`, { reason: '交班' })).body.code).toBe('E_ROLE')
    await qian(`/api/sessions/${session}/take-over`, { reason: '王药师离岗' })
    expect((await qian('/api/withdrawals/current')).body).toMatchObject({ actor: 'qian' })
    expect(journaled(edge, 'session.taken-over')).toMatchObject([
      { session, from: 'wang', by: 'qian', reason: '王药师离岗' },
    ])
  })

  it('may be taken over by any pharmacist once that person has logged off', async () => {
    const jti = await town.authorise(edge)
    const { session } = (await wang('/api/withdrawals', { jti })).body
    await untilStep(wang, 'open')
    const li = await logIn(edge, 'li')
    const take = () => li(`/api/sessions/${session}/take-over`, { reason: '王药师离岗' })
    expect((await take()).body.code).toBe('E_ROLE')
    await wang('/api/logout', {})
    expect(await take()).toMatchObject({ status: 200, body: { actor: 'li' } })
  })
})
