import type { FastifyRequest } from 'fastify'
import type { PersonView } from '#cloud-sync/contract/edge-people.ts'
import { ACTIONS, type Action, may } from '#domain/people/actions.ts'
import { shanghaiDay } from '#domain/time.ts'
import type { Agent } from '../agent.ts'
import { mayNot, refuseFirstPin } from '../people/permission.ts'

export const bearer = (request: FastifyRequest): string | undefined =>
  /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]

/** All that this person may do today. */
export const actionsOf = ({ clock }: Agent, person: PersonView): readonly Action[] => {
  const today = shanghaiDay(clock.now())
  return ACTIONS.filter(action => may(person, action, today))
}

/** Acts that would open a drawer: their refusal is a refused unlock. */
const UNLOCKS: readonly Action[] = [
  'withdraw',
  'override',
  'break-glass',
  'restock',
  'count',
  'return',
  'return-check',
  'waste',
]

/** May this person do this today? A refusal is journaled (R19). Errors: E_ROLE, E_COMPETENCY. */
export const allow = ({ clock, journal }: Agent, person: PersonView, action: Action): void => {
  if (may(person, action, shanghaiDay(clock.now()))) return
  const error = mayNot(person, action)
  const { code } = error
  journal.tell(
    UNLOCKS.includes(action)
      ? { kind: 'unlock.refused', data: { actor: person.id, code, jti: null, rx: null } }
      : { kind: 'person.refused', data: { person: person.id, code } },
  )
  throw error
}

/** Who asks, by the bearer token. Errors: E_LOGIN, E_PIN_CHANGE, E_ROLE, E_COMPETENCY. */
export const guard = (agent: Agent, request: FastifyRequest, action?: Action): PersonView => {
  const person = agent.people.who(bearer(request))
  refuseFirstPin(person)
  if (action) allow(agent, person, action)
  return person
}
