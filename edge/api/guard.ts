import type { FastifyRequest } from 'fastify'
import type { PersonView, Role } from '#cloud-sync/contract/edge-api.ts'
import { YaoguiError } from '#domain/error.ts'
import type { Agent } from '../agent.ts'

export const bearer = (request: FastifyRequest): string | undefined =>
  /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]

/** A first PIN opens nothing but its own change. Errors: E_PIN_CHANGE. */
export const refuseFirstPin = (person: PersonView): void => {
  if (person.mustChangePin)
    throw new YaoguiError('E_PIN_CHANGE', {
      zh: '首次登录请先修改密码',
      en: 'change the first PIN before anything else',
    })
}

/** Who asks, by the bearer token. Errors: E_LOGIN, E_PIN_CHANGE, E_ROLE. */
export const guard = (agent: Agent, request: FastifyRequest, role?: Role): PersonView => {
  const person = agent.people.who(bearer(request))
  refuseFirstPin(person)
  if (role && person.role !== role)
    throw new YaoguiError('E_ROLE', { zh: '您的岗位不能做这一步', en: 'your role may not do this' })
  return person
}
