import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OperationRequest } from '#cloud-sync/contract/edge-operations.ts'
import { JOURNAL_FILE } from '#edge/journal/schema.ts'
import type { RunningEdge } from '#edge/main.ts'
import { actOn, openFor, operationOf, untilPhase } from '#test/lib/edge-operations.ts'
import {
  type Ask,
  item,
  journaled,
  logIn,
  openTownship,
  type Township,
  untilStep,
} from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
let lead: Ask
const open = async (): Promise<void> => {
  edge = await town.start()
  wang = await logIn(edge)
  lead = await logIn(edge, 'qian')
}
beforeEach(async () => {
  town = await openTownship()
  await open()
})
afterEach(() => town.close())

const hand = () => town.cabinet.hand
const serviceOf = (drawer: string) => edge.agent.service.of(drawer)
const withdraw = async (more: object = {}) =>
  wang('/api/withdrawals', { jti: await town.authorise(edge), ...more })
const METFORMIN = [{ drug: 'metformin-500', lot: 'M1', quantity: 20 }]

const count = async (drawer: string, lines: readonly object[]): Promise<void> => {
  const { session } = await openFor(wang, { kind: 'count', drawer } as OperationRequest)
  hand().close(drawer)
  await untilPhase(wang, 'entry')
  await actOn(wang, session, 'enter', { lines })
  expect(await operationOf(wang)).toMatchObject({ phase: 'finished', outcome: 'done' })
}

describe('a drawer that was forced open', () => {
  it('R7: is not picked from before it is counted', async () => {
    town.cabinet.world.locks.pulse(0, 1)
    await expect.poll(() => serviceOf('D01')).toMatchObject({ service: 'needs-count', cause: 'tamper' })
    hand().close('D01')
    await expect
      .poll(() => journaled(edge, 'alarm.cleared').map(({ alarm }) => alarm))
      .toContain('tamper-D01')
    expect((await withdraw()).body).toMatchObject({
      code: 'E_DRAWER_SERVICE',
      message: { zh: expect.stringContaining('D01') },
    })
    expect((await wang('/api/drawers')).body).toMatchObject([
      { id: 'D01', service: 'needs-count', cause: 'tamper' },
      {},
      {},
      { id: 'D04', role: 'return' },
    ])
    await count('D01', METFORMIN)
    expect(serviceOf('D01')).toMatchObject({ service: 'in-service' })
    expect((await withdraw()).body).toMatchObject({ status: 'running' })
  })
})

describe('a drawer whose latch does not let go', () => {
  const failThrice = async (session: string, path: string, unlock: string): Promise<void> => {
    for (const tries of [1, 2, 3]) {
      await expect.poll(() => journaled(edge, 'unlock.unconfirmed').length, { timeout: 20_000 }).toBe(tries)
      if (tries < 3) await wang(`/api/${path}/${session}/${unlock}`, {})
    }
  }

  it('R18: is out of service after three pulses, and comes back by a test opening and a count', async () => {
    town.cabinet.jammed.add(1)
    const { session } = (await withdraw()).body
    await failThrice(String(session), 'withdrawals', 'unlock')
    expect(serviceOf('D01')).toMatchObject({ service: 'out-of-service', cause: 'tries' })
    await untilStep(wang, 'failed')
    await wang(`/api/withdrawals/${session}/cancel`, { reason: '抽屉卡住' })
    expect((await withdraw()).body.code).toBe('E_DRAWER_SERVICE')
    expect((await wang('/api/operations', { kind: 'count', drawer: 'D01' })).body.code).toBe(
      'E_DRAWER_SERVICE',
    )
    expect((await wang('/api/operations', { kind: 'test', drawer: 'D01' })).body.code).toBe('E_ROLE')
    town.cabinet.jammed.delete(1)
    await openFor(lead, { kind: 'test', drawer: 'D01' })
    hand().close('D01')
    expect(await untilPhase(lead, 'finished')).toMatchObject({ outcome: 'done' })
    expect(serviceOf('D01')).toMatchObject({ service: 'needs-count', cause: 'tried' })
    await count('D01', METFORMIN)
    expect((await withdraw()).body).toMatchObject({ status: 'running' })
  })

  it('R18: stays out of service when the test opening fails too, and the cabinet goes on', async () => {
    town.cabinet.jammed.add(1)
    const { session } = (await lead('/api/operations', { kind: 'test', drawer: 'D01' })).body
    for (const tries of [1, 2, 3]) {
      await expect.poll(() => journaled(edge, 'unlock.unconfirmed').length, { timeout: 20_000 }).toBe(tries)
      await untilPhase(lead, 'failed')
      if (tries < 3) await actOn(lead, String(session), 'unlock')
    }
    expect((await actOn(lead, String(session), 'cancel', { reason: '仍打不开' })).body).toMatchObject({
      outcome: 'cancelled',
    })
    expect(serviceOf('D01')).toMatchObject({ service: 'out-of-service' })
    expect(
      (
        await wang('/api/withdrawals', {
          jti: await town.authorise(edge, { items: [item('amlodipine-5', 1)] }),
        })
      ).body,
    ).toMatchObject({ status: 'running' })
  })
})

