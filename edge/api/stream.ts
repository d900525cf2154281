import type { FastifyInstance } from 'fastify'
import { SECOND } from '#domain/time.ts'
import type { Agent } from '../agent.ts'
import { currentView } from './routes.ts'

const ALIVE_MS = 15 * SECOND
/** A page opens one; a cabinet has one or two pages. */
const MAX_STREAMS = 32

/** Server-sent events to the kiosk (`/api/stream?token=…`: EventSource cannot send headers). */
export const addStream = (app: FastifyInstance, agent: Agent): { close(): void } => {
  const open = new Set<() => void>()
  app.get<{ Querystring: { token?: string } }>('/api/stream', async (request, reply) => {
    agent.people.who(request.query.token, { touch: false })
    if (open.size >= MAX_STREAMS) return reply.status(503).send()
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    const send = (event: string, data: unknown) =>
      raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    const unwatch = agent.changes.watch(topics => {
      send('changed', { topics })
      if (topics.includes('withdrawal'))
        currentView(agent).then(
          view => send('withdrawal', view),
          error => agent.log.error({ err: error }, 'withdrawal view'),
        )
    })
    let cancel = () => {}
    const alive = (): void => {
      raw.write(': alive\n\n')
      cancel = agent.clock.after(ALIVE_MS, alive)
    }
    alive()
    const end = (): void => {
      unwatch()
      cancel()
      open.delete(end)
      raw.end()
    }
    open.add(end)
    raw.on('close', end)
    return reply
  })
  return {
    close: () => {
      for (const end of [...open]) end()
    },
  }
}
