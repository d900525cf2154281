import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { type Ask, logIn, openTownship, type Township, untilStep } from '#test/lib/edge-township.ts'

/** Tables that grow as long as the site works; those of one row a day (closings) and of one a dropping (gaps) are not among them. */
const GROWING = [
  'journal',
  'orders',
  'authorisations',
  'revocations',
  'sessions',
  'cases',
  'alarms',
  'asks',
  'shipments',
  'shipment_lines',
  'returns',
  'overrides',
  'custody',
  'downtime_entries',
  'case_steps',
  'trace_codes',
  'notices',
]

let town: Township
let edge: RunningEdge
let ask: Ask
beforeAll(async () => {
  town = await openTownship()
  edge = await town.start()
  ask = await logIn(edge)
  const jti = await town.authorise(edge)
  await ask('/api/withdrawals', { jti })
  await untilStep(ask, 'open')
  town.cabinet.hand.take('D01', 1)
  town.cabinet.hand.close('D01')
  const { session } = await untilStep(ask, 'under')
  await ask(`/api/withdrawals/${session}/accept`, { reason: '病人只要一盒' })
  await untilStep(ask, 'finished')
  for (const page of [
    'prescriptions',
    'stock',
    'alarms',
    'cases',
    'asks',
    'temperatures',
    'journal?limit=5',
    'stock/state',
    'stock/quarantine',
    'stock/ledger',
    'shipments',
    'returns',
    'overrides',
    'custody',
    'excursions',
    'scan/bypasses',
    'prescriptions?q=ZGF',
    'drugs?q=EJSG',
    'override-list',
    'alarms/notices',
  ])
    await ask(`/api/${page}`)
})
afterAll(() => town.close())

/** What SQLite would do for it, one line a table. */
const planOf = (sql: string): readonly string[] =>
  edge.agent.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => detail)

const isBad = (sql: string, detail: string): boolean => {
  const table = /^SCAN (\w+)/.exec(detail)?.[1]
  if (table === undefined || !GROWING.includes(table)) return false
  // An index over the open ones alone is as short as they are few; a limit in the order of the index reads no more.
  return (
    !/USING (?:COVERING )?INDEX (?:\w+_open|one_open_session|one_key_out)/.test(detail) && !/LIMIT/.test(sql)
  )
}

describe('the statements of a working agent', () => {
  it('scan and sort no table that grows', () => {
    const statements = edge.agent.db
      .statements()
      .filter(sql => /^\s*(?:SELECT|UPDATE|DELETE|INSERT)/.test(sql))
    expect(statements.length).toBeGreaterThan(30)
    const bad = statements.flatMap(sql => {
      const plan = planOf(sql)
      const sorts =
        plan.some(detail => detail.startsWith('USE TEMP B-TREE')) &&
        GROWING.some(table => plan.some(detail => detail.split(' ').includes(table)))
      return sorts || plan.some(detail => isBad(sql, detail)) ? [{ sql, plan }] : []
    })
    expect(bad).toEqual([])
  })
})

describe('the journal’s pages', () => {
  it('give the records in order, by kind too, and nobody who is not logged in', async () => {
    const { body } = await ask('/api/journal?after=2&limit=3')
    expect(body).toMatchObject({ epoch: 1, records: [{ seq: 3 }, { seq: 4 }, { seq: 5 }] })
    const counted = await ask('/api/journal?kind=withdrawal.counted')
    expect(counted.body).toMatchObject({ records: [{ data: { drawer: 'D01', taken: 1 } }] })
    expect((await ask('/api/journal?limit=501')).status).toBe(400)
    const anybody = await fetch(`${edge.url}/api/journal`)
    expect(anybody.status).toBe(401)
  })

  it('verify the journal of the running agent, while it goes on writing', async () => {
    expect((await ask('/api/journal/verify')).body).toEqual({ state: 'never' })
    expect((await ask('/api/journal/verify', {})).body).toMatchObject({ state: 'running' })
    edge.agent.journal.append([{ kind: 'drawer.tamper', data: { drawer: 'D03' } }])
    await expect
      .poll(async () => (await ask('/api/journal/verify')).body)
      .toMatchObject({ state: 'done', report: { ok: true, epoch: 1, fault: null } })
  })

  it('verify in small steps, so that the agent stays awake', () => {
    const { journal } = edge.agent
    journal.append(
      Array.from({ length: 5_000 }, () => ({ kind: 'drawer.tamper', data: { drawer: 'D03' } }) as const),
    )
    edge.agent.verification.start()
    expect(edge.agent.verification.view()).toMatchObject({ state: 'running', checked: 0 })
    expect(edge.agent.verification.running()).toBe(true)
  })
})
