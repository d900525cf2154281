import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { SECOND } from '#domain/time.ts'
import type { Agent } from '../agent.ts'
import { refuseFirstPin } from '../people/permission.ts'
import { currentView } from './routes.ts'

const ALIVE_MS = 15 * SECOND
/** A page opens one; a cabinet has one or two pages. */
const MAX_STREAMS = 32

type Page = { readonly raw: ServerResponse; readonly token: string }

/** Writes to one page what changes, until the page goes or its login ends; meanwhile how to end it is among `open`. */
const serve = (agent: Agent, { raw, token }: Page, open: Set<() => void>): void => {
  const { people, changes, clock, log, scanning } = agent
  let over = false
  let cancel = () => {}
  const send = (event: string, data: unknown): void => {
    // A view that was on its way may arrive after the end.
    if (!over) raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const unwatch = changes.watch(topics => {
    send('changed', { topics })
    if (topics.includes('withdrawal'))
      currentView(agent).then(
        view => send('withdrawal', view),
        error => log.error({ err: error }, 'withdrawal view'),
      )
  })
  const end = (): void => {
    if (over) return
    over = true
    unwatch()
    unlisten()
    unhear()
    cancel()
    open.delete(end)
    raw.end()
  }
  const unlisten = people.onLoginEnd(token, end)
  const unhear = scanning.scanners.join({
    person: people.who(token, { touch: false }).id,
    left: () => people.loginLeft(token),
    tell: view => {
      // Whoever scans is there.
      if (people.loginLeft(token) > 0) people.who(token)
      send('scan', view)
    },
  })
  const beat = (): void => {
    const left = people.loginLeft(token)
    if (left > 0) {
      raw.write(': alive\n\n')
      cancel = clock.after(Math.min(ALIVE_MS, left), beat)
    } else end()
  }
  open.add(end)
  raw.on('close', end)
  beat()
}

/**
 * Server-sent events to the kiosk (`/api/stream?token=…`: EventSource cannot send headers). A stream does not outlive
 * its login, nor keep it alive. Errors: E_LOGIN, E_PIN_CHANGE.
 */
export const addStream = (app: FastifyInstance, agent: Agent): { close(): void } => {
  const open = new Set<() => void>()
  app.get<{ Querystring: { token?: string } }>('/api/stream', async (request, reply) => {
    const { token = '' } = request.query
    refuseFirstPin(agent.people.who(token, { touch: false }))
    if (open.size >= MAX_STREAMS) return reply.status(503).send()
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    serve(agent, { raw, token }, open)
    return reply
  })
  return {
    close: () => {
      for (const end of [...open]) end()
    },
  }
}
