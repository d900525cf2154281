import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { SiteView } from '#cloud-sync/contract/edge-api.ts'
import { YaoguiError } from '#domain/error.ts'
import type { Agent, Outside } from '../agent.ts'
import { VERSION } from '../agent.ts'
import type { Monitor } from '../cold-chain/monitor.ts'
import type { EdgeHardware } from '../hardware.ts'
import { addAlarmRoutes } from './alarm-routes.ts'
import { addAuthorityRoutes } from './authority-routes.ts'
import { addCasesRoutes } from './cases-routes.ts'
import { addColdChainRoutes } from './cold-chain-routes.ts'
import { bearer, guard } from './guard.ts'
import { addJournalRoutes } from './journal-routes.ts'
import { addOperationRoutes } from './operations-routes.ts'
import { addPeopleRoutes } from './people-routes.ts'
import { addPrescriptionRoutes } from './prescriptions-routes.ts'
import { addScanRoutes } from './scan-routes.ts'
import { addStockRoutes } from './stock-routes.ts'
import { withdrawalView } from './views.ts'

export type ApiParts = {
  readonly agent: Agent
  readonly hardware: Pick<
    EdgeHardware,
    'drawers' | 'thermometers' | 'doors' | 'patience' | 'gpioStatus' | 'lineStats' | 'logWire'
  >
  readonly outside: Outside
  readonly monitors: {
    readonly live: readonly Monitor[]
    readonly replayed: readonly {
      readonly monitor: Monitor
      readonly progress: { readonly readings: number }
    }[]
  }
  readonly flowsToken: string
}

const Text = Type.String({ minLength: 1, maxLength: 200 })
const Partial = Type.Optional(Type.String({ maxLength: 200 }))
const Start = Type.Union([
  Type.Object({ jti: Text, partial: Partial }),
  Type.Object({ token: Type.String({ minLength: 1, maxLength: 16_384 }), partial: Partial }),
])
const Reason = Type.Object({ reason: Type.String({ maxLength: 200 }) })
const Review = Type.Object({
  note: Type.String({ maxLength: 500 }),
  taken: Type.Record(Type.String(), Type.Number()),
})
const Ask = Type.Object({ text: Type.String(), source: Type.String({ default: 'flow' }) })
const Id = Type.Object({ id: Text })
const Session = Type.Object({ session: Text })

const siteView = ({ agent, outside }: ApiParts): SiteView => {
  const { config, clock, journal, orders } = agent
  return {
    site: config.site,
    county: config.county,
    name: config.name,
    version: VERSION,
    now: clock.now().toISOString(),
    link: outside.link(),
    ordersAt: orders.confirmedAt(),
    clockTrusted: journal.clockTrusted(),
    unsent: journal.head() - journal.committed(),
    handUrl: config.handUrl ?? null,
    flows: outside.flows(),
  }
}

/** The running (or just finished) withdrawal as the kiosk shows it. */
export const currentView = async ({ dispenser, admission, stock }: Agent) => {
  const w = dispenser.current()
  if (!w) return null
  const patient = admission.patientOf(w.jti)
  const suggestion = w.phase.at === 'review' ? await dispenser.suggestion() : undefined
  return withdrawalView(w, patient, { live: dispenser.live(), stock, suggestion })
}

const sum = (counts: readonly number[]): number => counts.reduce((total, one) => total + one, 0)

const publicRoutes = (app: FastifyInstance, parts: ApiParts): void => {
  const { agent } = parts
  app.get('/api/health', async () => ({
    status: 'ok',
    version: VERSION,
    readings: sum(parts.monitors.live.map(monitor => monitor.readings())),
    replayed: sum(parts.monitors.replayed.map(({ progress }) => progress.readings)),
    lines: parts.hardware.lineStats(),
    gpio: parts.hardware.gpioStatus?.().state ?? 'off',
    mains: agent.mains.state(),
    battery: agent.battery.state(),
  }))
  app.get('/api/site', async () => siteView(parts))
  // The guest's own narrow token: it may ask, and nothing else.
  app.post<{ Body: Static<typeof Ask> }>('/api/flows/ask', { schema: { body: Ask } }, async request => {
    if (bearer(request) !== parts.flowsToken)
      throw new YaoguiError('E_LOGIN', { zh: '令牌无效', en: 'the token is not valid' })
    agent.asks.ask(request.body)
    return {}
  })
}

