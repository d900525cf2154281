import { randomBytes, randomInt } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { YaoguiError } from '#domain/error.ts'
import { ROLES, type Role } from '#domain/people/actions.ts'
import { shanghaiDay } from '#domain/time.ts'
import { type AgentConfig, CONFIG_FILE } from '#edge/config.ts'
import { isUsablePin } from '#edge/people/pin.ts'
import { atomicWrite } from '#hardware/atomic-write.ts'
import { CENTRAL_PEOPLE, type SampleSite, SITES, sampleDrawers } from './sample.ts'

/** What the first start drew by lot and every later one needs again. */
export type CountySecrets = {
  readonly version: 1
  readonly sites: Readonly<Record<string, string>>
  /** First-login PINs by person: `heping/wang` at a township, `chen` at the centre. */
  readonly pins: Readonly<Record<string, string>>
}

/** Sample people are named by their role. */
export const PHARMACIST: Role = 'pharmacist'

const pin = (): string => {
  for (;;) {
    const drawn = String(randomInt(1_000_000)).padStart(6, '0')
    if (isUsablePin(drawn)) return drawn
  }
}

const draw = (): CountySecrets => ({
  version: 1,
  sites: Object.fromEntries(SITES.map(({ site }) => [site, randomBytes(18).toString('base64url')])),
  pins: Object.fromEntries([
    ...SITES.flatMap(({ site }) => ROLES.map(role => [`${site}/${role}`, pin()])),
    ...CENTRAL_PEOPLE.map(({ id }) => [id, pin()]),
  ]),
})

/** The county's secrets: drawn once, then kept. An unreadable file is not an absent one. Errors: E_COUNTY_FILE. */
export const loadSecrets = async (dataDir: string): Promise<CountySecrets> => {
  const path = join(dataDir, 'county.json')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  if (!existsSync(path)) {
    const secrets = draw()
    await atomicWrite(path, `${JSON.stringify(secrets, null, 2)}\n`)
    return secrets
  }
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as CountySecrets
  } catch (cause) {
    throw new YaoguiError('E_COUNTY_FILE', {
      zh: `无法读取 ${path}`,
      en: `cannot read ${path}`,
      wayOut: {
        zh: '恢复该文件，或用 --data 另选一个空目录',
        en: 'restore the file, or choose an empty folder with --data',
      },
      cause,
    })
  }
}

/** The emulated modem takes their messages: these numbers are nobody's. The lead is told when nobody has answered. */
const notifyOf = ({ people }: SampleSite): NonNullable<AgentConfig['notify']> => ({
  people: ROLES.map((role, at) => ({
    name: people[role],
    phone: `+8613800000${at + 1}00`,
    steps: role === 'lead' ? [2] : [1],
  })),
  escalationMinutes: 10,
  reminderMinutes: 30,
  spacingMinutes: 10,
})

type SiteSetup = {
  readonly dir: string
  readonly site: SampleSite
  readonly county: string
  readonly secrets: CountySecrets
  readonly centre: AgentConfig['centre']
  readonly ports: { readonly http: number; readonly mqtt: number }
  readonly handUrl: string
  readonly flows: boolean
  readonly sampleSeconds: number
}

/** Writes a township's `agent.json` and, for its first start, what was filled into the drawers. */
export const writeSite = async ({
  dir,
  site,
  county,
  secrets,
  centre,
  ports,
  handUrl,
  flows,
  sampleSeconds,
}: SiteSetup): Promise<void> => {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const people = ROLES.map(role => ({
    id: role,
    name: site.people[role],
    role,
    initialPin: secrets.pins[`${site.site}/${role}`] ?? pin(),
  }))
  const config: AgentConfig = {
    version: 1,
    county,
    site: site.site,
    name: site.name,
    centre,
    http: { host: '127.0.0.1', port: ports.http },
    mqtt: { host: '127.0.0.1', port: ports.mqtt },
    flows,
    sampleSeconds,
    handUrl,
    notify: notifyOf(site),
    // A real site names another disk or a share.
    backup: { dir: 'backup', keep: 7 },
    people,
  }
  await atomicWrite(join(dir, CONFIG_FILE), `${JSON.stringify(config, null, 2)}\n`)
  const fill = join(dir, 'first-fill.json')
  if (existsSync(fill)) return
  const lots = sampleDrawers(shanghaiDay(new Date())).map(({ lot: { status: _status, ...lot } }) => lot)
  await atomicWrite(fill, `${JSON.stringify({ actor: PHARMACIST, lots }, null, 2)}\n`)
}
