import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyJournal } from '#edge/journal/verify.ts'
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
beforeEach(async () => {
  town = await openTownship()
})
afterEach(() => town.close())

const begin = async (items = [item('metformin-500', 2)]) => {
  const edge = await town.start()
  const ask = await logIn(edge)
  const jti = await town.authorise(edge, { items })
  await ask('/api/withdrawals', { jti })
  await untilStep(ask, 'open')
  return { edge, jti }
}

/** The folder as a power cut leaves it: whatever is on the disk at this instant, nothing closed. */
const pullPlug = async (edge: RunningEdge, name = 'after'): Promise<string> => {
  const dir = join(town.root, name)
  await cp(town.dataDir, dir, { recursive: true, filter: path => !path.includes('agent.lock') })
  await town.stop(edge)
  return dir
}

const review = async (ask: Ask, taken: Readonly<Record<string, number>>, note = '断电后清点') => {
  const { session } = await currentOf(ask)
  return ask(`/api/withdrawals/${session}/review`, { note, taken })
}

describe('a withdrawal that the power cut', () => {
  it('waits for a person after the start, with what the scale says, and is written down once', async () => {
    const { edge: old, jti } = await begin()
    town.cabinet.hand.take('D01', 2)
    const dir = await pullPlug(old)
    town.cabinet.hand.close('D01')
    const edge = await town.start(dir)
    const ask = await logIn(edge)
    await untilStep(ask, 'review')
    await expect
      .poll(() => currentOf(ask))
      .toMatchObject({ steps: [{ taken: 2, expected: 2 }], actions: ['review'] })
    expect(journaled(edge, 'withdrawal.interrupted')).toMatchObject([
      { code: 'E_INTERRUPTED', drawers: [{ drawer: 'D01', position: 'closed' }] },
    ])
    expect((await ask('/api/prescriptions')).body).toMatchObject([{ jti, status: 'review' }])
    expect((await review(ask, { 0: 2 })).body).toMatchObject({ status: 'finished', outcome: 'matched' })
    expect((await review(ask, { 0: 2 })).body.code).toBe('E_WITHDRAWAL_NONE')
    expect(journaled(edge, 'withdrawal.reviewed')).toMatchObject([{ actor: 'wang', outcome: 'matched' }])
    expect(journaled(edge, 'withdrawal.completed')).toEqual([])
    expect(quantityIn(edge, 'D01')).toBe(18)
    expect((await ask('/api/withdrawals', { jti })).body.code).toBe('E_RX_USED')
    expect(town.cabinet.pulses).toEqual([1])
    await town.stop(edge)
    expect(verifyJournal(dir)).toMatchObject({ ok: true })
  })

  it('is interrupted once, however often the agent starts before somebody closes it', async () => {
    const { edge: first } = await begin()
    await town.stop(first)
    await town.stop(await town.start())
    const edge = await town.start()
    expect(journaled(edge, 'withdrawal.interrupted')).toHaveLength(1)
    expect(journaled(edge, 'agent.started').map(({ recovered }) => recovered.length)).toEqual([0, 1, 1])
    expect(town.cabinet.pulses).toEqual([1])
    const ask = await logIn(edge)
    expect((await review(ask, { 0: 0 })).body.code).toBe('E_DRAWER_OPEN')
    town.cabinet.hand.close('D01')
    expect((await review(ask, {})).body.code).toBe('E_COUNT')
    expect((await review(ask, { 0: 1.5 })).body.code).toBe('E_COUNT')
    expect((await review(ask, { 0: 0 }, ' ')).body.code).toBe('E_REASON')
  })

  it('with nothing gone by the scale gives the fill back', async () => {
    const { edge: old, jti } = await begin()
    const dir = await pullPlug(old)
    town.cabinet.hand.close('D01')
    const edge = await town.start(dir)
    const ask = await logIn(edge, 'li')
    await untilStep(ask, 'review')
    expect((await review(ask, { 0: 0 })).body).toMatchObject({ outcome: 'abandoned' })
    expect(quantityIn(edge, 'D01')).toBe(20)
    expect((await ask('/api/withdrawals', { jti })).body).toMatchObject({ status: 'running' })
  })

  it('with goods gone that nobody wants to have taken does not give the fill back', async () => {
    const { edge: old, jti } = await begin()
    town.cabinet.hand.take('D01', 2)
    const dir = await pullPlug(old)
    town.cabinet.hand.close('D01')
    const edge = await town.start(dir)
    const ask = await logIn(edge)
    await untilStep(ask, 'review')
    await review(ask, { 0: 0 })
    expect(journaled(edge, 'withdrawal.reviewed')).toMatchObject([
      { outcome: 'partial', items: [{ taken: 0, grams: expect.closeTo(25, -0.5) }] },
    ])
    expect(journaled(edge, 'discrepancy.opened')).toMatchObject([{ expected: 2, taken: 0 }])
    expect((await ask('/api/withdrawals', { jti })).body.code).toBe('E_RX_USED')
  })

  it('in its second drawer keeps the count of the first', async () => {
    const { edge: old } = await begin([item('metformin-500', 2), item('amlodipine-5', 1)])
    const ask = await logIn(old)
    town.cabinet.hand.take('D01', 2)
    town.cabinet.hand.close('D01')
    const { session } = await untilStep(ask, 'waiting')
    await ask(`/api/withdrawals/${session}/unlock`, {})
    await untilStep(ask, 'open')
    town.cabinet.hand.take('D02', 3)
    const dir = await pullPlug(old)
    town.cabinet.hand.close('D02')
    const edge = await town.start(dir)
    const again = await logIn(edge)
    await untilStep(again, 'review')
    await expect
      .poll(() => currentOf(again))
      .toMatchObject({ steps: [{ taken: 2 }, { taken: 3, expected: 1 }] })
    expect((await review(again, { 0: 2, 1: 3 })).body).toMatchObject({ outcome: 'discrepancy' })
    expect(journaled(edge, 'discrepancy.opened')).toMatchObject([{ drug: 'amlodipine-5', taken: 3 }])
    expect([quantityIn(edge, 'D01'), quantityIn(edge, 'D02')]).toEqual([18, 7])
  })
})

