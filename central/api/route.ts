import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import { Check, Errors } from 'typebox/value'
import type { CentralPerson } from '#cloud-sync/contract/central-api.ts'
import { Refusal, type RefusalCode } from '../errors.ts'
import type { Permission } from '../people/roles.ts'
import { ApiErrorSchema } from './schemas.ts'

/** `public`: no login. `own`: whoever is logged in, also with a PIN he must change first. */
export type Access = Permission | 'public' | 'own'

export type Call<B, Q, P> = {
  readonly body: B
  readonly query: Q
  readonly params: P
  /** The request's text as it came. */
  readonly raw: string
  /** Who asks. Throws E_SESSION on a public route. */
  readonly person: CentralPerson
  readonly token: string
}

type Spec<B extends TSchema, Q extends TSchema, P extends TSchema> = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly summary: string
  readonly access: Access
  readonly body?: B
  readonly query?: Q
  readonly params?: P
  /** Shape of the answer; tests hold every answer against it. */
  readonly answer: TSchema
  readonly status?: 200 | 201
  /** Code for a malformed request; E_BAD_REQUEST if not given. */
  readonly invalid?: RefusalCode
  readonly handle: (call: Call<Static<B>, Static<Q>, Static<P>>) => Promise<unknown>
}

/** A route with its types worn off, ready to be put in a list. */
export type Route = Omit<Spec<TSchema, TSchema, TSchema>, 'handle'> & {
  readonly handle: (call: Call<unknown, unknown, unknown>) => Promise<unknown>
}

export const route = <B extends TSchema, Q extends TSchema, P extends TSchema>(
  spec: Spec<B, Q, P>,
): Route => ({
  ...spec,
  // `checked` below has held the values against the schemas they are typed by.
  handle: call => spec.handle(call as Call<Static<B>, Static<Q>, Static<P>>),
})

const MAX_PROBLEMS = 50

/** The value, if it fits the schema. Every problem is reported at once. */
const checked = (schema: TSchema | undefined, value: unknown, code: RefusalCode): unknown => {
  if (!schema || Check(schema, value)) return value
  const problems = Errors(schema, value).map(
    ({ instancePath, message }) => `${instancePath || '/'} ${message}`,
  )
  throw new Refusal(code, [...new Set(problems)].slice(0, MAX_PROBLEMS))
}

export type Admission = {
  /** Who sent the request, if he may use a route of this access. Errors: E_SESSION, E_PIN_CHANGE, E_ROLE. */
  readonly admit: (token: string, access: Access) => Promise<CentralPerson | undefined>
}

const bearerOf = ({ headers }: FastifyRequest): string =>
  /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? ''

const documentation = ({ summary, body, query, params, answer, status = 200, access }: Route) => ({
  summary,
  ...(body ? { body } : {}),
  ...(query ? { querystring: query } : {}),
  ...(params ? { params } : {}),
  ...(access === 'public' ? {} : { security: [{ bearer: [] }] }),
  response: { [status]: answer, '4xx': ApiErrorSchema, '5xx': ApiErrorSchema },
})

export const addRoutes = (app: FastifyInstance, { admit }: Admission, routes: readonly Route[]): void => {
  for (const spec of routes) {
    const { method, url, access, body, query, params, invalid = 'E_BAD_REQUEST', status = 200 } = spec
    app.route({
      method,
      url,
      schema: documentation(spec),
      handler: async (request, reply) => {
        const token = bearerOf(request)
        const person = await admit(token, access)
        const answer = await spec.handle({
          body: checked(body, request.body, invalid),
          query: checked(query, request.query, 'E_BAD_REQUEST'),
          params: checked(params, request.params, 'E_BAD_REQUEST'),
          raw: request.rawText,
          token,
          get person() {
            if (!person) throw new Refusal('E_SESSION')
            return person
          },
        })
        return reply.code(status).send(answer)
      },
    })
  }
}
