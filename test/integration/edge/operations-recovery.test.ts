import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OperationRequest } from '#cloud-sync/contract/edge-operations.ts'
import { systemClock } from '#edge/clock.ts'
import type { RunningEdge } from '#edge/main.ts'
import { actOn, ledgerOf, openFor, operationOf, ticketOf, untilPhase } from '#test/lib/edge-operations.ts'
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
beforeEach(async () => {
  town = await openTownship()
})
afterEach(() => town.close())

const WASTE = {
  kind: 'waste',
  drug: 'metformin-500',
  lot: 'M1',
  drawer: 'D01',
  quantity: 3,
  reason: 'damaged',
} as const
const lines = (quantity: number) => ({ lines: [{ drug: 'metformin-500', lot: 'M1', quantity }] })

const begin = async (request: OperationRequest): Promise<{ edge: RunningEdge; ask: Ask }> => {
  const edge = await town.start()
  const ask = await logIn(edge)
  await openFor(ask, request)
  return { edge, ask }
}

/** The folder as a power cut leaves it: whatever is on the disk at this instant, nothing closed; then the next start. */
const cutPower = async (old: RunningEdge, name = 'after'): Promise<{ edge: RunningEdge; ask: Ask }> => {
  const dir = join(town.root, name)
  await cp(town.dataDir, dir, { recursive: true, filter: path => !path.includes('agent.lock') })
  await town.stop(old)
  const edge = await town.start(dir)
  return { edge, ask: await logIn(edge, 'li') }
}

describe('an operation that the power cut', () => {
  it('waits for a person with what drawer and scale say, is never tried again, and balances by the figures', async () => {
    const { edge: old } = await begin({ ...WASTE })
    town.cabinet.hand.take('D01', 3)
    const { edge, ask } = await cutPower(old)
    expect(journaled(edge, 'operation.interrupted')).toMatchObject([
      {
        operation: 'waste',
        drawer: 'D01',
        code: 'E_INTERRUPTED',
        position: 'open',
        grams: expect.any(Number),
      },
    ])
    expect(journaled(edge, 'agent.started').at(-1)?.recovered).toHaveLength(1)
    const { session } = await operationOf(ask)
    expect((await actOn(ask, session, 'review', { note: '断电', ...lines(3) })).body.code).toBe(
      'E_DRAWER_OPEN',
    )
    town.cabinet.hand.close('D01')
    await expect
      .poll(() => operationOf(ask))
      .toMatchObject({ phase: 'review', lines: [{ expected: 3, measured: -3 }] })
    expect((await actOn(ask, session, 'review', { note: ' ', ...lines(3) })).body.code).toBe('E_REASON')
    expect((await actOn(ask, session, 'review', { note: '断电', lines: [] })).body.code).toBe('E_COUNT')
    // R10: also what is closed by figures is wasted before a witness, who is neither of the two.
    expect((await actOn(ask, session, 'review', { note: '断电', ...lines(3) })).body).toMatchObject({
      phase: 'witness',
    })
    const own = { second: await ticketOf(ask, 'wang', 'witness') }
    expect((await actOn(ask, session, 'witness', own)).body.code).toBe('E_SECOND_SELF')
    await logIn(edge, 'qian')
    const second = await ticketOf(ask, 'qian', 'witness')
    expect((await actOn(ask, session, 'witness', { second })).body).toMatchObject({ outcome: 'done' })
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D01')).toBe(17)
    expect(journaled(edge, 'operation.reviewed')).toMatchObject([
      { actor: 'li', note: '断电', movements: [{ quantity: -3 }] },
    ])
    expect(town.cabinet.pulses).toEqual([1])
  })

  it('in a count is closed without figures only as not counted, and the drawer still needs one', async () => {
    const { edge: old } = await begin({ kind: 'count', drawer: 'D01' })
    town.cabinet.hand.take('D01', 1)
    const { edge, ask } = await cutPower(old)
    town.cabinet.hand.close('D01')
    const { session } = await operationOf(ask)
    await expect
      .poll(async () => (await actOn(ask, session, 'review', { note: '未盘完', lines: [] })).body)
      .toMatchObject({ outcome: 'cancelled' })
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D01')).toBe(20)
    expect(edge.agent.service.of('D01')).toMatchObject({ service: 'needs-count' })
  })

  it('before its end is found once, however often the agent starts, and holds the cabinet until it is closed', async () => {
    const { edge: old, ask: asked } = await begin({ kind: 'count', drawer: 'D01' })
    town.cabinet.hand.close('D01')
    await untilPhase(asked, 'entry')
    const first = await cutPower(old)
    await town.stop(first.edge)
    const edge = await town.start(join(town.root, 'after'))
    const ask = await logIn(edge, 'li')
    expect(journaled(edge, 'operation.interrupted')).toHaveLength(1)
    expect((await ask('/api/operations', { kind: 'count', drawer: 'D02' })).body.code).toBe(
      'E_WITHDRAWAL_OPEN',
    )
    expect((await ask('/api/withdrawals', { jti: await town.authorise(edge) })).body.code).toBe(
      'E_WITHDRAWAL_OPEN',
    )
    const { session } = await operationOf(ask)
    expect((await actOn(ask, session, 'review', { note: '补录', ...lines(19) })).body).toMatchObject({
      outcome: 'discrepancy',
    })
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D01')).toBe(19)
  })

  it('whose intent the journal refused sends nothing and waits for a person', async () => {
    const edge = await town.start()
    const ask = await logIn(edge)
    edge.agent.db.run(`CREATE TRIGGER full BEFORE INSERT ON journal WHEN new.kind = 'unlock.intent'
      BEGIN SELECT RAISE(ABORT, 'no space left'); END`)
    await ask('/api/operations', { kind: 'count', drawer: 'D01' })
    expect(await untilPhase(ask, 'review')).toMatchObject({ message: { code: 'E_JOURNAL_WRITE' } })
    expect(town.cabinet.pulses).toEqual([])
  })
})

