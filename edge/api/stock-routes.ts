import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Agent } from '../agent.ts'
import { excursionsOf } from '../stock/excursions.ts'
import { figuresOf } from '../stock/exposure.ts'
import { quarantined } from '../stock/quarantine.ts'
import { tellable } from './blind.ts'
import { guard } from './guard.ts'

const Word = Type.String({ minLength: 1, maxLength: 64 })
const Reason = Type.String({ minLength: 1, maxLength: 500 })
const Status = Type.Object({
  drug: Word,
  lot: Word,
  drawer: Word,
  status: Type.Union([Type.Literal('available'), Type.Literal('quarantined')]),
  reason: Reason,
  stability: Type.Optional(
    Type.Object({
      minutes: Type.Number({ minimum: 0 }),
      maxCelsius: Type.Number({ minimum: -100, maximum: 100 }),
      minCelsius: Type.Optional(Type.Number({ minimum: -100, maximum: 100 })),
      mkt: Type.Optional(Type.Number({ minimum: -100, maximum: 100 })),
    }),
  ),
  exception: Type.Optional(Type.Literal('centre-release')),
})
const Paper = Type.Object({
  note: Word,
  lines: Type.Array(
    Type.Object({
      drug: Word,
      lot: Type.String({ minLength: 1, maxLength: 40 }),
      expiry: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
      quantity: Type.Integer({ minimum: 1, maximum: 9_999 }),
    }),
    { minItems: 1, maxItems: 500 },
  ),
})
const Close = Type.Object({ reason: Type.Optional(Type.String({ maxLength: 500 })) })
const Decide = Type.Object({
  decision: Type.Union([Type.Literal('restock'), Type.Literal('waste')]),
  reason: Reason,
  second: Type.Optional(Type.String({ maxLength: 100 })),
})
const Lost = Type.Object({ reason: Reason })
const Id = Type.Object({ id: Word })
type Id = Static<typeof Id>

/** A release is held against what the goods went through, and records it (R20). */
const changeStatus = async (agent: Agent, actor: string, body: Static<typeof Status>): Promise<void> => {
  const { stock, evidence, lotStatus } = agent
  const { stability: allowed = null, exception, ...change } = body
  const { ref = null } = stock.lot(body.drug, body.lot, body.drawer) ?? {}
  const found = body.status === 'available' ? await Promise.all(excursionsOf(ref).map(evidence.of)) : []
  const seen = found.map(one => one && figuresOf(one))
  lotStatus.change(actor, { ...change, grounds: { seen, allowed, exception } })
}

/** Stock, its lots and its ledger; shipments; returns. */
export const addStockRoutes = (app: FastifyInstance, agent: Agent): void => {
  const { stock, supply, ledger, evidence, shipments, returns } = agent
  const get = (path: string, read: () => unknown): void => {
    app.get(path, async request => {
      guard(agent, request)
      return read()
    })
  }
  const held = () => quarantined({ stock, evidence, shown: tellable(agent) })
  get('/api/stock', () => stock.list(tellable(agent)))
  get('/api/stock/state', () => supply.state(tellable(agent)))
  get('/api/stock/quarantine', held)
  get('/api/stock/ledger', async () => {
    const report = await ledger.check()
    return { ...report, differences: report.differences.filter(({ drawer }) => tellable(agent)(drawer)) }
  })
  get('/api/shipments', shipments.list)
  const listReturns = () => returns.list(tellable(agent))
  get('/api/returns', listReturns)

  app.post<{ Body: Static<typeof Status> }>(
    '/api/stock/lots/status',
    { schema: { body: Status } },
    async request => {
      const action = request.body.status === 'available' ? 'release-lot' : 'quarantine'
      await changeStatus(agent, guard(agent, request, action).id, request.body)
      return held()
    },
  )
  app.post<{ Body: Static<typeof Paper> }>('/api/shipments', { schema: { body: Paper } }, async request => {
    const { note, lines } = request.body
    return shipments.enter(guard(agent, request, 'restock').id, note, lines)
  })
  app.post<{ Params: Id; Body: Static<typeof Close> }>(
    '/api/shipments/:id/close',
    { schema: { params: Id, body: Close } },
    async request =>
      shipments.close(guard(agent, request, 'restock').id, request.params.id, request.body.reason ?? null),
  )
  app.post<{ Params: Id; Body: Static<typeof Decide> }>(
    '/api/returns/:id/decide',
    { schema: { params: Id, body: Decide } },
    async request => {
      const { decision, reason, second } = request.body
      const actor = guard(agent, request, 'return-check').id
      const sign = () => agent.second.redeem(second, { act: 'witness', actor })
      returns.decide(actor, request.params.id, decision, reason, sign)
      return listReturns()
    },
  )
  app.post<{ Params: Id; Body: Static<typeof Lost> }>(
    '/api/returns/:id/lost',
    { schema: { params: Id, body: Lost } },
    async request => {
      returns.lose(guard(agent, request, 'return-lost').id, request.params.id, request.body.reason)
      agent.changes.tell('cases')
      agent.changes.tell('stock')
      return listReturns()
    },
  )
}
