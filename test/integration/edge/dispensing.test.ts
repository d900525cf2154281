import { beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { actOnWithdrawal, openWithdrawal } from '#test/lib/edge-dispensing.ts'
import { ownTownship } from '#test/lib/edge-own-township.ts'
import {
  type Ask,
  currentOf,
  item,
  journaled,
  logIn,
  quantityIn,
  type Township,
  untilStep,
} from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let ask: Ask
beforeEach(async () => {
  ;({ town, edge, wang: ask } = await ownTownship('wang'))
})

const open = (jti: string) => openWithdrawal(ask, jti)
const act = (session: string, action: string, body: object = {}, as: Ask = ask) =>
  actOnWithdrawal(as, session, action, body)
const kinds = () => edge.agent.journal.read(0, 1_000).map(({ kind }) => kind)

describe('a withdrawal over the real wire', () => {
  it('that takes what is prescribed matches, and the journal says it in order', async () => {
    await open(await town.authorise(edge))
    expect(await currentOf(ask)).toMatchObject({ actions: [], message: { code: 'open' } })
    town.cabinet.hand.take('D01', 2)
    town.cabinet.hand.close('D01')
    expect(await untilStep(ask, 'finished')).toMatchObject({
      outcome: 'matched',
      message: { code: 'matched' },
    })
    expect(quantityIn(edge, 'D01')).toBe(18)
    expect(kinds().filter(kind => /^(withdrawal|unlock|drawer)\./.test(kind))).toEqual([
      'withdrawal.started',
      'unlock.intent',
      'unlock.opened',
      'drawer.closed',
      'withdrawal.counted',
      'withdrawal.completed',
    ])
    expect(town.cabinet.pulses).toEqual([1])
    expect(journaled(edge, 'drawer.tamper')).toEqual([])
  })

  it('of one too many matches once it is put back', async () => {
    const session = await open(await town.authorise(edge))
    town.cabinet.hand.take('D01', 3)
    town.cabinet.hand.close('D01')
    expect(await untilStep(ask, 'over')).toMatchObject({ actions: ['put-back', 'accept'] })
    expect((await act(session, 'put-back')).status).toBe(200)
    await untilStep(ask, 'open')
    town.cabinet.hand.put('D01', 1)
    town.cabinet.hand.close('D01')
    expect(await untilStep(ask, 'finished')).toMatchObject({ outcome: 'matched' })
    expect(quantityIn(edge, 'D01')).toBe(18)
    expect(journaled(edge, 'unlock.intent').map(data => 'purpose' in data && data.purpose)).toEqual([
      'take',
      'put-back',
    ])
    expect(journaled(edge, 'discrepancy.opened')).toEqual([])
  })

  it('of one too many that is kept becomes a discrepancy case (R9)', async () => {
    const session = await open(await town.authorise(edge))
    town.cabinet.hand.take('D01', 3)
    town.cabinet.hand.close('D01')
    await untilStep(ask, 'over')
    expect((await act(session, 'accept', { reason: ' ' })).body.code).toBe('E_REASON')
    expect((await act(session, 'accept', { reason: '破损一盒' })).body).toMatchObject({
      outcome: 'discrepancy',
    })
    expect((await ask('/api/cases')).body).toMatchObject([
      { drug: 'metformin-500', expected: 2, taken: 3, actor: 'wang' },
    ])
    expect(journaled(edge, 'discrepancy.opened')).toMatchObject([
      { expected: 2, taken: 3, case: `${session}-0` },
    ])
    expect(quantityIn(edge, 'D01')).toBe(17)
  })

  it('of less is a partial fill with a case, and the fill is used', async () => {
    const jti = await town.authorise(edge)
    const session = await open(jti)
    town.cabinet.hand.take('D01', 1)
    town.cabinet.hand.close('D01')
    await untilStep(ask, 'under')
    expect((await act(session, 'accept', { reason: '患者只要一盒' })).body).toMatchObject({
      outcome: 'partial',
    })
    expect(journaled(edge, 'discrepancy.opened')).toMatchObject([{ expected: 2, taken: 1 }])
    expect((await ask('/api/withdrawals', { jti })).body.code).toBe('E_RX_USED')
  })

  it('of something that is no whole number of packs is an unknown object, not a rounded count', async () => {
    const session = await open(await town.authorise(edge, { items: [item('metformin-500', 1)] }))
    const { locks: _locks, ...rest } = town.cabinet.world
    town.cabinet.hand.take('D01', 1)
    // Half a pack's weight is left behind: the saved goods are put back with one lighter.
    const state = rest.save()
    const drawer = state.drawers.D01
    if (drawer)
      town.cabinet.world.restore({
        ...state,
        drawers: { ...state.drawers, D01: { ...drawer, goods: [...drawer.goods, 6.2] } },
      })
    town.cabinet.hand.close('D01')
    expect(await untilStep(ask, 'unknown-object')).toMatchObject({
      steps: [{ taken: null }],
      actions: ['put-back', 'accept'],
    })
    // Kept as it is, nobody can say what is left there: the drawer is counted before anything else is taken.
    await act(session, 'accept', { reason: '无法复核' })
    expect(edge.agent.service.of('D01')).toMatchObject({ service: 'needs-count', cause: 'discrepancy' })
  })

  it('of two drugs opens one drawer after the other, first expiry first (R6, R14)', async () => {
    const session = await open(
      await town.authorise(edge, { items: [item('metformin-500', 1), item('amlodipine-5', 12)] }),
    )
    expect((await act(session, 'unlock')).body.code).toBe('E_ACTION')
    const taken: string[] = []
    for (const [drawer, units] of [
      ['D01', 1],
      ['D02', 10],
      ['D03', 2],
    ] as const) {
      if (drawer !== 'D01') {
        expect(await untilStep(ask, 'waiting')).toMatchObject({ actions: ['unlock', 'accept'] })
        expect((await act(session, 'unlock')).status).toBe(200)
        await untilStep(ask, 'open')
      }
      taken.push(...town.cabinet.world.view().drawers.flatMap(one => (one.latched ? [] : [one.id])))
      town.cabinet.hand.take(drawer, units)
      town.cabinet.hand.close(drawer)
    }
    expect(await untilStep(ask, 'finished')).toMatchObject({ outcome: 'matched' })
    expect(taken).toEqual(['D01', 'D02', 'D03'])
    expect(['D01', 'D02', 'D03'].map(drawer => quantityIn(edge, drawer))).toEqual([19, 0, 8])
  })

  it('shows what the scale sees while the drawer is open', async () => {
    await open(await town.authorise(edge))
    town.cabinet.hand.take('D01', 2)
    const { promise, resolve } = Promise.withResolvers<number>()
    edge.agent.changes.watch(() => {
      const live = edge.agent.dispenser.live()
      if (live?.stable && live.grams < 230) resolve(live.grams)
    })
    expect(await promise).toBeCloseTo(225, -1)
    expect((await currentOf(ask)).live?.estimate).toBeCloseTo(2, 0)
  })

  it('R19: cannot start while another one is open, nor be driven by another person, who is journaled', async () => {
    const session = await open(await town.authorise(edge))
    expect((await ask('/api/withdrawals', { jti: await town.authorise(edge) })).body.code).toBe(
      'E_WITHDRAWAL_OPEN',
    )
    const other = await logIn(edge, 'li')
    for (const action of ['unlock', 'put-back', 'accept', 'cancel'])
      expect((await act(session, action, { reason: 'r' }, other)).body.code).toBe('E_OTHER_PERSON')
    const tried = [...journaled(edge, 'unlock.refused'), ...journaled(edge, 'person.refused')]
    expect(tried.filter(({ code }) => code === 'E_OTHER_PERSON')).toMatchObject([
      ...[{ actor: 'li' }, { actor: 'li' }],
      ...[{ person: 'li' }, { person: 'li' }],
    ])
    expect((await act('another-session', 'unlock')).body.code).toBe('E_WITHDRAWAL_NONE')
    expect(town.cabinet.pulses).toEqual([1])
  })

  it('is refused where there is not enough stock, before anything opens (R14)', async () => {
    const jti = await town.authorise(edge, { items: [item('metformin-500', 2), item('amlodipine-5', 21)] })
    expect((await ask('/api/withdrawals', { jti })).body.code).toBe('E_STOCK_SHORT')
    expect(journaled(edge, 'unlock.refused')).toMatchObject([{ code: 'E_STOCK_SHORT', jti }])
    expect(town.cabinet.pulses).toEqual([])
  })
})