describe('service by hand', () => {
  it('takes a drawer out by those who may, with a reason, and back only through a count', async () => {
    const set = (ask: Ask, service: string, reason = '换锁') =>
      ask('/api/drawers/D02/service', { service, reason })
    expect((await set(wang, 'out-of-service')).body.code).toBe('E_ROLE')
    expect((await set(lead, 'out-of-service', ' ')).body.code).toBe('E_REASON')
    expect((await set(lead, 'out-of-service')).status).toBe(200)
    expect(serviceOf('D02')).toMatchObject({ service: 'out-of-service', cause: 'person' })
    await set(lead, 'in-service')
    expect(serviceOf('D02')).toMatchObject({ service: 'needs-count' })
    expect(journaled(edge, 'drawer.service')).toMatchObject([
      { drawer: 'D02', service: 'out-of-service', actor: 'qian', reason: '换锁' },
      { service: 'needs-count' },
    ])
    // The other drawer of the same drug serves meanwhile.
    const jti = await town.authorise(edge, { items: [item('amlodipine-5', 2)] })
    expect((await wang('/api/withdrawals', { jti })).body).toMatchObject({ steps: [{ drawer: 'D03' }] })
  })

  it('asks for a count of every drawer, once, after a damaged journal was built anew', async () => {
    await town.stop(edge)
    const db = new DatabaseSync(join(town.dataDir, JOURNAL_FILE))
    db.exec("INSERT INTO meta VALUES ('countAllSince', '2026-11-22T00:00:00.000Z')")
    db.close()
    await open()
    expect(serviceOf('D01')).toMatchObject({ service: 'needs-count', cause: 'salvage' })
    expect(journaled(edge, 'drawer.service')).toHaveLength(4)
    await count('D01', METFORMIN)
    await town.stop(edge)
    await open()
    expect(serviceOf('D01')).toMatchObject({ service: 'in-service' })
    expect(serviceOf('D02')).toMatchObject({ service: 'needs-count' })
  })
})

describe('a withdrawal whose next drawer', () => {
  it('R14: holds a lot that was recalled meanwhile opens it no more, and ends with what was taken', async () => {
    const items = [item('metformin-500', 1), item('amlodipine-5', 1)]
    const { session } = (await wang('/api/withdrawals', { jti: await town.authorise(edge, { items }) })).body
    await untilStep(wang, 'open')
    hand().take('D01', 1)
    hand().close('D01')
    await untilStep(wang, 'waiting')
    await town.order(edge, 'recall', { recall: 'R1', drug: 'amlodipine-5', lot: 'A1', reason: '杂质' })
    const unlocked = await wang(`/api/withdrawals/${session}/unlock`, {})
    expect(unlocked.body.code).toBe('E_LOT_STATUS')
    expect((await wang(`/api/withdrawals/${session}/accept`, { reason: '召回' })).body).toMatchObject({
      outcome: 'partial',
    })
    expect(town.cabinet.pulses).toEqual([1])
  })
})

describe('a withdrawal for which the stock is short', () => {
  const items = [item('amlodipine-5', 21)]

  it('gives what is there when a person wants it, says so, and is partial', async () => {
    const jti = await town.authorise(edge, { items })
    expect((await wang('/api/withdrawals', { jti })).body.code).toBe('E_STOCK_SHORT')
    expect((await wang('/api/withdrawals', { jti, partial: ' ' })).body.code).toBe('E_REASON')
    const { session } = (await wang('/api/withdrawals', { jti, partial: '患者先取' })).body
    for (const drawer of ['D02', 'D03']) {
      if (drawer === 'D03') {
        await untilStep(wang, 'waiting')
        await wang(`/api/withdrawals/${session}/unlock`, {})
      }
      await untilStep(wang, 'open')
      hand().take(drawer, 10)
      hand().close(drawer)
    }
    expect(await untilStep(wang, 'finished')).toMatchObject({ outcome: 'partial' })
    const partial = { reason: '患者先取', missing: [{ drug: 'amlodipine-5', quantity: 1 }] }
    expect(journaled(edge, 'withdrawal.started')).toMatchObject([{ partial }])
    expect(journaled(edge, 'withdrawal.completed')).toMatchObject([{ outcome: 'partial', partial }])
    expect(journaled(edge, 'discrepancy.opened')).toEqual([])
  })
})
