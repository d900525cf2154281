/**
 * Runs after `npm ci`, on whatever Node the host has (20 or newer): is the Node that Yaogui itself runs on
 * there? Exit code 1 only when nothing here could run afterwards. Also makes `npx yaogui` this checkout's own program:
 * without the link npx would ask before it installs the folder into a cache of its own. And compiles the GPIO addon where
 * it can; on a machine without pins nothing is said about it. `--gpio`: says how that went, exit code 1 if it did not.
 */
import { spawnSync } from 'node:child_process'
import { lstatSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildGpioAddon, isPi, TOOLS } from './gpio-addon.mjs'

const WANTED = 24

/** @param {string} command @returns {string | undefined} its version, `v24.21.0`, if it runs at all */
const versionOf = command => {
  const run = spawnSync(command, ['--version'], { encoding: 'utf8' })
  return run.status === 0 ? run.stdout.trim() : undefined
}

/** @param {string | undefined} version */
const isWanted = version => version?.startsWith(`v${WANTED}.`) ?? false

const own = versionOf(fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url)))

if (!isWanted(own)) {
  // npm puts node_modules/.bin first in PATH; without a Node there, scripts fall back to the host's.
  const hostServes = own === undefined && isWanted(process.version)
  const found = own ?? 'none'
  const say = hostServes ? console.warn : console.error
  say(`
药柜：node_modules 中没有可用的 Node ${WANTED}（找到：${found}；本机：${process.version}）。
  通常是安装脚本被禁用。请在项目目录执行：npm rebuild node --ignore-scripts=false
  仍然失败时，请确认系统为 64 位（aarch64 或 x86_64）并能访问 npm 源。
${hostServes ? `  本机的 Node 版本合适，暂用本机的。\n` : ''}
Yaogui: no usable Node ${WANTED} in node_modules (found: ${found}; this machine's own: ${process.version}).
  Install scripts are usually switched off. In the project folder run: npm rebuild node --ignore-scripts=false
  If that fails too: the system must be 64-bit (aarch64 or x86_64) and must reach the npm registry.
${hostServes ? `  This machine's own Node will do and is used for now.\n` : ''}`)
  process.exitCode = hostServes ? 0 : 1
}

const link = fileURLToPath(new URL('../node_modules/.bin/yaogui', import.meta.url))
if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync('../../cli/bin.js', link)

const gpio = buildGpioAddon()
const asked = process.argv.includes('--gpio')
if (gpio.ok) {
  if (asked) console.log('药柜：GPIO 组件可用 / the GPIO addon works')
} else if (asked || isPi()) {
  const wayOut = {
    absent: 'npm ci --include=optional',
    tools: `sudo apt-get install ${TOOLS.join(' ')} && node deploy/postinstall.mjs --gpio`,
    headers: 'npm rebuild node --ignore-scripts=false && node deploy/postinstall.mjs --gpio',
    failed: 'node deploy/postinstall.mjs --gpio',
  }[gpio.why]
  console.warn(`药柜：GPIO 组件未编译（${gpio.why}），不能接 GPIO 锁，锁控板不受影响。需要时执行：${wayOut}
Yaogui: the GPIO addon is not there (${gpio.why}): no locks on GPIO pins; lock boards are not affected. If needed: ${wayOut}`)
  if (asked) {
    if (gpio.detail) console.error(gpio.detail)
    process.exitCode = 1
  }
}
