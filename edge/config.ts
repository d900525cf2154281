import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Check, Default } from 'typebox/value'
import { YaoguiError } from '#domain/error.ts'
import { ROLES } from '#domain/people/actions.ts'
import { NotifyConfig } from './alarms/notify-config.ts'
import { problemsIn } from './problems.ts'

export const CONFIG_FILE = 'agent.json'

const id = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,30}$' })
const port = Type.Integer({ minimum: 0, maximum: 65_535, description: '0 = any free one' })

/** Five years and a half of what counts: controlled drugs are asked for longest. */
export const RETENTION = { recordDays: 400, lastingDays: 2_000, maxMegabytes: 1_024 } as const

/** The agent's configuration, one schema: types, defaults and limits. Written by enrolment (`yaogui county` in the demo). */
export const AgentConfig = Type.Object(
  {
    version: Type.Literal(1),
    county: id,
    site: id,
    name: Type.String({
      minLength: 1,
      maxLength: 60,
      description: 'name of the township pharmacy, for people',
    }),
    centre: Type.Object({
      url: Type.String({ pattern: '^mqtts?://', description: 'MQTT address of the centre' }),
      secret: Type.String({ minLength: 8, description: 'this site’s password there' }),
      issuer: Type.String({ minLength: 1, description: 'iss of the authorisations it signs' }),
      keys: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
        minItems: 1,
        description: 'its public keys (JWK)',
      }),
    }),
    http: Type.Object({ host: Type.String({ default: '127.0.0.1' }), port }, { default: { port: 0 } }),
    mqtt: Type.Object({ host: Type.String({ default: '127.0.0.1' }), port }, { default: { port: 0 } }),
    retention: Type.Optional(
      Type.Object({
        recordDays: Type.Integer({
          default: RETENTION.recordDays,
          minimum: 2,
          description:
            'days that temperatures and other periodic records are kept here; the centre keeps them on',
        }),
        lastingDays: Type.Integer({
          default: RETENTION.lastingDays,
          minimum: 2,
          description: 'days that dispensing and alarms are kept here',
        }),
        maxMegabytes: Type.Integer({
          default: RETENTION.maxMegabytes,
          minimum: 8,
          description: 'size of the journal beyond which the oldest closed days are dropped, records first',
        }),
      }),
    ),
    flows: Type.Boolean({ default: true, description: 'run Node-RED beside the agent' }),
    sampleSeconds: Type.Integer({
      default: 30,
      minimum: 1,
      maximum: 60,
      description: 'temperature is measured at least each minute (GSP 附录3)',
    }),
    nearExpiryDays: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 730,
        description: 'lots that expire within so many days are listed; unsaid = 180',
      }),
    ),
    notify: Type.Optional(NotifyConfig),
    handUrl: Type.Optional(
      Type.String({ pattern: '^https?://', description: 'demo only: the simulated cabinet’s hand' }),
    ),
    ordersOldHours: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 240,
        description: 'age of the order list in hours from which it warns; default 24 (R21)',
      }),
    ),
    backup: Type.Optional(
      Type.Object({
        dir: Type.String({
          minLength: 1,
          description:
            'a second place for the daily copy of the journal: another disk, a share; relative = in the data folder',
        }),
        keep: Type.Integer({ default: 30, minimum: 1, maximum: 4_000, description: 'copies that are kept' }),
      }),
    ),
    badgeAlone: Type.Optional(
      Type.Boolean({ description: 'a badge lets in without its PIN; default: the PIN is asked for too' }),
    ),
    people: Type.Array(
      Type.Object({
        id,
        name: Type.String({ minLength: 1, maxLength: 30 }),
        role: Type.Enum([...ROLES]),
        competentUntil: Type.Optional(
          Type.String({
            pattern: '^\\d{4}-\\d{2}-\\d{2}$',
            description: 'last day of licence or yearly training; professional acts end with it',
          }),
        ),
        initialPin: Type.String({ pattern: '^\\d{6}$', description: 'must be changed at the first login' }),
      }),
      { default: [] },
    ),
  },
  { additionalProperties: false },
)
export type AgentConfig = Static<typeof AgentConfig>

const invalid = (path: string, problems: readonly string[]) =>
  new YaoguiError('E_CONFIG', {
    zh: `配置文件 ${path} 有 ${problems.length} 处问题：${problems.join('；')}`,
    en: `${path} has ${problems.length} problems: ${problems.join('; ')}`,
    wayOut: { zh: '请逐条改正后重新启动', en: 'mend each of them and start again' },
  })

/** All problems at once, each with its path. Errors: E_CONFIG_ABSENT, E_CONFIG. */
export const loadConfig = (dataDir: string): AgentConfig => {
  const path = join(dataDir, CONFIG_FILE)
  if (!existsSync(path))
    throw new YaoguiError('E_CONFIG_ABSENT', {
      zh: `没有配置文件 ${path}`,
      en: `there is no ${path}`,
      wayOut: {
        zh: '先用 yaogui county 建立示例县，或按 docs/ 登记站点',
        en: 'make a sample county with `yaogui county`',
      },
    })
  let value: unknown
  try {
    value = Default(AgentConfig, JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw invalid(path, [cause instanceof Error ? cause.message : String(cause)])
  }
  if (!Check(AgentConfig, value)) throw invalid(path, problemsIn(AgentConfig, value))
  // A badge that is read can be heard on this machine, and Node-RED runs on it: there a badge alone proves nobody.
  if (value.badgeAlone && value.flows)
    throw invalid(path, ['/badgeAlone 不能与 flows 同时启用 / not together with flows'])
  return value
}
