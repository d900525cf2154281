import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateSigningJwk, publicJwk, signingKey } from '#domain/authorisation/keys.ts'
import { encodeQr } from '#domain/authorisation/qr.ts'
import type { CabinetPlan } from '#hardware/plan.ts'
import { emulateCabinet } from '#hardware/simulated/emulate.ts'
import { seededRandom } from '#hardware/simulated/random.ts'
import { createCabinetWorld } from '#hardware/simulated/world.ts'

const SITE = 'bench'
const ISSUER = 'bench-centre'
export const PERSON = { person: 'wang', pin: '482913', newPin: '739154' } as const
export const PACKS = 40
const GRAMS = 12.5

const numbered = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(2, '0')}`)

const planOf = (drawers: readonly string[], sensors: readonly string[]): CabinetPlan => ({
  version: 1,
  lines: [
    { id: 'locks', type: 'tcp', host: '127.0.0.1', port: 0 },
    { id: 'scales', type: 'tcp', host: '127.0.0.1', port: 0 },
  ],
  drawers: drawers.map((id, index) => ({
    id,
    lock: { driver: 'kerong-cu48', line: 'locks', board: Math.floor(index / 48), lock: (index % 48) + 1 },
    closedWhen: 'hook-closed',
    scale: { driver: 'modbus-scale', line: 'scales', address: index + 1 },
    pulseMs: 300,
  })),
  thermometers: sensors.map((id, index) => ({
    id,
    name: id,
    driver: 'w1',
    device: `28-${String(index + 1).padStart(12, '0')}`,
    low: 2,
    high: 8,
  })),
  w1Root: '/sys/bus/w1/devices',
})

type Options = { readonly dir: string; readonly drawers: number; readonly sensors: number }

/**
 * The largest cabinet that the house is built for, on the wire (TCP, no rate of a UART), with a site's files for an agent.
 * Every drawer holds a drug of its own.
 */
export const serveBigCabinet = async ({ dir, drawers: count, sensors }: Options) => {
  const drawers = numbered('D', count)
  const plan = planOf(drawers, numbered('F', sensors))
  const world = createCabinetWorld({
    drawers: drawers.map(id => ({
      id,
      drug: `drug-${id}`,
      unitGrams: GRAMS,
      variation: 0.001,
      units: PACKS,
    })),
    clock: () => new Date(),
    random: seededRandom(7),
  })
  const served = await emulateCabinet({ plan, world, dataDir: join(dir, 'world') })
  const jwk = await generateSigningJwk()
  const dataDir = join(dir, 'agent')
  mkdirSync(dataDir)
  const write = (name: string, value: unknown): void =>
    writeFileSync(join(dataDir, name), JSON.stringify(value))
  write('agent.json', {
    version: 1,
    county: 'bench',
    site: SITE,
    name: '测试药房',
    centre: { url: 'mqtt://127.0.0.1:1', secret: 'not-used-here', issuer: ISSUER, keys: [publicJwk(jwk)] },
    flows: false,
    people: [{ id: PERSON.person, name: '王秀兰', role: 'pharmacist', initialPin: PERSON.pin }],
  })
  write('cabinet.json', served.plan)
  const lots = drawers.map(drawer => ({
    ...{ drug: `drug-${drawer}`, lot: 'L1', expiry: '2099-12-31', drawer },
    ...{ quantity: PACKS, packGrams: GRAMS, packCv: 0.004 },
  }))
  write('first-fill.json', { actor: PERSON.person, lots })
  let fills = 0
  return {
    dataDir,
    world,
    drawers,
    handPort: served.handPort,
    close: served.close,
    /** A signed order for one pack of a drawer's drug: the text of its slip's QR code. */
    token: (drawer: string): string => {
      fills += 1
      const now = Math.floor(Date.now() / 1_000)
      const item = {
        drug: `drug-${drawer}`,
        name: drawer,
        spec: '1',
        quantity: 1,
        unit: '盒',
        dosing: '每日1次',
      }
      return encodeQr(
        {
          ...{
            iss: ISSUER,
            aud: SITE,
            jti: `jti-${fills}`,
            iat: now - 60,
            nbf: now - 60,
            exp: now + 3 * 86_400,
          },
          ...{ rx: `RX-${fills}`, kind: 'ordinary', fill: 1, patient: { name: '张桂芳' }, items: [item] },
          ...{ prescriber: '周敏', reviewers: ['陈静'], rules: 'bench' },
        },
        signingKey(jwk),
      )
    },
  }
}

export type BigCabinet = Awaited<ReturnType<typeof serveBigCabinet>>
