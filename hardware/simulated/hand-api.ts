import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import Type from 'typebox'
import Value from 'typebox/value'
import { HardwareError } from '../error.ts'
import type { CabinetWorld } from './world.ts'

/*
 * The hand over HTTP: what a person does at a real cabinet, for the demonstration page and for tests.
 *   GET  /hand                         → WorldView
 *   POST /hand/drawers/:id/take|put    { units } → WorldView
 *   POST /hand/drawers/:id/open|close  → WorldView
 *   POST /hand/drawers/:id/faults     { jammed?, halfOpen?, stuckSwitch?, … } → WorldView
 *   POST /hand/fridge                  { mains?, doorOpen?, celsius? } → WorldView
 *   POST /hand/battery                 { percent } → WorldView
 * Errors: { code, message }.
 */
const MAX_BODY_BYTES = 4_096

const Units = Type.Object(
  { units: Type.Integer({ minimum: 1, maximum: 1_000 }) },
  { additionalProperties: false },
)
const Fridge = Type.Object(
  {
    mains: Type.Optional(Type.Boolean()),
    doorOpen: Type.Optional(Type.Boolean()),
    celsius: Type.Optional(Type.Number({ minimum: -55, maximum: 125 })),
  },
  { additionalProperties: false },
)

const Battery = Type.Object(
  { percent: Type.Number({ minimum: 0, maximum: 100 }) },
  { additionalProperties: false },
)

const Faults = Type.Object(
  {
    jammed: Type.Optional(Type.Boolean()),
    halfOpen: Type.Optional(Type.Boolean()),
    stuckSwitch: Type.Optional(
      Type.Union([Type.Literal('open'), Type.Literal('closed'), Type.Literal(false)]),
    ),
    bouncing: Type.Optional(Type.Boolean()),
    frozenWeight: Type.Optional(Type.Boolean()),
    unplugged: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)

/** Answers what is not the hand's; undefined when it is none of its routes either. */
export type MoreRoutes = (method: string, path: string, body: () => Promise<unknown>) => Promise<unknown>

export type HandApiOptions = {
  readonly world: CabinetWorld
  readonly port: number
  /** Pages of these origins may ask; requests without an origin are no page's. */
  readonly origins: readonly string[] | '*'
  /** Ends when the last change is on disk; awaited before a change is answered. */
  readonly saved: () => Promise<void>
  readonly more?: MoreRoutes
}

const refuse = (code: string, zh: string, en: string): HardwareError => new HardwareError(code, { zh, en })

const STATUS: Readonly<Record<string, number>> = {
  E_HAND_LOCKED: 409,
  E_HAND_CLOSED: 409,
  E_HAND_EMPTY: 409,
  E_HAND_UNITS: 400,
  E_HAND_BODY: 400,
  E_HAND_ORIGIN: 403,
  E_HAND_DRAWER: 404,
  E_HAND_ROUTE: 404,
  E_MANNERS: 400,
  E_LINE_ABSENT: 404,
}

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > MAX_BODY_BYTES) throw refuse('E_HAND_BODY', '请求过大', 'the body is too large')
  }
  try {
    return text === '' ? {} : JSON.parse(text)
  } catch {
    throw refuse('E_HAND_BODY', '请求不是 JSON', 'the body is not JSON')
  }
}

const parse = <S extends Type.TSchema>(schema: S, body: unknown): Type.Static<S> => {
  if (Value.Check(schema, body)) return body
  throw refuse('E_HAND_BODY', '请求内容不合规', 'the body does not fit')
}

const work = async ({ hand }: CabinetWorld, request: IncomingMessage, path: string): Promise<void> => {
  if (path === '/hand/fridge') return hand.fridge(parse(Fridge, await readBody(request)))
  if (path === '/hand/battery') return hand.battery(parse(Battery, await readBody(request)).percent)
  const [, id = '', action] =
    /^\/hand\/drawers\/([A-Za-z0-9_-]+)\/(take|put|open|close|faults)$/.exec(path) ?? []
  if (action === 'take' || action === 'put')
    return hand[action](id, parse(Units, await readBody(request)).units)
  if (action === 'open' || action === 'close') return hand[action](id)
  if (action === 'faults') return hand.fail(id, parse(Faults, await readBody(request)))
  throw refuse('E_HAND_ROUTE', '没有这个接口', 'there is no such route')
}

const allowOrigin = (
  origin: string | undefined,
  origins: HandApiOptions['origins'],
): Record<string, string> => {
  if (origin === undefined) return {}
  if (origins !== '*' && !origins.includes(origin)) {
    throw refuse('E_HAND_ORIGIN', '不允许的来源', 'this origin is not allowed')
  }
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'content-type',
    vary: 'origin',
  }
}

const reply = (
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: unknown,
): void => {
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(body === undefined ? '' : JSON.stringify(body))
}

const handle = async (
  options: HandApiOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { world, origins, saved } = options
  let headers: Record<string, string> = {}
  try {
    headers = allowOrigin(request.headers.origin, origins)
    const { pathname } = new URL(request.url ?? '/', 'http://hand')
    if (request.method === 'OPTIONS') return reply(response, 204, headers, undefined)
    const other = await options.more?.(request.method ?? '', pathname, () => readBody(request))
    if (other !== undefined) return reply(response, 200, headers, other)
    if (request.method === 'POST') {
      await work(world, request, pathname)
      await saved()
    } else if (request.method !== 'GET' || pathname !== '/hand') {
      throw refuse('E_HAND_ROUTE', '没有这个接口', 'there is no such route')
    }
    reply(response, 200, headers, world.view())
  } catch (error) {
    const known = error instanceof HardwareError ? error : undefined
    const code = known?.code ?? 'E_HAND_FAILED'
    const message = known?.wording.zh ?? '内部错误'
    reply(response, STATUS[code] ?? 500, headers, { code, message })
  }
}

/** Serves the hand on 127.0.0.1. */
export const serveHand = (
  options: HandApiOptions,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => void handle(options, request, response))
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', () => {
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        close: () =>
          new Promise(done => {
            server.close(() => done())
            server.closeAllConnections()
          }),
      })
    })
  })
