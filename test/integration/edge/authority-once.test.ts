import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { paper, sendList, signed } from '#test/lib/edge-authority.ts'
import { actOn, openFor, operationOf, untilPhase } from '#test/lib/edge-operations.ts'
import {
  type Ask,
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
beforeEach(async () => {
  town = await openTownship()
  edge = await town.start()
  wang = await logIn(edge)
  await logIn(edge, 'he')
})
afterEach(() => town.close())

/** The folder as a power cut leaves it, and the next start. */
const cutPower = async (): Promise<void> => {
  const dir = join(town.root, 'after')
  await cp(town.dataDir, dir, { recursive: true, filter: path => !path.includes('agent.lock') })
  await town.stop(edge)
  edge = await town.start(dir)
  wang = await logIn(edge)
}

describe('what an override took', () => {
  it('R3: is not handed out a second time where a person closed it after a power cut', async () => {
    await sendList(town, edge)
    await wang('/api/overrides', paper())
    const { session } = await untilStep(wang, 'open')
    town.cabinet.hand.take('D01', 2)
    await cutPower()
    town.cabinet.hand.close('D01')
    await expect
      .poll(
        async () =>
          (await wang(`/api/withdrawals/${session}/review`, { note: '断电', taken: { 0: 2 } })).body,
      )
      .toMatchObject({ status: 'finished' })
    expect(quantityIn(edge, 'D01')).toBe(18)
    expect((await wang('/api/overrides', paper())).body.code).toBe('E_OVERRIDE_TWICE')
    const jti = await town.authorise(edge, { rx: 'RX-900' })
    expect((await wang('/api/withdrawals', { jti })).body.code).toBe('E_RX_OVERRIDDEN')
  })

  it('R3: does not use the second person’s signature up when its start is refused', async () => {
    await sendList(town, edge)
    const second = await signed(wang, 'he', 'override')
    const ask = paper({ items: [{ drug: 'amlodipine-5', quantity: 1 }], second })
    town.cabinet.world.locks.pulse(0, 1)
    await expect.poll(() => journaled(edge, 'drawer.tamper'), { timeout: 10_000 }).toHaveLength(1)
    expect((await wang('/api/overrides', ask)).body.code).toBe('E_DRAWER_OPEN')
    expect(journaled(edge, 'unlock.refused')).toMatchObject([{ code: 'E_DRAWER_OPEN', rx: 'RX-900' }])
    town.cabinet.hand.close('D01')
    await expect.poll(async () => (await wang('/api/overrides', ask)).body.status).toBe('running')
    expect(journaled(edge, 'override.started')).toMatchObject([{ second: 'he' }])
  })
})

describe('what was handed out by key', () => {
  const keys = async (what: 'take' | 'return') =>
    wang(`/api/custody/${what}`, { reason: 'power', second: await signed(wang, 'he', 'downtime') })
  const custodyId = async () =>
    String(((await wang('/api/custody')).body as unknown as { id: string }[])[0]?.id)
  const entry = async (id: string, at: string, rx = 'RX-77') =>
    wang(`/api/custody/${id}/entries`, {
      ...{ at, rx, patient: '张桂芳', second: await signed(wang, 'he', 'downtime') },
      items: [{ drug: 'metformin-500', lot: 'M1', drawer: 'D01', quantity: 2 }],
    })
  const downtime = async () => {
    await keys('take')
    const at = new Date().toISOString()
    await keys('return')
    return { id: await custodyId(), at }
  }
  const count = async (drawer: string, quantity: number) => {
    const { session } = await openFor(wang, { kind: 'count', drawer })
    town.cabinet.hand.close(drawer)
    await untilPhase(wang, 'entry')
    await actOn(wang, session, 'enter', { lines: [{ drug: 'metformin-500', lot: 'M1', quantity }] })
    return operationOf(wang)
  }

  it('R16: is not handed out again by its order, should that come only afterwards; the next fill is', async () => {
    const { id, at } = await downtime()
    expect((await entry(id, at)).status).toBe(200)
    const first = await town.authorise(edge, { rx: 'RX-77' })
    expect(edge.agent.authorisations.find(first)?.status).toBe('dispensed')
    expect((await wang('/api/withdrawals', { jti: first })).body.code).toBe('E_RX_USED')
    const next = await town.authorise(edge, { rx: 'RX-77', fill: 2 })
    expect(edge.agent.authorisations.find(next)?.status).toBe('waiting')
  })

  it('R16: is not written down in the middle of the count, which would take it off twice', async () => {
    const { id, at } = await downtime()
    const { session } = await openFor(wang, { kind: 'count', drawer: 'D01' })
    expect((await entry(id, at)).body.code).toBe('E_DOWNTIME_COUNTED')
    town.cabinet.hand.close('D01')
    await untilPhase(wang, 'entry')
    await actOn(wang, session, 'cancel', { reason: '先补录' })
    expect((await entry(id, at)).status).toBe(200)
    expect(quantityIn(edge, 'D01')).toBe(18)
  })

  it('R16: is not written down any more after the count, also when a later doubt asks for another one', async () => {
    const { id, at } = await downtime()
    await count('D01', 20)
    edge.agent.service.demandCount('tamper', ['D01'])
    expect((await entry(id, at)).body.code).toBe('E_DOWNTIME_COUNTED')
    expect(quantityIn(edge, 'D01')).toBe(20)
  })

  it('R16: the word of a key that is out outlives a power cut, both ways', async () => {
    await keys('take')
    edge.agent.alarms.clear('key-out')
    await cutPower()
    await expect.poll(() => edge.agent.alarms.isOpen('key-out')).toBe(true)
    await logIn(edge, 'he')
    await keys('return')
    expect(edge.agent.alarms.isOpen('key-out')).toBe(false)
  })
})
