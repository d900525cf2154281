import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import { YaoguiError } from '#domain/error.ts'
import { DAY, SECOND } from '#domain/time.ts'
import type { Agent } from '../agent.ts'
import { bypassesOf } from '../scanning/bypasses.ts'
import { createReversal } from '../scanning/returned.ts'
import { guard } from './guard.ts'

/** The running withdrawal as the kiosk shows it. */
type CurrentView = () => Promise<WithdrawalView | null>

const ALIVE_MS = 15 * SECOND
const MAX_DOORS = 8
/** A slip has up to 3,391 characters. */
const Text = Type.Object({ text: Type.String({ minLength: 1, maxLength: 4_096 }) })
const Days = Type.Object({ days: Type.Integer({ minimum: 1, maximum: 400, default: 90 }) })

const Session = Type.Object({ session: Type.String({ minLength: 1, maxLength: 200 }) })
const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) })
const Bypass = Type.Object({
  reason: Type.String({ maxLength: 200 }),
  second: Type.Optional(Type.String({ maxLength: 200 })),
})

const isHere = (address: string): boolean => /^(?:127\.|::1$|::ffff:127\.)/.test(address)

const elsewhere = () =>
  new YaoguiError('E_ROLE', {
    zh: '只有药柜自己的屏幕能接收工牌扫码',
    en: 'badges are told to the cabinet’s own screen only',
  })

/**
 * What the cabinet's scanners read while nobody is logged in: badges. Only for the screen of this machine: whoever listened
 * from elsewhere could come before the one who held up the badge. Errors: E_ROLE.
 */
const addDoor = (app: FastifyInstance, { scanning, clock }: Agent): void => {
  let open = 0
  app.get('/api/badges/stream', async (request, reply) => {
    if (!isHere(request.ip)) throw elsewhere()
    if (open >= MAX_DOORS) return reply.status(503).send()
    open += 1
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const leave = scanning.scanners.atDoor(view =>
      raw.write(`event: scan\ndata: ${JSON.stringify(view)}\n\n`),
    )
    let cancel = () => {}
    const beat = (): void => {
      raw.write(': alive\n\n')
      cancel = clock.after(ALIVE_MS, beat)
    }
    raw.on('close', () => {
      open -= 1
      leave()
      cancel()
    })
    beat()
    return reply
  })
}

/** Packs before the scanner at a step of a withdrawal. */
const addStepScans = (app: FastifyInstance, agent: Agent, view: CurrentView): void => {
  const { dispenser, second } = agent
  type Params = { session: string }
  for (const act of ['scan', 'unscan'] as const)
    app.post<{ Params: Params; Body: Static<typeof Text> }>(
      `/api/withdrawals/:session/${act}`,
      { schema: { params: Session, body: Text } },
      async request => {
        const { id } = guard(agent, request, 'withdraw')
        await dispenser[act](request.params.session, id, request.body.text)
        return view()
      },
    )
  app.post<{ Params: Params; Body: Static<typeof Bypass> }>(
    '/api/withdrawals/:session/scan/bypass',
    { schema: { params: Session, body: Bypass } },
    async request => {
      const { id: actor } = guard(agent, request, 'withdraw')
      const { reason, second: ticket } = request.body
      await dispenser.bypassScan(request.params.session, actor, reason, () =>
        ticket === undefined ? null : second.redeem(ticket, { act: 'withdraw', actor }),
      )
      return view()
    },
  )
}

/** What a text is that somebody scanned, and how often work was done without (R13). */
export const addScanRoutes = (app: FastifyInstance, agent: Agent, view: CurrentView): void => {
  const { scanning, db, clock } = agent
  addDoor(app, agent)
  addStepScans(app, agent, view)
  app.post<{ Body: Static<typeof Text> }>('/api/scan', { schema: { body: Text } }, async request => {
    const { id } = guard(agent, request)
    return scanning.scan({ text: request.body.text, actor: id })
  })
  const reverse = createReversal({ ...agent, ...scanning })
  app.post<{ Params: { id: string }; Body: Static<typeof Text> }>(
    '/api/returns/:id/reverse',
    { schema: { params: Id, body: Text } },
    async request => {
      const { id: actor } = guard(agent, request, 'return-check')
      reverse(request.params.id, request.body.text, actor)
      return scanning.scan({ text: request.body.text, actor })
    },
  )
  app.get<{ Querystring: Static<typeof Days> }>(
    '/api/scan/bypasses',
    { schema: { querystring: Days } },
    async request => {
      guard(agent, request)
      return bypassesOf(db, new Date(clock.now().getTime() - request.query.days * DAY).toISOString())
    },
  )
}
