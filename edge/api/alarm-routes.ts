import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Agent } from '../agent.ts'
import { createExcursions } from '../cold-chain/excursions.ts'
import type { Monitor } from '../cold-chain/monitor.ts'
import { guard } from './guard.ts'

type Parts = { readonly agent: Agent; readonly monitors: readonly Monitor[] }

const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) })
const Which = Type.Object({ alarm: Type.Optional(Type.String({ maxLength: 200 })) })
const Close = Type.Object({
  how: Type.Union([Type.Literal('sensor-lost'), Type.Literal('sensor-replaced')]),
  reason: Type.String({ maxLength: 200 }),
})

/** The test of the alarm, what became of its messages, and excursions that only a person can end. */
export const addAlarmRoutes = (app: FastifyInstance, { agent, monitors }: Parts): void => {
  const { notifier, spotTest, db, journal, alarms } = agent
  const excursions = createExcursions({ db, journal, alarms, monitors })
  app.post('/api/alarms/test', async request => {
    const { id } = guard(agent, request, 'test-alarm')
    const notices = notifier.test(id)
    spotTest.start()
    return notices
  })
  app.get<{ Querystring: Static<typeof Which> }>(
    '/api/alarms/notices',
    { schema: { querystring: Which } },
    async request => {
      guard(agent, request)
      return notifier.list(request.query.alarm)
    },
  )
  app.get('/api/excursions', async request => {
    guard(agent, request)
    return excursions.list()
  })
  app.post<{ Params: Static<typeof Id>; Body: Static<typeof Close> }>(
    '/api/excursions/:id/close',
    { schema: { params: Id, body: Close } },
    async request => {
      const { id: actor } = guard(agent, request, 'acknowledge')
      excursions.close(request.params.id, { ...request.body, actor })
      return excursions.list()
    },
  )
}
