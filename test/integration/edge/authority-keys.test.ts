import { beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { refusalsIn, signed } from '#test/lib/edge-authority.ts'
import { ownTownship } from '#test/lib/edge-own-township.ts'
import { type Ask, journaled, logIn, quantityIn, type Township } from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
let he: Ask
beforeEach(async () => {
  ;({ town, edge, wang, he } = await ownTownship('wang', 'he'))
})

const refusals = () => refusalsIn(edge)

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
