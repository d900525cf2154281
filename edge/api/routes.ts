import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { EdgeCaseView, SiteView } from '#cloud-sync/contract/edge-api.ts'
import { YaoguiError } from '#domain/error.ts'
import type { Agent, Outside } from '../agent.ts'
import { VERSION } from '../agent.ts'
import type { Monitor } from '../cold-chain/monitor.ts'
import type { EdgeHardware } from '../hardware.ts'
import { IDLE_MINUTES } from '../people/logins.ts'
import { actionsOf, bearer, guard } from './guard.ts'
import { addJournalRoutes } from './journal-routes.ts'
import { prescriptionView, withdrawalView } from './views.ts'

export type ApiParts = {
  readonly agent: Agent
  readonly hardware: Pick<EdgeHardware, 'gpioStatus' | 'lineStats' | 'logWire'>
  readonly outside: Outside
  readonly monitors: {
    readonly live: readonly Monitor[]
    readonly replayed: readonly { readonly progress: { readonly readings: number } }[]
  }
  readonly flowsToken: string
}

const Text = Type.String({ minLength: 1, maxLength: 200 })
const Login = Type.Object({ person: Text, pin: Type.String({ maxLength: 32 }) })
const Pins = Type.Object({ pin: Type.String({ maxLength: 32 }), newPin: Type.String({ maxLength: 32 }) })
const Start = Type.Union([
  Type.Object({ jti: Text }),
  Type.Object({ token: Type.String({ minLength: 1, maxLength: 16_384 }) }),
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

const caseViews = ({ db, stock }: Agent): readonly EdgeCaseView[] =>
  db
    .all<Omit<EdgeCaseView, 'name' | 'openedAt'> & { opened_at: string }>(
      'SELECT * FROM cases ORDER BY opened_at DESC LIMIT 200',
    )
    .map(({ opened_at, ...row }) => ({ ...row, name: stock.item(row.drug).name, openedAt: opened_at }))

/** The running (or just finished) withdrawal as the kiosk shows it. */
export const currentView = async ({ dispenser, authorisations, stock }: Agent) => {
  const w = dispenser.current()
  if (!w) return null
  const patient = authorisations.find(w.jti)?.claims.patient.name ?? ''
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
  }))
  app.get('/api/site', async () => siteView(parts))
  app.get('/api/people', async () => agent.people.list())
  app.post<{ Body: Static<typeof Login> }>('/api/login', { schema: { body: Login } }, async ({ body }) => {
    const login = agent.people.login(body.person, body.pin)
    return { ...login, idleMinutes: IDLE_MINUTES, may: actionsOf(agent, login.person) }
  })
  app.get('/api/me', async request => {
    const person = guard(agent, request)
    return { person: person.id, may: actionsOf(agent, person) }
  })
  app.post<{ Body: Static<typeof Pins> }>('/api/pin', { schema: { body: Pins } }, async request => {
    const person = agent.people.who(bearer(request))
    agent.people.changePin(person.id, request.body.pin, request.body.newPin)
    return agent.people.who(bearer(request))
  })
  app.post('/api/logout', async request => {
    agent.people.logout(bearer(request) ?? '')
    return {}
  })
  // The guest's own narrow token: it may ask, and nothing else.
  app.post<{ Body: Static<typeof Ask> }>('/api/flows/ask', { schema: { body: Ask } }, async request => {
    if (bearer(request) !== parts.flowsToken)
      throw new YaoguiError('E_LOGIN', { zh: '令牌无效', en: 'the token is not valid' })
    agent.asks.ask(request.body)
    return {}
  })
}

const readRoutes = (app: FastifyInstance, { agent, monitors }: ApiParts): void => {
  const { authorisations, stock, clock, alarms, asks } = agent
  const get = (path: string, read: () => unknown): void => {
    app.get(path, async request => {
      guard(agent, request)
      return (await read()) ?? null
    })
  }
  get('/api/prescriptions', () => authorisations.list().map(one => prescriptionView(one, stock, clock.now())))
  get('/api/withdrawals/current', () => currentView(agent))
  get('/api/temperatures', () => Promise.all(monitors.live.map(monitor => monitor.view())))
  get('/api/stock', () => stock.list())
  get('/api/alarms', () => alarms.list())
  get('/api/cases', () => caseViews(agent))
  get('/api/asks', () => asks.open())
}

/** The order on the slip, if this site has not had it by the link: verified here, with no network. */
const jtiOf = async (agent: Agent, body: Static<typeof Start>, actor: string): Promise<string> => {
  if ('jti' in body) return body.jti
  const { authorisations, dispenser, db } = agent
  const claims = await dispenser.refusing(actor, null, () => authorisations.verify(body.token))
  db.transaction(() => authorisations.store(claims, body.token))
  return claims.jti
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
    await dispenser.start(await jtiOf(agent, request.body, id), id)
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
  app.post<{ Params: { id: string } }>('/api/people/:id/unlock', { schema: { params: Id } }, async request =>
    agent.people.unlock(request.params.id, guard(agent, request, 'unlock-person').id),
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
  readRoutes(app, parts)
  withdrawalRoutes(app, parts)
  actRoutes(app, parts)
  addJournalRoutes(app, { agent: parts.agent, allow: request => void guard(parts.agent, request) })
}
