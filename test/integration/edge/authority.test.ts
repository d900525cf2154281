import { beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { paper, refusalsIn, sendList, signed } from '#test/lib/edge-authority.ts'
import { ownTownship } from '#test/lib/edge-own-township.ts'
import {
  type Ask,
  item,
  journaled,
  logIn,
  quantityIn,
  type Township,
  untilStep,
} from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
let he: Ask
beforeEach(async () => {
  ;({ town, edge, wang, he } = await ownTownship('wang', 'he'))
})

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
const refusals = () => refusalsIn(edge)

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
