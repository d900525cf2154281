import { type ChildProcess, fork, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Tell } from './gpio-agent.ts'

const STOP_STEP = fileURLToPath(new URL('../../hardware/gpio/lower.ts', import.meta.url))
const AGENT = fileURLToPath(new URL('./gpio-agent.ts', import.meta.url))
const SYSFS = fileURLToPath(new URL('./gpio-sysfs.ts', import.meta.url))
/** As QEMU's Pi 3 has it: neither 0 nor 512. */
export const BASE = 458

export const LOCK_PINS = { D01: 17, D02: 27, D03: 23, D04: 24 } as const
export type Drawer = keyof typeof LOCK_PINS
export const CONTACT_PINS = { D01: 5, D02: 6, D03: 12, D04: 13 } as const
export const BEACON = 20
export const SIREN = 21
export const MAINS = 16

export type Edge = { readonly at: number; readonly pin: number; readonly high: boolean }
export type Answer = {
  readonly value?: unknown
  readonly error?: { readonly code: string; readonly kind?: string }
}

/** The same clock as the edges' stamps, ms. */
export const monotonic = (): number => Number(process.hrtime.bigint()) / 1e6

type Chip = { readonly base: number; readonly label: string; readonly ngpio?: number }

const PI3: readonly Chip[] = [
  { base: 450, label: 'raspberrypi-exp-gpio', ngpio: 8 },
  { base: BASE, label: 'pinctrl-bcm2835' },
]

/** A folder laid out as the kernel's. */
export const gpioTree = (chips: readonly Chip[] = PI3) => {
  const root = mkdtempSync(join(tmpdir(), 'yaogui-gpio-'))
  for (const { base, label, ngpio = 54 } of chips) {
    mkdirSync(join(root, `gpiochip${base}`))
    for (const [file, text] of Object.entries({ base, label, ngpio }))
      writeFileSync(join(root, `gpiochip${base}`, file), `${text}\n`)
  }
  const folder = (pin: number): string => join(root, `gpio${BASE + pin}`)
  return {
    root,
    folder,
    isHigh: (pin: number): boolean => readFileSync(join(folder(pin), 'value'), 'utf8').trim() === '1',
    /** What hangs on an input says so. */
    put: (pin: number, high: boolean): void => writeFileSync(join(folder(pin), 'value'), high ? '1' : '0'),
    /** A line that an earlier life of the machine has left behind. */
    leave: (pin: number, files: Readonly<Record<string, string>>): void => {
      mkdirSync(folder(pin))
      const all = { direction: 'out', active_low: '0', edge: 'none', value: '0', ...files }
      for (const [file, text] of Object.entries(all)) writeFileSync(join(folder(pin), file), text)
    },
    /** A line that a driver of the kernel keeps for itself. */
    busy: (line: number): void => writeFileSync(join(root, 'busy'), String(line)),
    /** Every change of an output's level so far. */
    edges: (): readonly Edge[] => {
      const rows = readFileSync(join(root, 'edges'), 'utf8').split('\n').slice(0, -1)
      return rows.map(row => {
        const [at = 0, line = 0, level] = row.split(' ').map(Number)
        return { at, pin: line - BASE, high: level === 1 }
      })
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

export type GpioTree = ReturnType<typeof gpioTree>

export type CabinetOptions = {
  readonly tree: GpioTree
  /** `onoff`: as on a Pi, by onoff at /sys/class/gpio. `tree`: by the simulated twin. */
  readonly lines: 'onoff' | 'tree'
  readonly pulseMs?: number
  /** False: a machine where it was never compiled. */
  readonly addon?: boolean
}

const writePlan = ({ tree, lines, pulseMs = 300 }: CabinetOptions): string => {
  const drawers = Object.entries(LOCK_PINS).map(([id, pin], index) => ({
    id,
    lock: { driver: 'gpio', pin, contactPin: CONTACT_PINS[id as Drawer] },
    scale: { driver: 'hx711', device: `iio:device${index}`, zero: 8_388_608, countsPerGram: 400 },
    pulseMs,
  }))
  const gpio = (pin: number) => ({ driver: 'gpio', pin })
  const path = join(tree.root, 'cabinet.json')
  const plan = {
    version: 1,
    lines: [],
    drawers,
    thermometers: [],
    beacon: gpio(BEACON),
    siren: gpio(SIREN),
    mains: gpio(MAINS),
    ...(lines === 'tree' ? { gpioRoot: tree.root } : {}),
  }
  writeFileSync(path, JSON.stringify(plan))
  return path
}

const childrenOf = (pid: number, program: string): readonly number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(each => {
      try {
        // The name in brackets may hold anything; the parent is the second field after it.
        const parent = readFileSync(`/proc/${each}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]
        return Number(parent) === pid && readFileSync(`/proc/${each}/cmdline`, 'utf8').includes(program)
      } catch {
        return false
      }
    })

export type TestAgent = {
  readonly pid: number
  /** Tells the agent and gives its answer; an agent that ends before it answers gives `{}`. */
  readonly tell: (tell: Tell) => Promise<Answer>
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<unknown>
  readonly guardPid: () => number | undefined
  readonly stop: () => Promise<void>
}

/** Programs see the tree as the kernel's. */
const environment = (tree: GpioTree, addon = true): NodeJS.ProcessEnv => ({
  ...process.env,
  GPIO_TREE: tree.root,
  GPIO_ADDON: addon ? 'there' : 'absent',
  NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${SYSFS}`,
})

/** Runs the service's stop step; its exit code. */
export const stopStep = (tree: GpioTree): Promise<number | null> =>
  new Promise(resolve => {
    const child = spawn(process.execPath, [STOP_STEP, '--data', tree.root], {
      env: environment(tree),
      stdio: 'ignore',
    })
    child.once('exit', resolve)
  })

const startChild = (path: string, { tree, addon }: CabinetOptions): ChildProcess =>
  fork(AGENT, [path], {
    execArgv: [],
    env: environment(tree, addon),
    // What it says when it is told to throw is no news.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })

/** Starts an agent's hands in a process of its own. Gives the error when they would not start. */
export const startAgent = async (
  options: CabinetOptions,
): Promise<{ readonly agent: TestAgent } | { readonly error: Answer['error'] }> => {
  const child = startChild(writePlan(options), options)
  const waiting = new Map<number, (answer: Answer) => void>()
  let lastId = 0
  const ended = new Promise<void>(resolve =>
    child.once('exit', () => {
      for (const answer of waiting.values()) answer({})
      resolve()
    }),
  )
  child.on('message', (message: Answer & { readonly id?: number }) => waiting.get(message.id ?? 0)?.(message))
  const opened = await new Promise<{ readonly opened: boolean; readonly error?: Answer['error'] }>(
    (resolve, reject) => {
      child.once('message', message => resolve(message as { opened: boolean }))
      child.once('exit', code => reject(new Error(`the agent ended with ${code} before it was open`)))
    },
  )
  if (!opened.opened) return { error: opened.error }
  const tell = (what: Tell): Promise<Answer> =>
    new Promise(resolve => {
      lastId += 1
      waiting.set(lastId, resolve)
      child.send({ id: lastId, tell: what }, () => {})
    })
  const agent: TestAgent = {
    pid: child.pid ?? 0,
    tell,
    kill: signal => void child.kill(signal),
    ended,
    guardPid: () => childrenOf(child.pid ?? 0, 'hardware/gpio/guard.ts')[0],
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      void tell({ do: 'close' })
      await ended
    },
  }
  return { agent }
}
