import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { SAMPLE_FORMULARY } from '#central/formulary/sample.ts'
import { openSqliteHistory } from '#cloud-sync/history/sqlite.ts'
import { generateSigningJwk, publicJwk, signingKey } from '#domain/authorisation/keys.ts'
import { createAgent } from '#edge/agent.ts'
import type { AgentConfig } from '#edge/config.ts'
import { wrapDatabase } from '#edge/journal/database.ts'
import { JOURNAL_FILE, openDatabase } from '#edge/journal/schema.ts'
import { pulseMs } from '#hardware/ports.ts'
import { edgeClock } from './edge-clock.ts'
import { FIRST_PIN, PIN } from './edge-township.ts'

export const START = '2026-11-22T02:00:00.000Z'
export const SITE = 'heping'
export const ISSUER = 'yunxi-centre'
export const PEOPLE = ['wang', 'li', 'qian'] as const
/** Signs for what the others do, and does nothing else. */
export const WITNESS = 'he'
const ROLES = { wang: 'pharmacist', li: 'pharmacist', qian: 'lead', [WITNESS]: 'assistant' } as const

const jwk = await generateSigningJwk()
export const KEY = signingKey(jwk)

/** Two drugs, one of them in three drawers with the next expiry today; the last drawer is the return place. */
export const DRAWERS = [
  {
    id: 'D01',
    drug: 'metformin-500',
    lot: 'M1',
    expiry: '2027-12-31',
    unitGrams: 12.5,
    units: 20,
    role: 'stock',
  },
  {
    id: 'D02',
    drug: 'amlodipine-5',
    lot: 'A1',
    expiry: '2027-06-30',
    unitGrams: 8,
    units: 10,
    role: 'stock',
  },
  {
    id: 'D03',
    drug: 'amlodipine-5',
    lot: 'A2',
    expiry: '2028-06-30',
    unitGrams: 8,
    units: 10,
    role: 'stock',
  },
  { id: 'D04', drug: 'metformin-500', lot: '', expiry: '', unitGrams: 12.5, units: 0, role: 'return' },
  {
    id: 'D05',
    drug: 'metformin-500',
    lot: 'M0',
    expiry: '2026-11-22',
    unitGrams: 12.5,
    units: 6,
    role: 'stock',
  },
] as const
export type DrawerId = (typeof DRAWERS)[number]['id']

export const CONFIG: AgentConfig = {
  version: 1,
  county: 'yunxi',
  site: SITE,
  name: '和平镇卫生院药房',
  centre: { url: 'mqtt://127.0.0.1:1', secret: 'not-used-here', issuer: ISSUER, keys: [publicJwk(jwk)] },
  http: { host: '127.0.0.1', port: 0 },
  mqtt: { host: '127.0.0.1', port: 0 },
  flows: false,
  sampleSeconds: 30,
  people: Object.entries(ROLES).map(([id, role]) => ({ id, name: id, role, initialPin: FIRST_PIN })),
}

const lots = DRAWERS.filter(({ lot }) => lot !== '').map(({ id, drug, lot, expiry, unitGrams, units }) => ({
  ...{ drug, lot, drawer: id, expiry, quantity: units },
  ...{ packGrams: unitGrams, packCv: 0.002 },
}))

/** The formulary knows what a pack weighs; each lot still teaches its own. */
const items = SAMPLE_FORMULARY.map(one => {
  const held = DRAWERS.find(({ drug }) => drug === one.id)
  return held ? { ...one, packGrams: held.unitGrams } : one
})

/** What the centre has sent before the first day: names, who may override what, and four shipment notes. */
const ORDERS: readonly { readonly kind: string; readonly body: unknown }[] = [
  { kind: 'formulary', body: { version: 'test', items } },
  {
    kind: 'list',
    body: {
      name: 'override',
      version: '2026-1',
      effective: '2026-01-01',
      reviewBy: '2027-12-31',
      entries: [{ drug: 'metformin-500', maxQuantity: 2, second: false, roles: ['pharmacist', 'lead'] }],
    },
  },
  ...[1, 2, 3, 4].map(n => ({
    kind: 'shipment',
    body: {
      shipment: `s${n}`,
      note: `N${n}`,
      lines: [
        {
          line: 1,
          drug: 'metformin-500',
          lot: 'M1',
          expiry: '2027-12-31',
          quantity: 12,
          packGrams: 12.5,
          packCv: 0.002,
        },
        { line: 2, drug: 'amlodipine-5', lot: `A${n + 2}`, expiry: '2028-01-31', quantity: 6 },
      ],
    },
  })),
]

const nobody = {
  lock: { pulse: async () => {}, state: async () => 'closed' as const },
  scale: { read: async () => ({ grams: 0, stable: true }) },
  pulse: pulseMs(400),
}

const build = async (): Promise<string> => {
  const dir = mkdtempSync(join(tmpdir(), 'yaogui-days-template-'))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  const path = join(dir, JOURNAL_FILE)
  const file = openDatabase(path)
  const history = await openSqliteHistory({ path: ':memory:' })
  const agent = createAgent({
    config: CONFIG,
    db: wrapDatabase(file),
    hardware: {
      drawers: new Map(DRAWERS.map(({ id, role }) => [id, { ...nobody, role }])),
      thermometers: new Map(),
      lineStats: () => [],
      logWire: () => false,
      close: async () => {},
    },
    history,
    clock: edgeClock(START),
    log: pino({ level: 'silent' }),
  })
  agent.stock.count('wang', lots)
  for (const id of Object.keys(ROLES)) agent.people.changePin(id, FIRST_PIN, PIN)
  await agent.orders.commit(
    1,
    ORDERS.map(({ kind, body }, index) => ({ seq: index + 1, at: START, kind, body })),
    START,
  )
  agent.journal.close()
  // One file, with nothing beside it.
  file.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  file.close()
  await history.close()
  return path
}

let built: Promise<string> | undefined
/** Journal of a site as its first day begins; to be copied. Made once a process. */
export const template = (): Promise<string> => {
  built ??= build()
  return built
}
