import type { FastifyRequest } from 'fastify'
import type { PersonView } from '#cloud-sync/contract/edge-api.ts'
import { YaoguiError } from '#domain/error.ts'
import { ACTIONS, type Action, MAY, may } from '#domain/people/actions.ts'
import { shanghaiDay } from '#domain/time.ts'
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

/** All that this person may do today. */
export const actionsOf = ({ clock }: Agent, person: PersonView): readonly Action[] => {
  const today = shanghaiDay(clock.now())
  return ACTIONS.filter(action => may(person, action, today))
}

/** May this person do this today? Errors: E_ROLE, E_COMPETENCY. */
export const allow = (agent: Agent, person: PersonView, action: Action): void => {
  if (may(person, action, shanghaiDay(agent.clock.now()))) return
  throw MAY[person.role].includes(action)
    ? new YaoguiError('E_COMPETENCY', {
        zh: `您的资质已于 ${person.competentUntil} 到期，不能做这一步`,
        en: `your licence or training ended on ${person.competentUntil}`,
        wayOut: {
          zh: '请由有资质的药师操作，并续办资质',
          en: 'have a qualified pharmacist do it, and renew yours',
        },
      })
    : new YaoguiError('E_ROLE', { zh: '您的岗位不能做这一步', en: 'your role may not do this' })
}

/** Who asks, by the bearer token. Errors: E_LOGIN, E_PIN_CHANGE, E_ROLE, E_COMPETENCY. */
export const guard = (agent: Agent, request: FastifyRequest, action?: Action): PersonView => {
  const person = agent.people.who(bearer(request))
  refuseFirstPin(person)
  if (action) allow(agent, person, action)
  return person
}
