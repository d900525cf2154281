import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { FoundDrugView } from '#cloud-sync/contract/edge-stock.ts'
import type { Agent } from '../agent.ts'
import { findDrugs } from '../authorisation/drug-search.ts'
import { createInitialsCache, createOrderSearch } from '../authorisation/search.ts'
import { tellable } from './blind.ts'
import { guard } from './guard.ts'
import { prescriptionView } from './views.ts'

const Query = Type.Object({ q: Type.String({ maxLength: 60, default: '' }) })
const DrugQuery = Type.Object({
  q: Type.String({ maxLength: 60, default: '' }),
  strength: Type.Optional(Type.String({ maxLength: 20 })),
})

const drugView = (agent: Agent, id: string): FoundDrugView => {
  const { stock, authorisations } = agent
  const shown = tellable(agent)
  const { name, spec, packUnit } = stock.item(id)
  const portions = stock.pick(id, Number.POSITIVE_INFINITY, authorisations.time.now(), shown)
  const lots = stock.lots(id).filter(({ drawer }) => shown(drawer))
  return {
    drug: id,
    name,
    spec,
    unit: packUnit,
    available: portions.reduce((sum, { quantity }) => sum + quantity, 0),
    lots: lots.map(({ lot, expiry, drawer, quantity, status }) => ({
      lot,
      expiry,
      drawer,
      quantity,
      status,
    })),
  }
}

/** The orders by number, patient or drug, and the drugs outside of them (R5). */
export const addPrescriptionRoutes = (app: FastifyInstance, agent: Agent): void => {
  const { authorisations, stock, scanning } = agent
  const initials = createInitialsCache()
  const answers = createOrderSearch(initials)
  app.get<{ Querystring: Static<typeof Query> }>(
    '/api/prescriptions',
    { schema: { querystring: Query } },
    async request => {
      guard(agent, request)
      const now = authorisations.time.now()
      const shown = tellable(agent)
      return authorisations
        .list()
        .filter(order => answers(order, request.query.q))
        .map(order => prescriptionView(order, { stock, now, shown }))
    },
  )
  app.get<{ Querystring: Static<typeof DrugQuery> }>(
    '/api/drugs',
    { schema: { querystring: DrugQuery } },
    async request => {
      guard(agent, request)
      const found = findDrugs(scanning.catalogue.items(), request.query, initials)
      return found.map(({ id }) => drugView(agent, id))
    },
  )
}
