import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the guest knows of the house: loopback addresses and its own narrow identity. */
export type GuestOptions = {
  readonly port: number
  /** The one folder the guest may write; must exist. */
  readonly guestFolder: string
  readonly mqttUrl: string
  readonly mqttUser: string
  readonly mqttPassword: string
  readonly agentUrl: string
  readonly agentToken: string
  readonly safeMode: boolean
}

const here = dirname(fileURLToPath(import.meta.url))
const flowsFolder = dirname(here)

const modulesFolderOf = (name: string): string => {
  const entry = createRequire(import.meta.url).resolve(name)
  const folder = `${sep}node_modules${sep}`
  return entry.slice(0, entry.lastIndexOf(folder) + folder.length)
}

/**
 * The code of the application, and no folder above it: the data folder often lies inside the application's, and
 * the guest has no business with the journal.
 */
const readable = (guestFolder: string): readonly string[] => [
  ...new Set([modulesFolderOf('node-red'), modulesFolderOf('mqtt')]),
  `${flowsFolder}${sep}`,
  `${dirname(flowsFolder)}${sep}package.json`,
  `${guestFolder}${sep}`,
]

/** No child processes, no addons, no workers, no inspector: Node refuses what is not granted. */
const nodeArguments = (guestFolder: string): string[] => [
  '--permission',
  ...readable(guestFolder).map(path => `--allow-fs-read=${path}`),
  `--allow-fs-write=${guestFolder}${sep}`,
  '--max-old-space-size=128',
]

/** Made from nothing rather than cleaned: what the agent was started with stays with the agent. */
const environment = (options: GuestOptions): NodeJS.ProcessEnv => ({
  NODE_ENV: 'production',
  TZ: process.env.TZ ?? 'Asia/Shanghai',
  HOME: options.guestFolder,
  TMPDIR: options.guestFolder,
  YAOGUI_GUEST_FOLDER: options.guestFolder,
  YAOGUI_GUEST_PORT: String(options.port),
  YAOGUI_MQTT_URL: options.mqttUrl,
  YAOGUI_MQTT_USER: options.mqttUser,
  YAOGUI_MQTT_PASSWORD: options.mqttPassword,
  YAOGUI_AGENT_URL: options.agentUrl,
  YAOGUI_AGENT_TOKEN: options.agentToken,
  ...(options.safeMode ? { NODE_RED_ENABLE_SAFE_MODE: 'true' } : {}),
})

/** Starts one Node-RED child; its output is piped, its questions come as IPC messages. */
export const forkGuest = (options: GuestOptions): ChildProcess =>
  fork(`${here}${sep}child.js`, {
    cwd: options.guestFolder,
    execArgv: nodeArguments(options.guestFolder),
    env: environment(options),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
