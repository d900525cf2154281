import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { YaoguiError } from '#domain/error.ts'

const PROGRAM = fileURLToPath(new URL('../yaogui.ts', import.meta.url))
const READY_MS = 60_000
const STOP_MS = 15_000

/** What a started process says of itself over IPC. */
export type Ready = Readonly<Record<string, unknown>>

export type Process = {
  readonly name: string
  readonly ready: Ready
  readonly pid: number
  /** Resolves when it has ended, however it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>
  /** SIGTERM, and SIGKILL for one that does not listen. */
  stop(): Promise<void>
  kill(): Promise<void>
}

const failed = (name: string, log: string): YaoguiError =>
  new YaoguiError('E_PROCESS', {
    zh: `${name} 没有启动成功${log ? `：\n${log}` : ''}`,
    en: `${name} did not start`,
  })

const untilReady = (child: ChildProcess, name: string): Promise<Ready> =>
  new Promise((resolve, reject) => {
    let log = ''
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(failed(name, log))
    }, READY_MS)
    child.stderr?.on('data', chunk => {
      log = (log + String(chunk)).slice(-4000)
      if (process.env.YAOGUI_LOG) process.stderr.write(chunk)
    })
    child.once('message', message => {
      clearTimeout(timer)
      resolve(message as Ready)
    })
    child.once('exit', () => {
      clearTimeout(timer)
      reject(failed(name, log))
    })
  })

/** Starts `yaogui …` as a process of its own and waits until it says that it is ready. Errors: E_PROCESS. */
export const startProcess = async (name: string, args: readonly string[]): Promise<Process> => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const ended = new Promise<{ code: number | null; signal: string | null }>(resolve =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  )
  const ready = await untilReady(child, name)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await ended
    clearTimeout(timer)
  }
  return { name, ready, pid: child.pid ?? 0, ended, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}
