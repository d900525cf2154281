import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import httpProxy from '@fastify/http-proxy'
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { YaoguiError } from '#domain/error.ts'
import { errorHandler, notFound } from './errors.ts'
import { type ApiParts, addRoutes } from './routes.ts'
import { addStream } from './stream.ts'

const KIOSK = fileURLToPath(new URL('../../web/dist/kiosk', import.meta.url))

type Options = ApiParts & {
  readonly host: string
  readonly port: number
  /** Where Node-RED listens, if it runs. */
  readonly flowsPort: number | undefined
}

const securityHeaders = (app: FastifyInstance, handUrl: string | undefined): void => {
  const connect = ["'self'", ...(handUrl ? [new URL(handUrl).origin] : [])].join(' ')
  const policy = `default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src ${connect}; frame-ancestors 'none'`
  app.addHook('onSend', async (request, reply) => {
    void reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer')
    // The editor brings inline scripts of its own; everything else is ours.
    if (!request.url.startsWith('/flows')) void reply.header('content-security-policy', policy)
  })
}

const addKiosk = async (app: FastifyInstance): Promise<void> => {
  if (existsSync(KIOSK)) await app.register(fastifyStatic, { root: KIOSK })
  else
    app.get('/', async (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .send(
          '<!doctype html><html lang="zh"><title>药柜</title><p>页面尚未构建，请运行 / run: <code>npm run build</code>',
        ),
    )
}

const listen = async (app: FastifyInstance, host: string, port: number): Promise<string> => {
  try {
    return await app.listen({ host, port })
  } catch (cause) {
    throw new YaoguiError('E_PORT_TAKEN', {
      zh: `端口 ${port} 被占用`,
      en: `port ${port} is taken`,
      wayOut: { zh: '用 --port 换一个端口', en: 'choose another with --port' },
      cause,
    })
  }
}

/** The agent's HTTP side: API, kiosk page, and the editor of the flows behind the same address. */
export const startServer = async (options: Options): Promise<{ url: string; close(): Promise<void> }> => {
  const { agent, host, port, flowsPort } = options
  const app = Fastify({
    loggerInstance: agent.log as FastifyBaseLogger,
    bodyLimit: 64 * 1024,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
  })
  app.setErrorHandler(errorHandler)
  app.setNotFoundHandler(notFound)
  securityHeaders(app, agent.config.handUrl)
  addRoutes(app, options)
  const stream = addStream(app, agent)
  if (flowsPort)
    await app.register(httpProxy, {
      upstream: `http://127.0.0.1:${flowsPort}`,
      prefix: '/flows',
      rewritePrefix: '/flows',
      websocket: true,
    })
  await addKiosk(app)
  const url = await listen(app, host, port)
  return {
    url,
    close: async () => {
      stream.close()
      await app.close()
    },
  }
}
