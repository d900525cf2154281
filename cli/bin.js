#!/usr/bin/env node
// The program is TypeScript run by type stripping, which the pinned Node does; a host's older Node hands over to it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./yaogui.ts', import.meta.url))
const pinned = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
const major = Number(process.versions.node.split('.')[0])

if (major === 24) {
  await import(program)
} else if (existsSync(pinned)) {
  const child = spawn(pinned, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
} else {
  console.error('E_NODE 药柜需要 Node 24：请先运行 npm ci / yaogui needs Node 24: run `npm ci` first')
  process.exit(1)
}
