import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { DrawerView } from '#cloud-sync/contract/edge-goods.ts'
import type { OperationRequest, OperationView } from '#cloud-sync/contract/edge-operations.ts'
import type { OperationKind } from '#domain/journal/events-operations.ts'
import type { Action } from '#domain/people/actions.ts'
import type { Agent } from '../agent.ts'
import { refuse } from '../dispensing/refusals.ts'
import type { EdgeHardware } from '../hardware.ts'
import type { Act } from '../operations/operator.ts'
import { refuseOperation } from '../operations/refusals.ts'
import { guard } from './guard.ts'
import { drawerView, operationView } from './operations-view.ts'

const Text = Type.String({ minLength: 1, maxLength: 200 })
const Reason = Type.String({ maxLength: 200 })
const Scan = Type.Optional(Type.String({ maxLength: 400 }))
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Packs = Type.Integer({ minimum: 1, maximum: 999 })
const Ticket = Type.Optional(Type.String({ maxLength: 100 }))
const scanned = {
  drawer: Text,
  pack: Scan,
  drawerScan: Scan,
  bypass: Type.Optional(Reason),
  printed: Type.Optional(
    Type.Object({ lot: Type.Optional(Type.String({ maxLength: 40 })), expiry: Type.Optional(Day) }),
  ),
  second: Ticket,
}

const Request = Type.Union([
  Type.Object({
    kind: Type.Literal('restock'),
    shipment: Text,
    line: Type.Integer({ minimum: 1 }),
    quantity: Packs,
    ...scanned,
  }),
  Type.Object({ kind: Type.Literal('restock'), return: Text, ...scanned }),
  Type.Object({
    kind: Type.Literal('count'),
    drawer: Text,
    cause: Type.Optional(
      Type.Enum(['planned', 'tamper', 'failed', 'downtime', 'salvage', 'discrepancy'] as const),
    ),
  }),
  Type.Object({
    kind: Type.Literal('return'),
    drug: Text,
    lot: Text,
    expiry: Day,
    quantity: Packs,
    rx: Type.Optional(Text),
    pack: Scan,
    reason: Reason,
  }),
  Type.Object({ kind: Type.Literal('return-check'), return: Text }),
  Type.Object({
    kind: Type.Literal('waste'),
    drug: Text,
    lot: Text,
    drawer: Text,
    quantity: Packs,
    reason: Reason,
  }),
  Type.Object({ kind: Type.Literal('test'), drawer: Text }),
  Type.Object({ kind: Type.Literal('break-glass'), drawer: Text, reason: Reason, second: Type.String() }),
])

const Lines = Type.Array(Type.Object({ drug: Type.String(), lot: Type.String(), quantity: Type.Number() }), {
  maxItems: 200,
})
const BODIES = {
  unlock: Type.Unknown(),
  reopen: Type.Unknown(),
  enter: Type.Object({ lines: Lines }),
  witness: Type.Object({ second: Ticket }),
  accept: Type.Object({ reason: Reason }),
  cancel: Type.Object({ reason: Reason }),
  review: Type.Object({ note: Type.String({ maxLength: 500 }), lines: Lines }),
} as const
type Name = keyof typeof BODIES
type Body<N extends Name> = Static<(typeof BODIES)[N]>

const ACTS: { readonly [N in Name]: (body: Body<N>) => Act } = {
  unlock: () => ({ do: 'unlock' }),
  reopen: () => ({ do: 'reopen' }),
  enter: ({ lines }) => ({ do: 'enter', figures: lines }),
  witness: ({ second }) => ({ do: 'witness', second }),
  accept: ({ reason }) => ({ do: 'accept', reason }),
  cancel: ({ reason }) => ({ do: 'cancel', reason }),
  review: ({ note, lines }) => ({ do: 'review', note, figures: lines }),
}

/** What a person must be allowed to do, to begin it and to go on with it. */
const MAY: Readonly<Record<OperationKind, Action>> = {
  restock: 'restock',
  count: 'count',
  return: 'return',
  'return-check': 'return-check',
  waste: 'waste',
  test: 'drawer-service',
  'break-glass': 'break-glass',
}

const currentOperation = async ({ operations, stock }: Agent): Promise<OperationView | null> => {
  const op = await operations.suggestion()
  return op ? operationView(op, { live: operations.live(), stock }) : null
}

const operationRoutes = (app: FastifyInstance, agent: Agent): void => {
  const { operations } = agent
  app.get('/api/operations/current', async request => {
    guard(agent, request)
    return currentOperation(agent)
  })
  app.post<{ Body: Static<typeof Request> }>(
    '/api/operations',
    { schema: { body: Request } },
    async request => {
      const { id } = guard(agent, request, MAY[request.body.kind])
      await operations.start(request.body as OperationRequest, id)
      return currentOperation(agent)
    },
  )
  /** Whoever may do what is going on. */
  const person = (request: FastifyRequest): string => {
    const op = operations.current()
    return guard(agent, request, op ? MAY[op.kind] : undefined).id
  }
  for (const name of Object.keys(BODIES) as Name[])
    app.post<{ Params: { session: string } }>(
      `/api/operations/:session/${name}`,
      { schema: { params: Type.Object({ session: Text }), body: BODIES[name] } },
      async request => {
        const act = (ACTS[name] as (body: unknown) => Act)(request.body)
        await operations.act(request.params.session, person(request), act)
        return currentOperation(agent)
      },
    )
}

const Service = Type.Object({
  service: Type.Enum(['in-service', 'needs-count', 'out-of-service'] as const),
  reason: Reason,
})

type Drawers = Pick<EdgeHardware, 'drawers'>

const drawerViews = ({ service, stock }: Agent, { drawers }: Drawers): Promise<readonly DrawerView[]> => {
  const held = stock.lots()
  // All at once: the locks of one board then share one query.
  return Promise.all(
    Array.from(drawers, async ([id, { lock, role, cold }]) => {
      const position = await lock.state().catch(() => 'unknown' as const)
      const place = { id, role, position, service: service.of(id), ...(cold === undefined ? {} : { cold }) }
      return drawerView(place, held, stock)
    }),
  )
}

const drawerRoutes = (app: FastifyInstance, agent: Agent, hardware: Drawers): void => {
  app.get('/api/drawers', async request => {
    guard(agent, request)
    return drawerViews(agent, hardware)
  })
  app.post<{ Params: { id: string }; Body: Static<typeof Service> }>(
    '/api/drawers/:id/service',
    { schema: { params: Type.Object({ id: Text }), body: Service } },
    async request => {
      const actor = guard(agent, request, 'drawer-service').id
      const { service, reason } = request.body
      if (!hardware.drawers.has(request.params.id)) throw refuseOperation('E_DRAWER_ABSENT')
      if (!reason.trim()) throw refuse('E_REASON')
      // Back into service leads through a count (R18).
      const next = service === 'in-service' ? 'needs-count' : service
      agent.service.set(request.params.id, next, { actor, reason })
      return drawerViews(agent, hardware)
    },
  )
}

/** The work around withdrawals, and the drawers it is about. */
export const addOperationRoutes = (app: FastifyInstance, agent: Agent, hardware: Drawers): void => {
  operationRoutes(app, agent)
  drawerRoutes(app, agent, hardware)
}
