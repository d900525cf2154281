import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { generateSigningJwk, publicJwk } from '#domain/authorisation/keys.ts'
import { type RunningEdge, startEdge } from '#edge/main.ts'
import { readPdu } from '#firmware-bridge/protocols/sms-modem/pdu.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import { emulateCabinet } from '#hardware/simulated/emulate.ts'
import { worldFor } from '#hardware/simulated/world-file.ts'

const BEACON = 20
const SIREN = 21
const MAINS = 16
const DOOR = 12
/** As the pin files lay the chip out. */
const BASE = 512

const planOf = () => {
  const pin = (at: number) => ({ driver: 'gpio', pin: at })
  const checked = checkPlan({
    version: 1,
    lines: [{ id: 'gsm', type: 'serial', path: '/nowhere/by-id/gsm', baudRate: 115_200 }],
    drawers: [],
    thermometers: [
      {
        ...{ id: 'F1', name: '1号冰箱', driver: 'w1', device: '28-000000000001', low: 2, high: 8 },
        door: pin(DOOR),
      },
    ],
    smsModem: { line: 'gsm', pin: '2580' },
    beacon: pin(BEACON),
    siren: pin(SIREN),
    mains: pin(MAINS),
    battery: { driver: 'power-supply', device: 'ups' },
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  return checked.plan
}

const people = ['王秀兰', '李建国', '陈静'].map((name, index) => ({
  name,
  phone: `+861380013800${index + 1}`,
  steps: [1],
}))

const configOf = (jwk: object) => ({
  version: 1,
  county: 'yunxi',
  site: 'heping',
  name: '和平镇卫生院药房',
  // Nobody listens there: the network is down.
  centre: { url: 'mqtt://127.0.0.1:1', secret: 'not-used-here', issuer: 'yunxi-centre', keys: [jwk] },
  sampleSeconds: 1,
  flows: false,
  people: [{ id: 'wang', name: '王秀兰', role: 'pharmacist', initialPin: '482913' }],
  notify: { people },
})

export type SeenPdu = { readonly to: string; readonly text: string; readonly report: boolean }

/** What the agent typed on the modem's line, by the wire log: each PDU between its prompt and Ctrl-Z, read as TS 23.040 has it. */
const pdusIn = (log: string): readonly SeenPdu[] => {
  const bytes = log
    .split('\n')
    .filter(row => row.includes(' gsm → '))
    .flatMap(row => (row.split('→ ')[1] ?? '').trim().split(' '))
  const typed = Buffer.from(bytes.join(''), 'hex').toString('latin1')
  return typed.split('\x1a').flatMap(part => {
    const hex = /([0-9A-F]{20,})$/.exec(part)?.[1]
    const pdu = hex === undefined ? undefined : readPdu(Uint8Array.from(Buffer.from(hex, 'hex')))
    return pdu?.is === 'submit' ? [{ to: pdu.to, text: pdu.text, report: pdu.report }] : []
  })
}

/** A township with a modem behind a pseudo-terminal, lamp, siren and mains relay on pin files, and the real agent over it. */
export const openAlarmTownship = async () => {
  const root = await mkdtemp(join(tmpdir(), 'yaogui-alarm-'))
  const dataDir = join(root, 'agent')
  await mkdir(dataDir)
  const plan = planOf()
  const world = worldFor(plan, {}, () => new Date())
  const cabinet = await emulateCabinet({
    ...{ plan, world },
    dataDir: join(root, 'world'),
    linkDir: join(root, 'tty'),
  })
  const json = (name: string, value: unknown) => writeFile(join(dataDir, name), JSON.stringify(value))
  await json('agent.json', configOf(publicJwk(await generateSigningJwk())))
  await json('cabinet.json', cabinet.plan)
  const running = new Set<RunningEdge>()
  const isHigh = async (pin: number): Promise<boolean> => {
    const path = join(cabinet.plan.gpioRoot ?? '', `gpio${BASE + pin}`, 'value')
    return (await readFile(path, 'utf8').catch(() => '0')).trim() === '1'
  }
  return {
    dataDir,
    hand: world.hand,
    line: cabinet.lines.get('gsm'),
    lamp: () => isHigh(BEACON),
    siren: () => isHigh(SIREN),
    pdus: async () => pdusIn(await readFile(join(dataDir, 'wire.log'), 'utf8').catch(() => '')),
    start: async (): Promise<RunningEdge> => {
      const edge = await startEdge({ dataDir, log: pino({ level: 'silent' }), wireLog: 'all' })
      running.add(edge)
      return edge
    },
    stop: async (edge: RunningEdge): Promise<void> => {
      running.delete(edge)
      await edge.close()
    },
    close: async (): Promise<void> => {
      for (const edge of running) await edge.close()
      await cabinet.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}
