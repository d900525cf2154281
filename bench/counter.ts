/**
 * At the counter of the largest cabinet (64 drawers, 16 sensors): how long from the scanned slip to the pulse on the line
 * (verify, weigh, journal with fsync, frame written), beside the disk's bare fsync in the same run; how long the agent
 * takes to start; how much memory it holds. `npm run bench:counter`, about a minute and a half; `-- --count N` for more or
 * fewer withdrawals. The lines are TCP: at 19200 baud the frames themselves take longer (`npm run bench:bus`).
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type BigCabinet, PERSON, serveBigCabinet } from './big-cabinet.ts'

const { values } = parseArgs({ options: { count: { type: 'string', default: '100' } } })
const count = Number(values.count)
if (!(Number.isSafeInteger(count) && count > 0)) throw new Error('--count is a whole number')

const AGENT = fileURLToPath(new URL('./agent.ts', import.meta.url))

const quantiles = (times: readonly number[]): string => {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(2)
  return `p50 ${at(0.5)} ms   p99 ${at(0.99)} ms   n ${sorted.length}`
}
const say = (name: string, figure: string): void => console.log(`${name.padEnd(46)} ${figure}`)

/** Milliseconds from the process being made until it answers. */
const start = async (dataDir: string): Promise<{ agent: ChildProcess; url: string; ms: number }> => {
  const began = performance.now()
  const agent = fork(AGENT, [dataDir], { execArgv: ['--disable-warning=ExperimentalWarning'] })
  process.once('exit', () => agent.kill('SIGKILL'))
  const [{ url }] = (await once(agent, 'message')) as [{ url: string }]
  await (await fetch(`${url}/api/health`)).text()
  return { agent, url, ms: performance.now() - began }
}

const stop = async (agent: ChildProcess): Promise<void> => {
  const gone = once(agent, 'exit')
  agent.kill('SIGTERM')
  await gone
}

const residentMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

const asker = (url: string) => {
  let token = ''
  return async <T>(path: string, body?: object): Promise<T> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const answer = await fetch(
      `${url}${path}`,
      body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers },
    )
    const value = (await answer.json()) as T & { token?: string; code?: string }
    if (!answer.ok) throw new Error(`${path}: ${value.code}`)
    token = value?.token ?? token
    return value
  }
}

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  for (let n = 0; n < 400; n += 1) {
    if (await condition()) return
    await pause(25)
  }
  throw new Error('the withdrawal does not go on')
}

type View = { readonly status: string; readonly steps: readonly { readonly status: string }[] } | null

const standing = (view: View): string | undefined =>
  view?.status === 'finished' ? 'finished' : view?.steps[0]?.status

/** One slip after the other: the time until the latch lets go, then the pack is taken and the drawer shut. */
const withdraw = async (ask: ReturnType<typeof asker>, cabinet: BigCabinet): Promise<readonly number[]> => {
  const times: number[] = []
  let pulsed: (() => void) | undefined
  cabinet.world.onChange(() => pulsed?.())
  for (let n = 0; n < count; n += 1) {
    const drawer = cabinet.drawers[n % cabinet.drawers.length] ?? ''
    const token = cabinet.token(drawer)
    const pulse = new Promise<void>(resolve => {
      pulsed = resolve
    })
    const began = performance.now()
    const started = ask('/api/withdrawals', { token })
    await Promise.race([pulse, started.then(() => pulse)])
    times.push(performance.now() - began)
    pulsed = undefined
    await started
    await until(async () => standing(await ask<View>('/api/withdrawals/current')) === 'open')
    cabinet.world.hand.take(drawer, 1)
    cabinet.world.hand.close(drawer)
    await until(async () => standing(await ask<View>('/api/withdrawals/current')) === 'finished')
  }
  return times
}

const bareFsync = (dir: string): readonly number[] => {
  const fd = openSync(join(dir, 'bare'), 'w')
  const page = Buffer.alloc(4_096)
  const times = Array.from({ length: 500 }, () => {
    const began = performance.now()
    writeSync(fd, page)
    fsyncSync(fd)
    return performance.now() - began
  })
  closeSync(fd)
  return times
}

const dir = mkdtempSync(join(tmpdir(), 'yaogui-bench-'))
const cabinet = await serveBigCabinet({ dir, drawers: 64, sensors: 16 })
try {
  say('machine', `${cpus()[0]?.model} × ${cpus().length}, Node ${process.version}`)
  const first = await start(cabinet.dataDir)
  say('agent start to ready, new data folder', `${first.ms.toFixed(0)} ms`)
  const ask = asker(first.url)
  await ask('/api/login', PERSON)
  await ask('/api/pin', PERSON)
  say('bare write + fsync, 4 KiB', quantiles(bareFsync(dir)))
  say('scan to pulse on the line', quantiles(await withdraw(ask, cabinet)))
  await pause(10_000)
  say('resident memory, 64 drawers, 16 sensors', `${residentMegabytes(first.agent.pid ?? 0).toFixed(0)} MiB`)
  await stop(first.agent)
  const starts: number[] = []
  for (let n = 0; n < 5; n += 1) {
    const again = await start(cabinet.dataDir)
    starts.push(again.ms)
    await stop(again.agent)
  }
  say(`agent start to ready, after ${count} withdrawals`, quantiles(starts))
} finally {
  await cabinet.close()
  rmSync(dir, { recursive: true })
}
