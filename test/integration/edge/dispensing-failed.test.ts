import { beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { actOnWithdrawal, openWithdrawal } from '#test/lib/edge-dispensing.ts'
import { ownTownship } from '#test/lib/edge-own-township.ts'
import { type Ask, item, journaled, quantityIn, type Township, untilStep } from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let ask: Ask
beforeEach(async () => {
  ;({ town, edge, wang: ask } = await ownTownship('wang'))
})

const open = (jti: string) => openWithdrawal(ask, jti)
const act = (session: string, action: string, body?: object) => actOnWithdrawal(ask, session, action, body)

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
