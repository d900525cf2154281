import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Timers } from '../clock.ts'
import { Refusal } from '../errors.ts'
import { may } from '../people/roles.ts'
import { personOfToken } from '../people/sessions.ts'
import { serveConsole } from './console.ts'
import type { ApiDeps } from './deps.ts'
import { answerErrors } from './errors.ts'
import { type Admission, addRoutes, type Route } from './route.ts'
import { coldChainRoutes } from './routes-cold-chain.ts'
import { distributionRoutes } from './routes-distribution.ts'
import { monitoringRoutes } from './routes-monitoring.ts'
import { peopleRoutes } from './routes-people.ts'
import { prescriptionRoutes } from './routes-prescriptions.ts'
import { reconciliationRoutes } from './routes-reconciliation.ts'
import { setSecurityHeaders } from './security.ts'
import { addStream } from './stream.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body's text before it was parsed. */
    rawText: string
  }
}

const BODY_LIMIT = 256 * 1024

/** Who may pass where; see `PERMISSIONS`. */
const admission = (deps: ApiDeps): Admission => ({
  admit: async (token, access) => {
    if (access === 'public') return undefined
    const person = token ? await personOfToken(deps, token) : undefined
    if (!person) throw new Refusal('E_SESSION')
    if (access === 'own') return person
    if (person.mustChangePin) throw new Refusal('E_PIN_CHANGE')
    if (!may(person.role, access)) throw new Refusal('E_ROLE')
    return person
  },
})

/** Keeps a body's text beside its value: what is stored is what came. An empty body is an empty object. */
const keepRawText = (app: FastifyInstance): void => {
  app.decorateRequest('rawText', '')
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body.toString()
    request.rawText = text
    if (text === '') done(null, {})
    else parse(request, text, done)
  })
}

const describe = async (app: FastifyInstance): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: '药柜 Yaogui: centre', version: '0.1.0', description: '县域中心药房接口' },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
  })
  await app.register(swaggerUi, { routePrefix: '/docs' })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}

export const allRoutes = (deps: ApiDeps): readonly Route[] => [
  ...peopleRoutes(deps),
  ...prescriptionRoutes(deps),
  ...reconciliationRoutes(deps),
  ...monitoringRoutes(deps),
  ...coldChainRoutes(deps),
  ...distributionRoutes(deps),
]

/** The centre's HTTP server, not listening yet. */
export const createServer = async (
  deps: ApiDeps,
  { timers }: { readonly timers: Timers },
): Promise<FastifyInstance> => {
  const app = Fastify({ logger: false, bodyLimit: BODY_LIMIT, forceCloseConnections: true })
  // One validator in the house: routes check their own schemas with TypeBox and report every problem. Answers leave
  // whole: a serializer made from a schema would drop the fields we keep for others.
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => value => JSON.stringify(value))
  setSecurityHeaders(app)
  answerErrors(app, deps.log)
  keepRawText(app)
  await describe(app)
  const gate = admission(deps)
  addRoutes(app, gate, allRoutes(deps))
  addStream(app, gate, { changes: deps.changes, timers })
  await serveConsole(app)
  return app
}
