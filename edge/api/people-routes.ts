import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { LoginView, MeView } from '#cloud-sync/contract/edge-people.ts'
import { ACTIONS } from '#domain/people/actions.ts'
import type { Agent } from '../agent.ts'
import { IDLE_MINUTES } from '../people/logins.ts'
import type { Proof } from '../people/proof.ts'
import { actionsOf, bearer, guard } from './guard.ts'

const Text = Type.String({ minLength: 1, maxLength: 200 })
const Pin = Type.String({ maxLength: 32 })
const Badge = Type.String({ minLength: 1, maxLength: 64 })
const byPin = { person: Text, pin: Pin }
const byBadge = { badge: Badge, pin: Type.Optional(Pin) }
const act = { act: Type.Enum([...ACTIONS]) }
const Login = Type.Union([Type.Object(byPin), Type.Object(byBadge)])
const Sign = Type.Union([Type.Object({ ...byPin, ...act }), Type.Object({ ...byBadge, ...act })])
const Pins = Type.Object({ pin: Pin, newPin: Pin })
const SetBadge = Type.Object({ badge: Type.Union([Badge, Type.Null()]) })
const Id = Type.Object({ id: Text })

const proofOf = ({ scanning }: Agent, body: Static<typeof Login>): Proof => {
  if ('person' in body) return { person: body.person, pin: body.pin }
  const badge = scanning.badges.resolve(body.badge)
  // None typed yet is no wrong one.
  return body.pin ? { badge, pin: body.pin } : { badge }
}

/** Logins, PINs, badges, and the second person. */
export const addPeopleRoutes = (app: FastifyInstance, agent: Agent): void => {
  const { people, second } = agent
  app.get('/api/people', async () => people.list())
  app.post<{ Body: Static<typeof Login> }>('/api/login', { schema: { body: Login } }, async ({ body }) => {
    const login = people.login(proofOf(agent, body))
    return { ...login, idleMinutes: IDLE_MINUTES, may: actionsOf(agent, login.person) } satisfies LoginView
  })
  app.get('/api/me', async request => {
    const person = guard(agent, request)
    return { person: person.id, may: actionsOf(agent, person) } satisfies MeView
  })
  app.post<{ Body: Static<typeof Pins> }>('/api/pin', { schema: { body: Pins } }, async request => {
    const person = people.who(bearer(request))
    people.changePin(person.id, request.body.pin, request.body.newPin)
    return people.who(bearer(request))
  })
  app.post('/api/logout', async request => {
    people.logout(bearer(request) ?? '')
    return {}
  })
  app.post<{ Body: Static<typeof Sign> }>('/api/second', { schema: { body: Sign } }, async request => {
    const actor = guard(agent, request).id
    return second.sign(proofOf(agent, request.body), { act: request.body.act, actor })
  })
  app.post<{ Params: { id: string } }>('/api/people/:id/unlock', { schema: { params: Id } }, async request =>
    people.unlock(request.params.id, guard(agent, request, 'unlock-person').id),
  )
  app.post<{ Params: { id: string }; Body: Static<typeof SetBadge> }>(
    '/api/people/:id/badge',
    { schema: { params: Id, body: SetBadge } },
    async request => {
      const { id } = guard(agent, request, 'badge')
      const { badge } = request.body
      return people.setBadge(
        request.params.id,
        badge === null ? null : agent.scanning.badges.resolve(badge),
        id,
      )
    },
  )
}
