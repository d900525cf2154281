import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const CONSOLE = join(import.meta.dirname, '../../web/dist/console')

const NOT_BUILT = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>中心药房</title>
<h1>中心药房正在运行</h1><p>控制台页面还没有构建：请运行 <code>npm run build</code>，然后重新启动。接口文档在 <a href="/docs">/docs</a>。</p>
<p lang="en">The centre is running. The console is not built: run <code>npm run build</code> and start again. The API is described at <a href="/docs">/docs</a>.</p></html>`

/** The county console at /, as it was built; before that a page that says how. */
export const serveConsole = async (app: FastifyInstance): Promise<void> => {
  if (existsSync(join(CONSOLE, 'index.html'))) {
    await app.register(fastifyStatic, { root: CONSOLE, wildcard: true, decorateReply: false })
    return
  }
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.type('text/html').send(NOT_BUILT))
}
