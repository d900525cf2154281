import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import {
  type Ask,
  currentOf,
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
let ask: Ask
beforeEach(async () => {
  town = await openTownship()
  edge = await town.start()
  ask = await logIn(edge)
})
afterEach(() => town.close())

/** Starts the withdrawal and waits for its first drawer. */
const open = async (jti: string, as: Ask = ask): Promise<string> => {
  const started = await as('/api/withdrawals', { jti })
  expect(started.body).toMatchObject({ status: 'running' })
  await untilStep(as, 'open')
  return String(started.body.session)
}
const act = (session: string, action: string, body: object = {}, as: Ask = ask) =>
  as(`/api/withdrawals/${session}/${action}`, body)
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

  it('cannot start while another one is open, nor be driven by another person', async () => {
    const session = await open(await town.authorise(edge))
    expect((await ask('/api/withdrawals', { jti: await town.authorise(edge) })).body.code).toBe(
      'E_WITHDRAWAL_OPEN',
    )
    const other = await logIn(edge, 'li')
    for (const action of ['unlock', 'put-back', 'accept', 'cancel'])
      expect((await act(session, action, { reason: 'r' }, other)).body.code).toBe('E_OTHER_PERSON')
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

describe('a withdrawal that cannot open its drawer', () => {
  it('is refused while any other drawer stands open, and the opening is a tamper alarm (R6, R7)', async () => {
    town.cabinet.world.locks.pulse(0, 3)
    await expect.poll(() => journaled(edge, 'drawer.tamper')).toMatchObject([{ drawer: 'D03' }])
    const jti = await town.authorise(edge)
    expect((await ask('/api/withdrawals', { jti })).body.code).toBe('E_DRAWER_OPEN')
    expect(journaled(edge, 'unlock.refused')).toMatchObject([{ code: 'E_DRAWER_OPEN', jti }])
    expect((await ask('/api/alarms')).body).toMatchObject([
      { id: 'tamper-D03', kind: 'tamper', clearedAt: null },
    ])
    town.cabinet.hand.close('D03')
    await expect.poll(() => journaled(edge, 'alarm.cleared')).toMatchObject([{ alarm: 'tamper-D03' }])
    await open(jti)
  })

  it('with a jammed latch fails, is fired again only by a person, three times at most, and cancels', async () => {
    town.cabinet.jammed.add(1)
    const jti = await town.authorise(edge)
    const { session } = (await ask('/api/withdrawals', { jti })).body
    for (const tries of [1, 2, 3]) {
      const view = await untilStep(ask, 'failed')
      expect(view.message.code).toBe('E_UNLOCK_UNCONFIRMED')
      expect(town.cabinet.pulses).toHaveLength(tries)
      expect(view.actions).toEqual(tries < 3 ? ['unlock', 'cancel'] : ['cancel'])
      const again = await act(String(session), 'unlock')
      expect(again.body.code).toBe(tries < 3 ? undefined : 'E_ACTION')
    }
    expect((await act(String(session), 'cancel', { reason: '抽屉卡住' })).body).toMatchObject({
      status: 'finished',
      outcome: 'abandoned',
    })
    expect(journaled(edge, 'unlock.unconfirmed')).toHaveLength(3)
    expect((await ask('/api/prescriptions')).body).toMatchObject([{ jti, status: 'waiting' }])
  })

  it('that opened unseen does not give the fill back for goods that left it', async () => {
    // The board obeys and falls silent: the drawer is open, and nobody can say so.
    town.cabinet.onPulse.push(() => {
      town.cabinet.manners.locks.deaf = true
    })
    const jti = await town.authorise(edge)
    const { session } = (await ask('/api/withdrawals', { jti })).body
    await untilStep(ask, 'failed')
    town.cabinet.hand.take('D01', 2)
    expect((await act(String(session), 'cancel', { reason: '没打开' })).body.code).toBe('E_DRAWER_UNKNOWN')
    town.cabinet.manners.locks.deaf = false
    expect((await act(String(session), 'cancel', { reason: '没打开' })).body.code).toBe('E_DRAWER_OPEN')
    town.cabinet.hand.close('D01')
    expect((await act(String(session), 'cancel', { reason: '没打开' })).body).toMatchObject({
      outcome: 'matched',
    })
    expect(quantityIn(edge, 'D01')).toBe(18)
    expect((await ask('/api/withdrawals', { jti })).body.code).toBe('E_RX_USED')
  })

  it('does not start on a lock board that cannot be asked, and the board is an alarm', async () => {
    town.cabinet.manners.locks.deaf = true
    expect((await ask('/api/withdrawals', { jti: await town.authorise(edge) })).body.code).toBe(
      'E_DRAWER_UNKNOWN',
    )
    await expect.poll(async () => (await ask('/api/alarms')).body).toMatchObject([{ id: 'locks-deaf' }])
    expect(town.cabinet.pulses).toEqual([])
    town.cabinet.manners.locks.deaf = false
  })

  it('sends nothing when the intent cannot be written, and waits for a person', async () => {
    const jti = await town.authorise(edge)
    edge.agent.db.run(`CREATE TRIGGER full BEFORE INSERT ON journal WHEN new.kind = 'unlock.intent'
      BEGIN SELECT RAISE(ABORT, 'no space left'); END`)
    await ask('/api/withdrawals', { jti })
    expect(await untilStep(ask, 'review')).toMatchObject({ message: { code: 'E_JOURNAL_WRITE' } })
    expect(town.cabinet.pulses).toEqual([])
    expect(journaled(edge, 'unlock.intent')).toEqual([])
    edge.agent.db.run('PRAGMA query_only = ON')
    expect((await ask('/api/withdrawals', { jti: 'other' })).status).toBeGreaterThanOrEqual(400)
    expect(town.cabinet.pulses).toEqual([])
    edge.agent.db.run('PRAGMA query_only = OFF')
  })
})

describe('a withdrawal that is given up', () => {
  it('with nothing taken gives the fill back', async () => {
    const jti = await town.authorise(edge)
    const session = await open(jti)
    expect((await act(session, 'cancel', { reason: 'r' })).body.code).toBe('E_ACTION')
    town.cabinet.hand.close('D01')
    await untilStep(ask, 'under')
    expect((await act(session, 'cancel', { reason: '患者改日再来' })).body).toMatchObject({
      outcome: 'abandoned',
    })
    expect(journaled(edge, 'withdrawal.completed')).toMatchObject([
      { outcome: 'abandoned', reason: '患者改日再来' },
    ])
    expect(quantityIn(edge, 'D01')).toBe(20)
    await open(jti)
  })

  it('is not cancelled once something was taken', async () => {
    const session = await open(await town.authorise(edge))
    town.cabinet.hand.take('D01', 1)
    town.cabinet.hand.close('D01')
    await untilStep(ask, 'under')
    expect((await act(session, 'cancel', { reason: 'r' })).body.code).toBe('E_ACTION')
  })

  it('R6: is not unlocked again while its drawer is open, and the journal says who tried (R19)', async () => {
    const session = await open(await town.authorise(edge))
    expect((await act(session, 'unlock')).body.code).toBe('E_ACTION')
    expect(journaled(edge, 'unlock.refused')).toMatchObject([{ actor: 'wang', code: 'E_ACTION' }])
    expect(town.cabinet.pulses).toEqual([1])
  })

  it('R1: revoked after the first packs may be put back, and whatever more is taken is a case', async () => {
    const jti = await town.authorise(edge, { items: [item('metformin-500', 3)] })
    const session = await open(jti)
    town.cabinet.hand.take('D01', 1)
    town.cabinet.hand.close('D01')
    await untilStep(ask, 'under')
    await town.order(edge, 'revocation', { jti, reason: '医师撤回' })
    await act(session, 'put-back')
    await untilStep(ask, 'open')
    town.cabinet.hand.take('D01', 2)
    town.cabinet.hand.close('D01')
    expect(await untilStep(ask, 'over')).toMatchObject({ actions: ['put-back', 'accept'] })
    await act(session, 'accept', { reason: '患者已拿走' })
    expect(journaled(edge, 'discrepancy.opened')).toMatchObject([{ expected: 1, taken: 3 }])
  })

  it('revoked before its second drawer ends with what was taken', async () => {
    const jti = await town.authorise(edge, { items: [item('metformin-500', 1), item('amlodipine-5', 1)] })
    const session = await open(jti)
    town.cabinet.hand.take('D01', 1)
    town.cabinet.hand.close('D01')
    await untilStep(ask, 'waiting')
    await town.order(edge, 'revocation', { jti, reason: '医师撤回' })
    expect((await act(session, 'unlock')).body.code).toBe('E_RX_REVOKED')
    expect((await act(session, 'accept', { reason: '已撤销' })).body).toMatchObject({ outcome: 'partial' })
    expect(town.cabinet.pulses).toEqual([1])
  })
})
