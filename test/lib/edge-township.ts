import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import type { Claims } from '#domain/authorisation/claims.ts'
import { generateSigningJwk, publicJwk, signingKey } from '#domain/authorisation/keys.ts'
import { signToken } from '#domain/authorisation/token.ts'
import type { EventKind, JournalEvents } from '#domain/journal/events.ts'
import { type EdgeOptions, type RunningEdge, startEdge } from '#edge/main.ts'
import { type Cabinet, serveEdgeCabinet } from './edge-cabinet.ts'
import { until } from './hardware-wait.ts'

const SITE = 'heping'
const ISSUER = 'yunxi-centre'
export const FIRST_PIN = '482913'
export const PIN = '739154'
const ORDER_AT = '2026-11-22T00:00:00.000Z'

export type Answer = { readonly status: number; readonly body: Record<string, unknown> }
/** Asks the agent's API as somebody; never rejects for a refusal. */
export type Ask = (path: string, body?: object) => Promise<Answer>

export const asker =
  (url: string, token?: string): Ask =>
  async (path, body) => {
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const answer = await fetch(`${url}${path}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

const person = (id: string, name: string, role: string) => ({ id, name, role, initialPin: FIRST_PIN })

const lot = (
  drug: string,
  number: string,
  drawer: string,
  expiry: string,
  quantity: number,
  grams: number,
) => ({
  drug,
  lot: number,
  drawer,
  expiry,
  quantity,
  packGrams: grams,
  packCv: 0.01,
})

const writeFiles = async (dir: string, cabinet: Cabinet, keys: readonly object[]): Promise<void> => {
  const json = (name: string, value: unknown) => writeFile(join(dir, name), JSON.stringify(value))
  await json('agent.json', {
    version: 1,
    county: 'yunxi',
    site: SITE,
    name: '和平镇卫生院药房',
    // Nobody listens there: the township works on its own.
    centre: { url: 'mqtt://127.0.0.1:1', secret: 'not-used-here', issuer: ISSUER, keys },
    sampleSeconds: 1,
    notify: {
      people: ['王秀兰', '李建国', '何志明'].map((name, at) => ({
        name,
        phone: `+861380013800${at}`,
        steps: [1],
      })),
    },
    people: [
      person('wang', '王秀兰', 'pharmacist'),
      person('li', '李建国', 'pharmacist'),
      person('qian', '钱玉梅', 'lead'),
      person('he', '何晓燕', 'assistant'),
      person('zhao', '赵强', 'technician'),
    ],
  })
  await json('cabinet.json', cabinet.plan)
  await json('first-fill.json', {
    actor: 'wang',
    lots: [
      lot('metformin-500', 'M1', 'D01', '2027-12-31', 20, 12.5),
      lot('amlodipine-5', 'A1', 'D02', '2027-06-30', 10, 8),
      lot('amlodipine-5', 'A2', 'D03', '2028-06-30', 10, 8),
    ],
  })
}

export const item = (drug: string, quantity: number) => ({
  drug,
  name: drug,
  spec: '1',
  quantity,
  unit: '盒',
  dosing: '每日1次',
})

const seconds = (ms: number) => Math.floor(ms / 1000)

/** A township on disk with its cabinet on the wire; `start` it as often as the test wants. */
export const openTownship = async () => {
  const root = await mkdtemp(join(tmpdir(), 'yaogui-edge-'))
  const dataDir = join(root, 'agent')
  await mkdir(dataDir)
  const cabinet = await serveEdgeCabinet(join(root, 'world'))
  const jwk = await generateSigningJwk()
  const key = signingKey(jwk)
  await writeFiles(dataDir, cabinet, [publicJwk(jwk)])
  const running = new Set<RunningEdge>()
  let fills = 0
  let orders = 0

  const start = async (dir = dataDir, options: Partial<EdgeOptions> = {}): Promise<RunningEdge> => {
    const edge = await startEdge({ dataDir: dir, log: pino({ level: 'silent' }), ...options })
    running.add(edge)
    return edge
  }
  const stop = async (edge: RunningEdge): Promise<void> => {
    running.delete(edge)
    await edge.close()
  }
  /** Claims of a fresh order for two packs of metformin, with what a test wants otherwise. */
  const claims = (changes: Partial<Claims> = {}): Claims => {
    fills += 1
    return {
      iss: ISSUER,
      aud: SITE,
      jti: `jti-${fills}`,
      iat: seconds(Date.now()) - 60,
      nbf: seconds(Date.now()) - 60,
      exp: seconds(Date.now()) + 86_400,
      rx: `RX-${fills}`,
      kind: 'ordinary',
      fill: 1,
      patient: { name: '张桂芳', birthYear: 1956 },
      items: [item('metformin-500', 2)],
      prescriber: '周敏',
      reviewers: ['陈静'],
      rules: 'test',
      ...changes,
    }
  }
  const sign = (of: Claims): Promise<string> => signToken(of, key)
  /** Hands the site an order as the downlink does. */
  const order = (edge: RunningEdge, kind: string, body: unknown): Promise<void> => {
    orders += 1
    return edge.agent.orders.commit(1, [{ seq: orders, at: ORDER_AT, kind, body }], ORDER_AT)
  }
  return {
    root,
    dataDir,
    cabinet,
    jwk,
    start,
    stop,
    claims,
    sign,
    order,
    /** Signs and orders it; gives its jti. */
    authorise: async (edge: RunningEdge, changes: Partial<Claims> = {}): Promise<string> => {
      const of = claims(changes)
      await order(edge, 'authorisation', { token: await sign(of) })
      return of.jti
    },
    close: async (): Promise<void> => {
      for (const edge of running) await edge.close()
      await cabinet.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

export type Township = Awaited<ReturnType<typeof openTownship>>

/** Logs in, changing the first PIN on the way. */
export const logIn = async (edge: RunningEdge, id = 'wang'): Promise<Ask> => {
  const anybody = asker(edge.url)
  const first = await anybody('/api/login', { person: id, pin: FIRST_PIN })
  if (first.status !== 200) {
    const again = await anybody('/api/login', { person: id, pin: PIN })
    return asker(edge.url, String(again.body.token))
  }
  const ask = asker(edge.url, String(first.body.token))
  await ask('/api/pin', { pin: FIRST_PIN, newPin: PIN })
  return ask
}

export const currentOf = async (ask: Ask): Promise<WithdrawalView> =>
  (await ask('/api/withdrawals/current')).body as unknown as WithdrawalView

/** Waits until the current step stands like this, or the withdrawal is `finished` or in `review`. */
export const untilStep = async (ask: Ask, ...states: readonly string[]): Promise<WithdrawalView> => {
  let view = await currentOf(ask)
  await until(
    `the step to be ${states.join(' or ')}`,
    async () => {
      view = await currentOf(ask)
      return states.includes(view.status) || states.includes(view.steps[view.current]?.status ?? '')
    },
    60_000,
  )
  return view
}

type Recorded<K extends EventKind> = JournalEvents[K] & { readonly seq: number }

/** What the journal says of one kind, oldest first. */
export const journaled = <K extends EventKind>(edge: RunningEdge, kind: K): readonly Recorded<K>[] =>
  edge.agent.journal
    .read(0, 100_000)
    .filter(record => record.kind === kind)
    .map(record => ({ ...(JSON.parse(record.data) as JournalEvents[K]), seq: record.seq }))

export const quantityIn = (edge: RunningEdge, drawer: string): number | undefined =>
  edge.agent.stock.lots().find(lot => lot.drawer === drawer)?.quantity
