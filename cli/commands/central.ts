import { mkdirSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import { startCentral } from '#central/main.ts'
import { OrderBodies } from '#cloud-sync/contract/messages.ts'
import { problemsIn } from '#edge/problems.ts'
import { createLog } from '../log.ts'
import { command, untilAskedToStop, usage } from '../report.ts'
import { portOption } from './edge.ts'

const id = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,30}$' })
const port = Type.Integer({ minimum: 0, maximum: 65_535 })
const roles = ['prescriber', 'reviewer', 'chief', 'clerk', 'technician', 'supervisor', 'system'] as const

/** The centre's configuration file. */
const CentralConfig = Type.Object(
  {
    county: id,
    host: Type.Optional(Type.String()),
    port: Type.Optional(port),
    mqttPort: Type.Optional(port),
    sites: Type.Array(
      Type.Object({
        site: id,
        name: Type.String({ minLength: 1 }),
        secret: Type.String({ minLength: 8 }),
        kioskUrl: Type.Optional(Type.String()),
        orders: Type.Optional(
          Type.Array(
            Type.Union([
              Type.Object({ kind: Type.Literal('list'), body: OrderBodies.list }),
              Type.Object({ kind: Type.Literal('shipment'), body: OrderBodies.shipment }),
            ]),
          ),
        ),
      }),
      { minItems: 1 },
    ),
    people: Type.Optional(
      Type.Array(
        Type.Object({
          id,
          name: Type.String({ minLength: 1 }),
          role: Type.Union(roles.map(role => Type.Literal(role))),
          pin: Type.String({ pattern: '^\\d{6}$' }),
          mustChangePin: Type.Boolean(),
        }),
      ),
    ),
  },
  { additionalProperties: false },
)

const readConfig = (path: string): Static<typeof CentralConfig> => {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw usage(
      `无法读取配置 ${path}：${cause instanceof Error ? cause.message : ''}`,
      `cannot read ${path} as JSON`,
    )
  }
  if (Check(CentralConfig, value)) return value
  const problems = problemsIn(CentralConfig, value)
  throw usage(`配置 ${path} 有 ${problems.length} 处问题：${problems.join('；')}`, problems.join('; '))
}

type Flags = { data: string; config: string; port?: string; mqttPort?: string }

const run = async (flags: Flags): Promise<void> => {
  const config = readConfig(flags.config)
  mkdirSync(flags.data, { recursive: true, mode: 0o700 })
  const central = await startCentral({
    dataDir: flags.data,
    ...config,
    ...(flags.port === undefined ? {} : { port: portOption(flags.port) }),
    ...(flags.mqttPort === undefined ? {} : { mqttPort: portOption(flags.mqttPort) }),
    ...(process.env.DATABASE_URL ? { databaseUrl: process.env.DATABASE_URL } : {}),
    log: createLog('central'),
  })
  process.send?.({ url: central.url, mqttPort: central.mqttPort, keys: central.publicKeys() })
  console.log(`中心药房 / centre: ${central.url}  MQTT: ${central.mqttPort}`)
  await untilAskedToStop()
  await central.close()
}

export const addCentral = (program: Command): void => {
  program
    .command('central')
    .description('县中心药房 / the county’s central pharmacy')
    .requiredOption('--data <dir>', '数据目录 / data folder')
    .requiredOption('--config <file>', '配置文件：县、站点、人员 / configuration')
    .option('--port <n>', '网页端口 / HTTP port')
    .option('--mqtt-port <n>', 'MQTT 端口 / MQTT port')
    .addHelpText(
      'after',
      '\n例 / example:\n  yaogui central --data /var/lib/yaogui/central --config central.json\n环境变量 / environment: DATABASE_URL 用外部 PostgreSQL / uses a PostgreSQL server',
    )
    .action(command(run))
}