describe('a withdrawal whose order ran out while it was open', () => {
  it.each([
    ['expired', 2 * 86_400_000, undefined],
    ['was revoked', 0, 'revocation'],
  ])('lets back what was taken too much, and opens for nothing else (%s)', async (_what, passes, order) => {
    let offset = 0
    const clock = { ...systemClock(), now: () => new Date(Date.now() + offset) }
    const edge = await town.start(town.dataDir, { clock })
    const ask = await logIn(edge)
    const jti = await town.authorise(edge, {
      items: [item('metformin-500', 1), item('amlodipine-5', 1)],
    })
    const { session } = (await ask('/api/withdrawals', { jti })).body
    await untilStep(ask, 'open')
    town.cabinet.hand.take('D01', 2)
    town.cabinet.hand.close('D01')
    await untilStep(ask, 'over')
    offset = passes
    if (order) await town.order(edge, order, { jti, reason: '医师撤回' })
    expect((await ask(`/api/withdrawals/${session}/put-back`, {})).status).toBe(200)
    await untilStep(ask, 'open')
    town.cabinet.hand.put('D01', 1)
    town.cabinet.hand.close('D01')
    await untilStep(ask, 'waiting')
    const refused = await ask(`/api/withdrawals/${session}/unlock`, {})
    expect(refused.body.code).toBe(order ? 'E_RX_REVOKED' : 'E_RX_EXPIRED')
    const done = await ask(`/api/withdrawals/${session}/accept`, { reason: '处方失效' })
    expect(done.body).toMatchObject({ outcome: 'partial' })
    // R21: how old the list was is part of every unlock.
    expect(journaled(edge, 'unlock.intent')).toMatchObject([{ orderListAt: null }, { orderListAt: null }])
  })
})
