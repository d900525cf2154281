import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type {
  CustodyView,
  OverrideListView,
  OverrideView,
  PersonView,
} from '#cloud-sync/contract/edge-people.ts'
import { codeOf } from '#domain/error.ts'
import type { Action } from '#domain/people/actions.ts'
import { shanghaiDay } from '#domain/time.ts'
import type { Agent } from '../agent.ts'
import { outsideDowntime } from '../authority/custody.ts'
import { inForce } from '../authority/override-list.ts'
import { REASONS } from '../authority/reasons.ts'
import { tellable } from './blind.ts'
import { allow, guard } from './guard.ts'

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' })
const packs = Type.Integer({ minimum: 1, maximum: 999 })
const ticket = Type.String({ maxLength: 100 })
const code = Type.String({ maxLength: 40 })
const Id = Type.Object({ id: text(200) })
const Override = Type.Object({
  rx: text(64),
  patient: text(60),
  prescriber: text(60),
  items: Type.Array(Type.Object({ drug: text(64), quantity: packs }), { minItems: 1, maxItems: 10 }),
  reason: code,
  second: Type.Optional(ticket),
})
const Match = Type.Object({ note: text(500) })
const Take = Type.Object({ reason: code, second: ticket })
const Return = Type.Object({ second: ticket })
const TakeOver = Type.Object({ reason: text(200) })
const Entry = Type.Object({
  at: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?Z$' }),
  rx: text(64),
  patient: text(60),
  items: Type.Array(Type.Object({ drug: text(64), lot: text(40), drawer: text(40), quantity: packs }), {
    minItems: 1,
    maxItems: 20,
  }),
  second: ticket,
})

const listView = (agent: Agent): OverrideListView | null => {
  const { lists, stock, service, clock } = agent
  const shown = tellable(agent)
  const usable = (drawer: string): boolean => service.inService(drawer) && shown(drawer)
  const list = lists.get('override')
  if (!list) return null
  const { version, effective, reviewBy, entries } = list
  return {
    ...{ version, effective, reviewBy, inForce: inForce(list, shanghaiDay(clock.now())) },
    entries: entries.map(({ drug, maxQuantity, second }) => {
      const { name, spec, packUnit } = stock.item(drug)
      const portions = stock.pick(drug, Number.POSITIVE_INFINITY, clock.now(), usable)
      const available = portions.reduce((sum, { quantity }) => sum + quantity, 0)
      return { drug, name, spec, unit: packUnit, maxQuantity, second, available }
    }),
  }
}

const overrideViews = ({ overrides, stock }: Agent): readonly OverrideView[] =>
  overrides.list().map(({ id, session, rx, body, startedAt, status, matchedAt, matchedBy }) => ({
    ...{ id, session, rx, startedAt, status, matchedAt, matchedBy },
    ...{ patient: body.patient, prescriber: body.prescriber, reason: body.reason },
    items: body.items.map(one => ({ ...one, name: stock.item(one.drug).name })),
    actor: body.actor,
    second: body.second,
  }))

const custodyViews = ({ custody, stock }: Agent): readonly CustodyView[] =>
  custody.list().map(({ custody: row, entries }) => ({
    ...{ id: row.id, person: row.person, second: row.second, reason: row.reason },
    ...{ takenAt: row.taken_at, returnedAt: row.returned_at, returnedBy: row.returned_by },
    entries: entries.map(({ entry, at, rx, patient, items }) => ({
      ...{ id: entry, at, rx, patient },
      items: items.map(({ drug, lot, drawer, quantity }) => ({
        ...{ drug, name: stock.item(drug).name, lot, drawer },
        quantity: -quantity,
      })),
    })),
  }))

const addReads = (app: FastifyInstance, agent: Agent): void => {
  const get = (path: string, read: () => unknown): void => {
    app.get(path, async request => {
      guard(agent, request)
      return read()
    })
  }
  get('/api/reasons', () => REASONS)
  get('/api/override-list', () => listView(agent))
  get('/api/overrides', () => overrideViews(agent))
  get('/api/custody', () => custodyViews(agent))
}

