import { beforeEach, describe, expect, it } from 'vitest'
import { UNNAMED_LOT } from '#domain/unnamed-lot.ts'
import type { RunningEdge } from '#edge/main.ts'
import {
  actOn,
  count,
  figures,
  ledgerOf,
  metformin,
  openFor,
  operationOf,
  ticketOf,
  untilPhase,
} from '#test/lib/edge-operations.ts'
import { ownTownship } from '#test/lib/edge-own-township.ts'
import { type Ask, journaled, logIn, type Township } from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
beforeEach(async () => {
  ;({ town, edge, wang } = await ownTownship('wang'))
})

const hand = () => town.cabinet.hand
const kinds = () => edge.agent.journal.read(0, 1_000).map(({ kind }) => kind)

const ITEM = { drug: 'metformin-500', name: '二甲双胍', spec: '1', unit: '盒', dosing: '每日1次' }

describe('a blind count', () => {
  it('R8: tells nothing of the ledger before the own figure, and ends when they agree', async () => {
    const { session, lines, live } = await openFor(wang, count('D01'))
    expect(lines).toMatchObject([{ lot: 'M1', expected: null, entered: null, measured: null }])
    expect(live).toBeNull()
    hand().close('D01')
    expect(await untilPhase(wang, 'entry')).toMatchObject({ lines: [{ expected: null }] })
    expect((await actOn(wang, session, 'enter', { lines: [] })).body.code).toBe('E_COUNT')
    expect((await actOn(wang, session, 'enter', figures(20))).body).toMatchObject({ outcome: 'done' })
    expect(journaled(edge, 'operation.completed')).toMatchObject([{ movements: [], outcome: 'done' }])
    expect(kinds().filter(kind => /^(operation|unlock|drawer\.closed)/.test(kind))).toEqual([
      'operation.started',
      'unlock.intent',
      'unlock.opened',
      'drawer.closed',
      'operation.entered',
      'operation.completed',
    ])
  })

  it('R8: records a second attempt beside the first, and keeps a difference only as a case', async () => {
    const { session } = await openFor(wang, count('D01'))
    hand().close('D01')
    await untilPhase(wang, 'entry')
    expect((await actOn(wang, session, 'enter', figures(18))).body).toMatchObject({
      phase: 'judged',
      attempt: 1,
      lines: [{ expected: 20, entered: 18 }],
    })
    await actOn(wang, session, 'enter', figures(19))
    expect((await actOn(wang, session, 'accept', { reason: '' })).body.code).toBe('E_REASON')
    expect((await actOn(wang, session, 'accept', { reason: '少一盒' })).body).toMatchObject({
      outcome: 'discrepancy',
    })
    expect(
      journaled(edge, 'operation.entered').map(({ attempt, lines }) => [attempt, lines[0]?.entered]),
    ).toEqual([
      [1, 18],
      [2, 19],
    ])
    expect(journaled(edge, 'case.opened')).toMatchObject([{ lot: 'M1', expected: 20, found: 19 }])
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D01')).toBe(19)
    expect((await wang('/api/cases')).body).toMatchObject([{ session, lot: 'M1', taken: 19, status: 'open' }])
  })

  it('that agrees while the weight changed is looked into, not believed', async () => {
    const { session } = await openFor(wang, count('D01'))
    hand().take('D01', 1)
    hand().close('D01')
    await untilPhase(wang, 'entry')
    expect((await actOn(wang, session, 'enter', figures(20))).body).toMatchObject({
      phase: 'judged',
      message: { code: 'weight-moved' },
    })
    await actOn(wang, session, 'reopen')
    await untilPhase(wang, 'open')
    hand().put('D01', 1)
    hand().close('D01')
    await untilPhase(wang, 'entry')
    expect((await actOn(wang, session, 'enter', figures(20))).body).toMatchObject({ outcome: 'done' })
  })
})

