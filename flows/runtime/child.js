// Node-RED's own process. JavaScript, not TypeScript: stripping types costs 18 MB in a process that has few.

import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import RED from 'node-red'
import { connectAgent } from './guest/agent.js'
import { guestSettings } from './guest/settings.js'

const ROOT = '/flows'
const { env } = process
const safeMode = env.NODE_RED_ENABLE_SAFE_MODE === 'true'

const stop = async () => {
  await RED.stop()
  process.exit(0)
}

const agent = connectAgent({ onShutdown: stop })

// One un-awaited promise in one function node must not end everybody's flows.
process.on('unhandledRejection', reason => console.error(`error\tunhandled rejection: ${reason}`))

const server = createServer((request, response) => {
  const { url = '/' } = request
  if (url === ROOT) return response.writeHead(302, { location: `${ROOT}/` }).end()
  if (!url.startsWith(`${ROOT}/`)) return response.writeHead(404).end()
  // As a mounted application sees it; Node-RED makes its redirects from the original.
  request.originalUrl = url
  request.url = url.slice(ROOT.length)
  RED.httpAdmin(request, response)
})

RED.init(server, guestSettings({ agent, root: ROOT, userDir: env.YAOGUI_GUEST_FOLDER, safeMode }))
RED.events.on('flows:started', () => agent.tell({ kind: 'flows-started' }))
await RED.start()
// Node-RED loads the flows after `start` has resolved; an editor or API that asks before gets an error. Bounded: what
// could not be loaded at all is for the editor to say.
for (let tries = 0; tries < 200 && !(await RED.runtime.flows.getFlows({})); tries += 1) await delay(25)
server.listen(Number(env.YAOGUI_GUEST_PORT), '127.0.0.1', () =>
  agent.tell({
    kind: 'listening',
    tookMs: Math.round(process.uptime() * 1_000),
    rssBytes: process.memoryUsage.rss(),
  }),
)