/** Judged and started; what is refused is journaled with the prescription it named (R19). */
const startOverride = async (
  agent: Agent,
  person: PersonView,
  { second, ...body }: Static<typeof Override>,
): Promise<void> => {
  const ask = { ...body, rx: body.rx.trim() }
  const sign = () => agent.second.redeem(second, { act: 'override', actor: person.id })
  const prepare = () => {
    try {
      return agent.overrides.prepare(ask, person, sign)
    } catch (error) {
      const data = { actor: person.id, code: codeOf(error), jti: null, rx: ask.rx }
      agent.journal.tell({ kind: 'unlock.refused', data })
      throw error
    }
  }
  const { jti, opening } = prepare()
  await agent.dispenser.start(jti, person.id, { opening })
}

const addOverrides = (app: FastifyInstance, agent: Agent, current: () => Promise<unknown>): void => {
  app.post<{ Body: Static<typeof Override> }>(
    '/api/overrides',
    { schema: { body: Override } },
    async request => {
      await startOverride(agent, guard(agent, request, 'override'), request.body)
      return current()
    },
  )
  app.post<{ Params: Static<typeof Id>; Body: Static<typeof Match> }>(
    '/api/overrides/:id/match',
    { schema: { params: Id, body: Match } },
    async request => {
      const { id } = guard(agent, request, 'override-match')
      agent.overrides.match(request.params.id, id, request.body.note)
      return overrideViews(agent)
    },
  )
}

/** Errors: E_DOWNTIME_TIME. */
const instant = (text: string): string => {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw outsideDowntime()
  return at.toISOString()
}

const addCustody = (app: FastifyInstance, agent: Agent): void => {
  const { custody, second } = agent
  const by = (request: FastifyRequest, signature: string) => {
    const person = guard(agent, request, 'downtime' satisfies Action).id
    return { person, sign: () => second.redeem(signature, { act: 'downtime', actor: person }) }
  }
  app.post<{ Body: Static<typeof Take> }>('/api/custody/take', { schema: { body: Take } }, async request => {
    custody.take(request.body.reason, by(request, request.body.second))
    return custodyViews(agent)
  })
  app.post<{ Body: Static<typeof Return> }>(
    '/api/custody/return',
    { schema: { body: Return } },
    async request => {
      custody.bringBack(by(request, request.body.second))
      return custodyViews(agent)
    },
  )
  app.post<{ Params: Static<typeof Id>; Body: Static<typeof Entry> }>(
    '/api/custody/:id/entries',
    { schema: { params: Id, body: Entry } },
    async request => {
      const { second: signature, ...handed } = request.body
      const at = instant(handed.at)
      custody.enter(request.params.id, { ...handed, at }, by(request, signature))
      return custodyViews(agent)
    },
  )
}

/** A session stays with who began it, until somebody who may takes it over, with a reason. */
const addTakeOver = (app: FastifyInstance, agent: Agent, current: () => Promise<unknown>): void => {
  app.post<{ Params: { session: string }; Body: Static<typeof TakeOver> }>(
    '/api/sessions/:session/take-over',
    { schema: { body: TakeOver } },
    async request => {
      const person = guard(agent, request, 'take-over')
      const { id } = person
      const { session } = request.params
      const operation = agent.operations.current()
      const isOperation = operation?.session === session
      const holder = isOperation ? operation.actor : agent.dispenser.current()?.actor
      // Who stands there and works is not put aside by a colleague.
      if (holder !== undefined && agent.people.isLoggedIn(holder)) allow(agent, person, 'take-over-present')
      await (isOperation ? agent.operations : agent.dispenser).takeOver(session, id, request.body.reason)
      return current()
    },
  )
}

/** Overrides (R2–R4) and the mechanical keys (R16). `current`: the withdrawal as the kiosk shows it. */
export const addAuthorityRoutes = (
  app: FastifyInstance,
  agent: Agent,
  current: () => Promise<unknown>,
): void => {
  addReads(app, agent)
  addOverrides(app, agent, current)
  addCustody(app, agent)
  addTakeOver(app, agent, current)
}
