import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { openHistory } from '#cloud-sync/history/open.ts'
import { generateSigningJwk, publicJwk, signingKey } from '#domain/authorisation/keys.ts'
import { signToken } from '#domain/authorisation/token.ts'
import { createAgent } from '#edge/agent.ts'
import { systemClock } from '#edge/clock.ts'
import type { AgentConfig } from '#edge/config.ts'
import { wrapDatabase } from '#edge/journal/database.ts'
import { openDatabase } from '#edge/journal/schema.ts'
import { openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import type { CabinetPlan } from '#hardware/plan-schema.ts'
import { type EmulatedCabinet, emulateCabinet } from '#hardware/simulated/emulate.ts'
import { worldFor } from '#hardware/simulated/world-file.ts'

/** For each kind of lock board two drawers' locks: the first of a board and the last. */
const LOCKS = {
  'kerong-cu48': { board: 0, locks: [1, 48] },
  'kerong-cu16': { board: 3, locks: [1, 16] },
  'locks-8a': { board: 1, locks: [1, 24] },
  'yaogui-board': { board: 1, locks: [1, 16] },
} as const

export type LockKind = keyof typeof LOCKS
export const LOCK_KINDS = Object.keys(LOCKS) as LockKind[]

const BOARD_8A = { line: 'locks', board: 1, channels: 24, sensor: 'shorts-when-closed' }

/** Two drawers on a line of locks and a line of scales; the ports are the emulator's to choose. */
const planOf = (kind: LockKind, echo: boolean): CabinetPlan => {
  const { board, locks } = LOCKS[kind]
  const line = (id: string, port: number) => ({ id, type: 'tcp', host: '127.0.0.1', port })
  const checked = checkPlan({
    version: 1,
    lines: [{ ...line('locks', 1), echo }, line('scales', 2)],
    ...(kind === 'locks-8a' ? { lockBoards: [BOARD_8A] } : {}),
    drawers: locks.map((lock, at) => ({
      id: `D0${at + 1}`,
      lock: { driver: kind, line: 'locks', board, lock },
      scale: { driver: 'modbus-scale', line: 'scales', address: at + 1 },
    })),
    thermometers: [],
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  return { ...checked.plan, lines: checked.plan.lines.map(each => ({ ...each, port: 0 })) }
}

const PACK_GRAMS = 12.5

/** The cabinet on the wire, with a count of the coils that were energised. */
const serveCounted = async (plan: CabinetPlan, dataDir: string) => {
  const goods = { drug: 'metformin-500', unitGrams: PACK_GRAMS, variation: 0.001, units: 20 }
  const inner = worldFor(plan, { drawers: { D01: goods } }, () => new Date())
  const pulses: string[] = []
  const onPulse: (() => void)[] = []
  const world = {
    ...inner,
    drawer: (id: string) => {
      const wires = inner.drawer(id)
      const pulse = (): void => {
        pulses.push(id)
        wires?.pulse()
        for (const one of onPulse) one()
      }
      return wires && { ...wires, pulse }
    },
  }
  const cabinet = await emulateCabinet({ plan, world, dataDir })
  return { cabinet, world, pulses, onPulse }
}

const ISSUER = 'yunxi-centre'
const SITE = 'heping'

const claimsOf = (jti: string) => ({
  iss: ISSUER,
  aud: SITE,
  jti,
  iat: Math.floor(Date.now() / 1000) - 60,
  nbf: Math.floor(Date.now() / 1000) - 60,
  exp: Math.floor(Date.now() / 1000) + 86_400,
  rx: `RX-${jti}`,
  kind: 'ordinary' as const,
  fill: 1,
  patient: { name: '张桂芳', birthYear: 1956 },
  items: [{ drug: 'metformin-500', name: '二甲双胍', spec: '1', quantity: 2, unit: '盒', dosing: '每日1次' }],
  prescriber: '周敏',
  reviewers: ['陈静'],
  rules: 'test',
})

/** The agent without its doors: no page, no broker, no loops; what remains decides over drawers. */
const startAgent = async (dir: string, plan: CabinetPlan, keys: AgentConfig['centre']['keys']) => {
  const config: AgentConfig = {
    version: 1,
    county: 'yunxi',
    site: SITE,
    name: '和平镇卫生院药房',
    centre: { url: 'mqtt://127.0.0.1:1', secret: 'not-used-here', issuer: ISSUER, keys },
    http: { host: '127.0.0.1', port: 0 },
    mqtt: { host: '127.0.0.1', port: 0 },
    flows: false,
    sampleSeconds: 1,
    people: [],
  }
  const log = pino({ level: 'silent' })
  const clock = systemClock()
  const db = wrapDatabase(openDatabase(join(dir, 'journal.db')))
  const history = await openHistory({ dataDir: dir })
  const hardware = await openHardware(plan, { clock: clock.now, log })
  const agent = createAgent({ config, db, hardware, history, clock, log })
  const recovered = await agent.dispenser.recover()
  return {
    agent,
    hardware,
    recovered,
    stop: async () => {
      await agent.dispenser.close()
      await hardware.close()
      await history.close()
      db.close()
    },
  }
}

type Running = Awaited<ReturnType<typeof startAgent>>

export type Counter = Awaited<ReturnType<typeof openCounter>>

/** One agent at one emulated cabinet of this kind, with goods in D01 and an order for two packs of them. */
export const openCounter = async (kind: LockKind, { echo = false }: { readonly echo?: boolean } = {}) => {
  const dir = await mkdtemp(join(tmpdir(), 'yaogui-counter-'))
  const served = await serveCounted(planOf(kind, echo), join(dir, 'world'))
  const jwk = await generateSigningJwk()
  const { cabinet } = served
  const start = (): Promise<Running> => startAgent(dir, cabinet.plan, [publicJwk(jwk)])
  let running = await start()
  const { agent } = running
  agent.stock.count('wang', [
    {
      drug: 'metformin-500',
      lot: 'M1',
      drawer: 'D01',
      expiry: '2099-12-31',
      quantity: 20,
      packGrams: PACK_GRAMS,
      packCv: 0.01,
    },
  ])
  const token = await signToken(claimsOf('jti-1'), signingKey(jwk))
  const at = new Date().toISOString()
  await agent.orders.commit(1, [{ seq: 1, at, kind: 'authorisation', body: { token } }], at)
  return {
    ...served,
    jti: 'jti-1',
    locks: lineOf(cabinet, 'locks'),
    agent: () => running.agent,
    hardware: () => running.hardware,
    /** Gives the withdrawals that were interrupted by it. */
    restart: async () => {
      await running.stop()
      running = await start()
      return running.recovered
    },
    close: async () => {
      await running.stop()
      await cabinet.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

const lineOf = ({ lines }: EmulatedCabinet, id: string) => {
  const line = lines.get(id)
  if (line === undefined) throw new Error(`no line ${id}`)
  return line
}
