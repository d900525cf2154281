import type { Command } from 'commander'
import type { StartGuest } from '#edge/guest.ts'
import { startEdge } from '#edge/main.ts'
import { defaultFlows } from '#flows/examples/default.ts'
import { startNodeRed, technicianPermissions, viewerPermissions } from '#flows/runtime/host.ts'
import { createLog } from '../log.ts'
import { command, untilAskedToStop, usage } from '../report.ts'

/** Node-RED as the agent's guest: who may edit is the agent's answer, what that means is Node-RED's. */
const startFlows: StartGuest = options => {
  const editor = (person: Awaited<ReturnType<typeof options.findEditorUser>>) =>
    person && {
      username: person.username,
      permissions: person.role === 'technician' ? technicianPermissions : viewerPermissions,
    }
  return startNodeRed({
    ...options,
    loadFlows: async () => defaultFlows,
    verifyEditorToken: async token => editor(await options.verifyEditorToken(token)),
    verifyEditorLogin: async (user, pin) => editor(await options.verifyEditorLogin(user, pin)),
    findEditorUser: async user => editor(await options.findEditorUser(user)),
  })
}

export const portOption = (text: string): number => {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw usage(`端口“${text}”不是 0–65535 的整数`, `port "${text}" is not a whole number from 0 to 65535`)
  return port
}

type Flags = { data: string; port?: string; mqttPort?: string; wireLog?: string; flows: boolean }

const run = async ({ data, port, mqttPort, wireLog, flows }: Flags): Promise<void> => {
  const log = createLog('edge')
  const edge = await startEdge({
    dataDir: data,
    log,
    ...(port === undefined ? {} : { port: portOption(port) }),
    ...(mqttPort === undefined ? {} : { mqttPort: portOption(mqttPort) }),
    influxUrl: process.env.INFLUX_URL,
    ...(wireLog === undefined ? {} : { wireLog: wireLog === 'all' ? 'all' : wireLog.split(',') }),
    ...(flows ? { startFlows } : {}),
  })
  process.send?.({ url: edge.url, mqttPort: edge.mqttPort })
  console.log(`边缘终端 / edge agent: ${edge.url}`)
  await edge.close(await untilAskedToStop())
}

export const addEdge = (program: Command): void => {
  program
    .command('edge')
    .description('乡镇药房的边缘终端 / the agent of one township pharmacy')
    .requiredOption('--data <dir>', '数据目录，含 agent.json 与 cabinet.json / data folder')
    .option('--port <n>', '网页端口，默认取自 agent.json / HTTP port')
    .option('--mqtt-port <n>', '本地 MQTT 端口 / local MQTT port')
    .option('--wire-log <lines>', '把这些线路的报文记入 wire.log（all 为全部）/ log the bytes of these lines')
    .option('--no-flows', '不启动 Node-RED / without Node-RED')
    .addHelpText('after', '\n例 / example:\n  yaogui edge --data /var/lib/yaogui/heping --port 8080')
    .action(command(run))
}
