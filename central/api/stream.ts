import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { SECOND } from '#domain/time.ts'
import type { Changes } from '../changes.ts'
import type { Timers } from '../clock.ts'
import { Refusal } from '../errors.ts'
import type { Admission } from './route.ts'

const MAX_STREAMS = 200
const KEEP_ALIVE_MS = 15 * SECOND

/** A watcher that does not read misses events rather than filling memory; a page reads everything again when it is back. */
const write = (response: ServerResponse, text: string): void => {
  if (!response.writableNeedDrain) response.write(text)
}

/** GET /api/stream?token=…: `event: changed`, data `{topics}`. */
export const addStream = (
  app: FastifyInstance,
  { admit }: Admission,
  { changes, timers }: { readonly changes: Changes; readonly timers: Timers },
): void => {
  const streams = new Set<ServerResponse>()
  const stops = [
    changes.watch(topics => {
      for (const stream of streams) write(stream, `event: changed\ndata: ${JSON.stringify({ topics })}\n\n`)
    }),
    timers.every(KEEP_ALIVE_MS, () => {
      for (const stream of streams) write(stream, ': here\n\n')
    }),
  ]
  const schema = {
    summary: '变更推送 server-sent events: what to read again',
    querystring: Type.Object({ token: Type.String() }),
  }
  app.get<{ Querystring: { token?: unknown } }>('/api/stream', { schema }, async (request, reply) => {
    const { token } = request.query
    await admit(typeof token === 'string' ? token : '', 'stream')
    if (streams.size >= MAX_STREAMS) throw new Refusal('E_TOO_MANY_STREAMS')
    const headers = {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    }
    reply.hijack()
    reply.raw.writeHead(200, headers as Record<string, string>)
    reply.raw.write('retry: 2000\n\n')
    streams.add(reply.raw)
    reply.raw.once('close', () => streams.delete(reply.raw))
  })
  app.addHook('preClose', async () => {
    for (const stop of stops) stop()
    for (const stream of streams) stream.end()
  })
}
