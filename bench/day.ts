/**
 * Bytes that the agent writes in one day: 64 drawers, 16 sensors each half minute, 60 withdrawals; four hours of it in
 * virtual time, times six. `npm run bench:day`, about three minutes. The flash of a card wears by what is written: beside it
 * stands what the data itself weighs, and how long a card of 32 GB with 3,000 full rewrites would last.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { TOGETHER_MS } from '#cloud-sync/history/together.ts'
import { startEdge } from '#edge/main.ts'
import { edgeClock } from '../test/lib/edge-clock.ts'
import { PERSON } from './big-cabinet.ts'

const HOURS = 4
const WITHDRAWALS = 10
const SAMPLE_MS = 30_000
type Ready = {
  readonly dataDir: string
  readonly handPort: number
  readonly drawers: readonly string[]
  readonly tokens: readonly string[]
}

/** `wchar`: bytes handed to write(); `write_bytes`: what went to the disk's cache to be written out (man 5 proc). */
const written = (): { readonly wchar: number; readonly disk: number } => {
  const text = readFileSync('/proc/self/io', 'utf8')
  const field = (name: string): number => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1] ?? 0)
  return { wchar: field('wchar'), disk: field('write_bytes') }
}

const dir = mkdtempSync(join(tmpdir(), 'yaogui-bench-'))
const cabinet = fork(fileURLToPath(new URL('./cabinet.ts', import.meta.url)), [
  dir,
  '64',
  '16',
  String(WITHDRAWALS),
])
process.once('exit', () => cabinet.kill('SIGKILL'))
const [ready] = (await once(cabinet, 'message')) as [Ready]
const { dataDir, handPort, drawers, tokens } = ready

const clock = edgeClock(new Date().toISOString())
const log = pino({ level: 'silent' })
const edge = await startEdge({ dataDir, log, clock })

let token = ''
const ask = async (path: string, body?: object) => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const answer = await fetch(
    `${edge.url}${path}`,
    body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers },
  )
  return (await answer.json()) as Record<string, unknown>
}
const logIn = async (pin: string): Promise<void> => {
  token = String((await ask('/api/login', { person: PERSON.person, pin })).token)
}
const hand = (drawer: string, act: string, body = {}): Promise<unknown> =>
  fetch(`http://127.0.0.1:${handPort}/hand/drawers/${drawer}/${act}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Lets virtual time pass in steps of the dispenser's polls, and the wire answer in between, until the step stands so. */
const until = async (standing: string): Promise<void> => {
  for (let n = 0; n < 500; n += 1) {
    const w = edge.agent.dispenser.current()
    if (w?.phase.at === standing) return
    clock.pass(100)
    // A drawer of the cabinet moves in real time.
    await pause(30)
  }
  throw new Error(`the withdrawal is not ${standing} but ${edge.agent.dispenser.current()?.phase.at}`)
}

const withdraw = async (n: number): Promise<void> => {
  const drawer = drawers[n % drawers.length] ?? ''
  const started = ask('/api/withdrawals', { token: tokens[n] })
  await until('open')
  await started
  await hand(drawer, 'take', { units: 1 })
  await hand(drawer, 'close')
  await until('finished')
}

const readings = async (): Promise<number> => Number((await ask('/api/health')).readings)

await ask('/api/login', PERSON).then(({ token: first }) => {
  token = String(first)
})
await ask('/api/pin', PERSON)
const before = written()
const steps = (HOURS * 3_600_000) / SAMPLE_MS
/** What these hours wrote, as of a whole day. */
const DAY = 24 / HOURS
const every = Math.floor(steps / WITHDRAWALS)
for (let step = 0; step < steps; step += 1) {
  clock.pass(SAMPLE_MS)
  // Sensors are read and samples gathered in real time: the next half minute must not begin before.
  const due = 16 * (step + 1)
  for (let n = 0; n < 200 && (await readings()) < due; n += 1) await pause(2)
  await pause(TOGETHER_MS + 10)
  if (step % every === 0 && step / every < WITHDRAWALS) {
    await logIn(PERSON.newPin)
    await withdraw(step / every)
  }
}
const taken = await readings()
const after = written()
const size = (name: string): number => statSync(join(dataDir, name)).size
const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
const wchar = (after.wchar - before.wchar) * DAY
const disk = (after.disk - before.disk) * DAY
console.log(`readings taken            ${taken} of ${16 * steps}`)
console.log(`withdrawals               ${WITHDRAWALS} in ${HOURS} hours`)
console.log(`journal records           ${edge.agent.journal.head()}`)
console.log(`handed to write()         ${mega(wchar)} a day`)
console.log(`written to the disk       ${mega(disk)} a day (0 on a disk in memory)`)
console.log(`journal.db, history.sqlite ${mega(size('journal.db'))}, ${mega(size('history.sqlite'))}`)
console.log(
  `a 32 GB card, 3,000 full rewrites: ${((32e9 * 3_000) / Math.max(wchar, disk) / 365).toFixed(0)} years at this rate`,
)
await edge.close()
cabinet.kill()
rmSync(dir, { recursive: true })
