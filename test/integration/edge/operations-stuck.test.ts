import { beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import {
  actOn,
  count,
  ledgerOf,
  metformin,
  openFor,
  operationOf,
  untilPhase,
} from '#test/lib/edge-operations.ts'
import { ownTownship } from '#test/lib/edge-own-township.ts'
import { type Ask, currentOf, journaled, logIn, type Township, untilStep } from '#test/lib/edge-township.ts'
import { until } from '#test/lib/hardware-wait.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
let qian: Ask
beforeEach(async () => {
  ;({ town, edge, wang, qian } = await ownTownship('wang', 'qian'))
})

const hand = () => town.cabinet.hand
const retire = (drawer: string) =>
  qian(`/api/drawers/${drawer}/service`, { service: 'out-of-service', reason: '锁打不开或关不上' })

describe('R18: a lock switch that reads open for ever', () => {
  it('R18: gives a withdrawal back to a person once its drawer is out of service, and ends as a difference', async () => {
    const jti = await town.authorise(edge)
    const { session } = (await wang('/api/withdrawals', { jti })).body as { session: string }
    await untilStep(wang, 'open')
    hand().take('D01', 2)
    const review = () => wang(`/api/withdrawals/${session}/review`, { note: '只清点了药袋', taken: { 0: 2 } })
    expect((await review()).body.code).toBe('E_ACTION')
    expect((await retire('D01')).status).toBe(200)
    expect(await untilStep(wang, 'review')).toMatchObject({
      status: 'review',
      message: { code: 'E_DRAWER_STUCK' },
    })
    expect(journaled(edge, 'withdrawal.interrupted')).toMatchObject([{ session, code: 'E_DRAWER_STUCK' }])
    expect((await review()).body).toMatchObject({ status: 'finished', outcome: 'discrepancy' })
    // The scale of a drawer that may stand open is not believed: the case says that nobody weighed it.
    expect(journaled(edge, 'discrepancy.opened')).toMatchObject([{ drawer: 'D01', expected: 2, taken: null }])
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D01')).toBe(18)
    expect(edge.agent.service.of('D01')).toMatchObject({ service: 'out-of-service', cause: 'person' })
  })

  it('R6: opens no other drawer while it reads so, and the drawer comes back only by a test and a count', async () => {
    const { session } = await openFor(wang, count('D01'))
    await retire('D01')
    await untilPhase(wang, 'review')
    await actOn(wang, session, 'review', { note: '锁故障', lines: [metformin(20)] })
    expect((await operationOf(wang)).status).toBe('finished')
    const other = await wang('/api/operations', count('D02'))
    expect(other.body).toMatchObject({
      code: 'E_DRAWER_OPEN',
      wayOut: { zh: expect.stringContaining('停用') },
    })
    expect(journaled(edge, 'drawer.tamper')).toEqual([])
    hand().close('D01')
    expect((await wang('/api/operations', count('D01'))).body.code).toBe('E_DRAWER_SERVICE')
    const { session: test } = await openFor(qian, { kind: 'test', drawer: 'D01' })
    hand().close('D01')
    await untilPhase(qian, 'finished')
    expect(test).not.toBe(session)
    expect(edge.agent.service.of('D01').service).toBe('needs-count')
  })

  it('R7: forced open after it was seen closed once more, it is tampered with like any other', async () => {
    const { session } = await openFor(wang, count('D01'))
    await retire('D01')
    await untilPhase(wang, 'review')
    await actOn(wang, session, 'review', { note: '锁故障', lines: [metformin(20)] })
    await edge.agent.watch.sweep()
    expect(journaled(edge, 'drawer.tamper')).toEqual([])
    hand().close('D01')
    await edge.agent.watch.sweep()
    town.cabinet.world.locks.pulse(0, 1)
    await until('D01 to be told of', async () => {
      await edge.agent.watch.sweep()
      return journaled(edge, 'drawer.tamper').length > 0
    })
    expect(journaled(edge, 'drawer.tamper')).toMatchObject([{ drawer: 'D01' }])
  })

  it('R18: still holds the session over another drawer that is really open', async () => {
    const { session } = await openFor(wang, count('D01'))
    town.cabinet.world.locks.pulse(0, 2)
    await until('D02 to be open', async () => {
      const { body } = await wang('/api/drawers')
      return (body as unknown as { id: string; position: string }[])[1]?.position === 'open'
    })
    await retire('D01')
    await untilPhase(wang, 'review')
    const done = await actOn(wang, session, 'review', { note: '锁故障', lines: [metformin(20)] })
    expect(done.body.code).toBe('E_DRAWER_OPEN')
  })

  it('R18: is left to a person after a restart too', async () => {
    await wang('/api/withdrawals', { jti: await town.authorise(edge) })
    await untilStep(wang, 'open')
    await town.stop(edge)
    edge = await town.start()
    wang = await logIn(edge)
    qian = await logIn(edge, 'qian')
    const { session } = await currentOf(wang)
    const review = () => wang(`/api/withdrawals/${session}/review`, { note: '未取', taken: { 0: 0 } })
    expect((await review()).body.code).toBe('E_DRAWER_OPEN')
    await retire('D01')
    expect((await review()).body).toMatchObject({ status: 'finished' })
    expect(journaled(edge, 'discrepancy.opened')).toMatchObject([{ drawer: 'D01', expected: 2, taken: 0 }])
  })
})
