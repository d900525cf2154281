/**
 * Compiles `epoll`, the native half of onoff, for the pinned Node: it ships no binary, and npm runs no install script of
 * it (`allowScripts`), as that would compile for the Node of npm and fail where there is no compiler. Only a machine with
 * locks on its own pins needs it, so nothing here ever fails an installation.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const LIMIT_MS = 300_000
export const TOOLS = ['g++', 'make', 'python3']

/** @param {string} path below the repository */
const at = path => fileURLToPath(new URL(`../${path}`, import.meta.url))

const EPOLL = at('node_modules/epoll')
const NODE = at('node_modules/.bin/node')

/** @param {string} command */
const isThere = command => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0

/** Does the pinned Node load it? */
const loads = () =>
  spawnSync(NODE, ['-e', `require(${JSON.stringify(EPOLL)})`], { stdio: 'ignore' }).status === 0

/** Node-RED brings an npm with it, whose version is in the lock file; npm names its own while it runs a script. */
const nodeGyp = () =>
  [at('node_modules/npm/node_modules/node-gyp/bin/node-gyp.js'), process.env.npm_config_node_gyp].find(
    path => path !== undefined && existsSync(path),
  )

/** The pinned Node's own headers; node-gyp would fetch them from nodejs.org. */
const headers = () => {
  const dir = at(`node_modules/node/node_modules/node-${process.platform}-${process.arch}`)
  return existsSync(`${dir}/include/node/node.h`) ? dir : undefined
}

export const isPi = () => {
  try {
    return readFileSync('/proc/device-tree/model', 'utf8').startsWith('Raspberry Pi')
  } catch {
    return false
  }
}

/**
 * @typedef {{ ok: true, compiled: boolean } | { ok: false, why: 'absent' | 'tools' | 'headers' | 'failed', detail: string }} Outcome
 * @returns {Outcome}
 */
export const buildGpioAddon = () => {
  if (process.platform !== 'linux' || !existsSync(EPOLL)) return { ok: false, why: 'absent', detail: 'epoll' }
  if (loads()) return { ok: true, compiled: false }
  const missing = TOOLS.filter(tool => !isThere(tool))
  if (missing.length > 0) return { ok: false, why: 'tools', detail: missing.join(' ') }
  const [nodedir, gyp] = [headers(), nodeGyp()]
  if (nodedir === undefined) return { ok: false, why: 'headers', detail: '' }
  if (gyp === undefined) return { ok: false, why: 'failed', detail: 'node-gyp' }
  // Both would win over --nodedir and over the Node that runs it.
  const { npm_config_nodedir, npm_config_target, ...env } = process.env
  const run = spawnSync(NODE, [gyp, 'rebuild', `--nodedir=${nodedir}`], {
    cwd: EPOLL,
    env: { ...env, PATH: `${dirname(NODE)}:${process.env.PATH}` },
    encoding: 'utf8',
    timeout: LIMIT_MS,
  })
  if (run.status === 0 && loads()) return { ok: true, compiled: true }
  return { ok: false, why: 'failed', detail: (run.error?.message ?? run.stderr).trim().slice(-2_000) }
}