describe('R8: goods that no line of a count names', () => {
  const unnamed = (quantity: number) => metformin(quantity, UNNAMED_LOT)

  it('R8: are a line of their own: a difference with its case, on the books, and never picked', async () => {
    const { session } = await openFor(wang, count('D01'))
    hand().close('D01')
    await untilPhase(wang, 'entry')
    const stranger = { drug: 'nobody-knows', lot: UNNAMED_LOT, quantity: 1 }
    expect((await actOn(wang, session, 'enter', { lines: [metformin(18), stranger] })).body.code).toBe(
      'E_DRUG_UNKNOWN',
    )
    const judged = await actOn(wang, session, 'enter', { lines: [metformin(18), unnamed(2)] })
    expect(judged.body).toMatchObject({
      phase: 'judged',
      lines: [{ entered: 18 }, { lot: UNNAMED_LOT, entered: 2, expected: 0 }],
    })
    await actOn(wang, session, 'accept', { reason: '包装批号磨损' })
    expect(journaled(edge, 'case.opened')).toMatchObject([
      { lot: 'M1', expected: 20, found: 18 },
      { lot: UNNAMED_LOT, expected: 0, found: 2 },
    ])
    expect(edge.agent.stock.lot('metformin-500', UNNAMED_LOT, 'D01')).toMatchObject({
      quantity: 2,
      status: 'quarantined',
    })
    expect((await wang('/api/stock/ledger')).body).toMatchObject({ balanced: true })
    const short = await wang('/api/withdrawals', {
      jti: await town.authorise(edge, { items: [{ ...ITEM, quantity: 19 }] }),
    })
    expect(short.body.code).toBe('E_STOCK_SHORT')
    // The next count has a line for it, and nothing to say.
    const again = await openFor(wang, count('D01'))
    expect(again.lines.map(({ lot }) => lot).sort()).toEqual(['M1', UNNAMED_LOT])
    hand().close('D01')
    await untilPhase(wang, 'entry')
    const done = await actOn(wang, again.session, 'enter', { lines: [metformin(18), unnamed(2)] })
    expect(done.body).toMatchObject({ outcome: 'done' })
  })

  it('R10: leave by waste, before a witness', async () => {
    edge.agent.stock.count('wang', [
      { ...metformin(2, UNNAMED_LOT), drawer: 'D01', expiry: '1970-01-01', packGrams: 12.5, packCv: 0.01 },
    ])
    await logIn(edge, 'li')
    const goods = { drug: 'metformin-500', lot: UNNAMED_LOT, drawer: 'D01', quantity: 2 }
    const { session } = await openFor(wang, { kind: 'waste', ...goods, reason: 'damaged' })
    hand().take('D01', 2)
    hand().close('D01')
    await untilPhase(wang, 'witness')
    await actOn(wang, session, 'witness', { second: await ticketOf(wang, 'li', 'witness') })
    expect((await operationOf(wang)).outcome).toBe('done')
    expect(ledgerOf(edge, 'metformin-500', UNNAMED_LOT, 'D01')).toBe(0)
  })
})

describe('R8: the pages beside a blind count', () => {
  it('R8: leave out cases of that drawer, and what lies in a return place that is counted', async () => {
    const back = { drug: 'metformin-500', lot: 'M1', expiry: '2027-12-31', quantity: 2, reason: 'changed' }
    await openFor(wang, { kind: 'return', ...back })
    hand().put('D04', 1)
    hand().close('D04')
    const { session: returned } = await operationOf(wang)
    await untilPhase(wang, 'judged')
    await actOn(wang, returned, 'accept', { reason: '只有一盒' })
    const told = async () => [(await wang('/api/cases')).body, (await wang('/api/returns')).body]
    expect(await told()).toMatchObject([[{ drawer: 'D04', taken: 1 }], [{ quantity: 1 }]])
    const { session } = await openFor(wang, count('D04'))
    expect(await told()).toEqual([[], []])
    hand().close('D04')
    await untilPhase(wang, 'entry')
    await actOn(wang, session, 'enter', { lines: [metformin(1)] })
    expect(await told()).toMatchObject([[{ drawer: 'D04' }], [{ quantity: 1 }]])
  })
})

describe('R8: the journal’s page', () => {
  it('R8: withholds what would tell the figure while a drawer is counted blind', async () => {
    const told = async () => JSON.stringify((await wang('/api/journal?limit=500')).body.records)
    expect(await told()).toContain('"quantity":20')
    const { session } = await openFor(wang, count('D01'))
    const blind = await told()
    expect(blind).not.toContain('D01')
    expect(blind).toContain('E_COUNT_BLIND')
    expect(blind).toContain('D02')
    hand().close('D01')
    await untilPhase(wang, 'entry')
    await actOn(wang, session, 'enter', { lines: [metformin(20)] })
    expect(await told()).toContain('"quantity":20')
  })
})