describe('an agent', () => {
  it('refuses a data folder that another one works on, and harms nothing there', async () => {
    const { edge } = await begin()
    await expect(town.start()).rejects.toMatchObject({ code: 'E_AGENT_RUNNING' })
    expect(journaled(edge, 'withdrawal.interrupted')).toEqual([])
    expect(edge.agent.dispenser.current()?.phase.at).toBe('open')
  })

  it('that fails to start lets go of all it had opened, so that the next start succeeds', async () => {
    const accounts = join(town.dataDir, 'local-accounts.json')
    await writeFile(accounts, '{"reader":"half')
    await expect(town.start()).rejects.toMatchObject({ code: 'E_ACCOUNTS_FILE' })
    await rm(accounts)
    await town.start()
  })

  it('fills a new cabinet once, all or nothing', async () => {
    const path = join(town.dataDir, 'first-fill.json')
    const good = await readFile(path, 'utf8')
    await writeFile(path, good.slice(0, 40))
    await expect(town.start()).rejects.toMatchObject({ code: 'E_FIRST_FILL' })
    await writeFile(path, good.replace('"quantity":10', '"quantity":-1'))
    await expect(town.start()).rejects.toMatchObject({ code: 'E_FIRST_FILL' })
    await writeFile(path, good)
    const first = await town.start()
    expect(journaled(first, 'stock.counted')).toHaveLength(3)
    await town.stop(first)
    const again = await town.start()
    expect(journaled(again, 'stock.counted')).toHaveLength(3)
  })

  it('clears a tamper alarm of an earlier run once it sees the drawer closed', async () => {
    const first = await town.start()
    town.cabinet.world.locks.pulse(0, 3)
    await expect.poll(() => journaled(first, 'drawer.tamper')).toHaveLength(1)
    await town.stop(first)
    town.cabinet.hand.close('D03')
    const again = await town.start()
    await expect
      .poll(() => again.agent.alarms.list())
      .toMatchObject([{ id: 'tamper-D03', clearedAt: expect.any(String) }])
  })
})