const readRoutes = (app: FastifyInstance, { agent, hardware, monitors }: ApiParts): void => {
  const { alarms, asks, fridgeDoors } = agent
  const doorOf = (id: string) => (hardware.doors?.has(id) ? { door: fridgeDoors.state(id) } : {})
  const get = (path: string, read: () => unknown): void => {
    app.get(path, async request => {
      guard(agent, request)
      return (await read()) ?? null
    })
  }
  get('/api/withdrawals/current', () => currentView(agent))
  get('/api/temperatures', () =>
    Promise.all(monitors.live.map(async one => ({ ...(await one.view()), ...doorOf(one.id) }))),
  )
  get('/api/alarms', () => alarms.list())
  get('/api/asks', () => asks.open())
}

/** The order on the slip, if this site has not had it by the link: verified here, with no network. */
const jtiOf = async (agent: Agent, body: Static<typeof Start>, actor: string): Promise<string> => {
  if ('jti' in body) return body.jti
  const { scanning, dispenser } = agent
  return (await dispenser.refusing(actor, null, () => scanning.takeSlip(body.token))).jti
}

const withdrawalRoutes = (app: FastifyInstance, { agent }: ApiParts): void => {
  const { dispenser } = agent
  type Act = (session: string, actor: string, reason: string) => Promise<void>
  const act = (name: string, schema: object, work: Act): void => {
    app.post<{ Params: { session: string }; Body: { reason?: string } | undefined }>(
      `/api/withdrawals/:session/${name}`,
      { schema: { params: Session, ...schema } },
      async request => {
        const { id } = guard(agent, request, 'withdraw')
        await work(request.params.session, id, request.body?.reason ?? '')
        return currentView(agent)
      },
    )
  }
  app.post<{ Body: Static<typeof Start> }>('/api/withdrawals', { schema: { body: Start } }, async request => {
    const { id } = guard(agent, request, 'withdraw')
    const { partial } = request.body
    await dispenser.start(await jtiOf(agent, request.body, id), id, partial === undefined ? {} : { partial })
    return currentView(agent)
  })
  act('unlock', {}, (session, actor) => dispenser.unlock(session, actor, 'take'))
  act('put-back', {}, (session, actor) => dispenser.unlock(session, actor, 'put-back'))
  act('accept', { body: Reason }, dispenser.accept)
  act('cancel', { body: Reason }, dispenser.cancel)
  app.post<{ Params: { session: string }; Body: Static<typeof Review> }>(
    '/api/withdrawals/:session/review',
    { schema: { params: Session, body: Review } },
    async request => {
      const { id } = guard(agent, request, 'withdraw')
      await dispenser.review(request.params.session, { ...request.body, actor: id })
      return currentView(agent)
    },
  )
}

const WireLog = Type.Object({ on: Type.Boolean() })

const actRoutes = (app: FastifyInstance, { agent, hardware }: ApiParts): void => {
  app.post<{ Params: { id: string }; Body: Static<typeof WireLog> }>(
    '/api/lines/:id/wire-log',
    { schema: { params: Id, body: WireLog } },
    async request => {
      guard(agent, request, 'wire-log')
      if (!hardware.logWire(request.params.id, request.body.on))
        throw new YaoguiError('E_LINE_ABSENT', { zh: '没有这条线路', en: 'there is no such line' })
      return hardware.lineStats()
    },
  )
  app.post<{ Params: { id: string }; Body: Static<typeof Reason> }>(
    '/api/alarms/:id/acknowledge',
    { schema: { params: Id, body: Reason } },
    async request => {
      agent.alarms.acknowledge(
        request.params.id,
        guard(agent, request, 'acknowledge').id,
        request.body.reason,
      )
      return {}
    },
  )
  app.post<{ Params: { id: string } }>('/api/asks/:id/done', { schema: { params: Id } }, async request => {
    agent.asks.done(request.params.id, guard(agent, request).id)
    return {}
  })
}

export const addRoutes = (app: FastifyInstance, parts: ApiParts): void => {
  publicRoutes(app, parts)
  addPeopleRoutes(app, parts.agent)
  addStockRoutes(app, parts.agent)
  addPrescriptionRoutes(app, parts.agent)
  addScanRoutes(app, parts.agent, () => currentView(parts.agent))
  addCasesRoutes(app, parts.agent)
  addAlarmRoutes(app, {
    agent: parts.agent,
    monitors: [...parts.monitors.live, ...parts.monitors.replayed.map(({ monitor }) => monitor)],
  })
  addOperationRoutes(app, parts.agent, parts.hardware)
  addAuthorityRoutes(app, parts.agent, () => currentView(parts.agent))
  addColdChainRoutes(app, parts)
  readRoutes(app, parts)
  withdrawalRoutes(app, parts)
  actRoutes(app, parts)
  addJournalRoutes(app, { agent: parts.agent, allow: request => void guard(parts.agent, request) })
}
