import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const configOf = (folder: string, http: number, rpc: number): string => `
reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
[http]
  bind-address = "127.0.0.1:${http}"
  log-enabled = false
[monitor]
  store-enabled = false
[logging]
  level = "error"
`

export interface Influxd {
  /** Without a path. */
  readonly url: string
  stop(): Promise<void>
}

/** Starts InfluxDB 1.x (Debian's `influxdb`) on a free port with its own folder and waits until it answers. */
export const startInfluxd = async (): Promise<Influxd> => {
  const folder = await mkdtemp(join(tmpdir(), 'yaogui-influxd-'))
  const port = await freePort()
  const config = join(folder, 'influxdb.conf')
  await writeFile(config, configOf(folder, port, await freePort()))
  const child = spawn('influxd', ['run', '-config', config], { stdio: ['ignore', 'ignore', 'inherit'] })
  let gone: Error | undefined
  const ended = new Promise<void>(resolve => {
    child.once('error', error => {
      gone = new Error('influxd 无法启动 / cannot be started: apt install influxdb', { cause: error })
      resolve()
    })
    child.once('exit', code => {
      gone ??= new Error(`influxd 已退出 / exited: ${code}`)
      resolve()
    })
  })
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true })
  }
  const url = `http://127.0.0.1:${port}`
  const deadline = Date.now() + 30_000
  const answers = () =>
    fetch(`${url}/ping`).then(
      response => response.ok,
      () => false,
    )
  while (!(await answers())) {
    if (gone || Date.now() > deadline) {
      await stop()
      throw gone ?? new Error('influxd 30 秒内没有应答 / did not answer within 30 s')
    }
    await delay(100)
  }
  return { url, stop }
}
