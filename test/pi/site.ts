import { type Client, createClient, logIn, until } from '#cli/story/client.ts'
import type { WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import { codeOf } from '#domain/error.ts'
import type { CabinetPlan } from '#hardware/plan.ts'
import { LOTS } from './cabinet.ts'
import type { Pi } from './machine/pi.ts'
import type { Shell } from './machine/shell.ts'
import { GUEST_ROOT } from './prepare/image.ts'
import { createSlips, ISSUER, SITE } from './slips.ts'

const PHARMACIST = 'wang'
const FIRST_PIN = '482913'
const DATA = '/var/lib/yaogui'

/** These end a wait that would never end; how long the emulated processor takes is the machine's affair. */
const START_MS = 600_000
const STEP_MS = 120_000

const configOf = (keys: readonly object[]) => ({
  version: 1,
  county: 'yunxi',
  site: SITE,
  name: '和平镇卫生院药房',
  // Nobody listens there: orders come as codes on paper.
  centre: { url: 'mqtt://127.0.0.1:1', secret: 'not-used-here', issuer: ISSUER, keys },
  http: { host: '0.0.0.0', port: 8080 },
  flows: false,
  people: [{ id: PHARMACIST, name: '王秀兰', role: 'pharmacist', initialPin: FIRST_PIN }],
})

const writeFiles = async (shell: Shell, files: Readonly<Record<string, object>>): Promise<void> => {
  await shell.run(`mkdir -p ${DATA}`)
  for (const [name, value] of Object.entries(files))
    await shell.run(`cat >${DATA}/${name} <<'END'\n${JSON.stringify(value)}\nEND`)
}

const AGENT = '$(cat /tmp/agent.pid)'
const START = [
  `cd /${GUEST_ROOT};`,
  `YAOGUI_LOG=info NODE_OPTIONS=--import=/${GUEST_ROOT}/test/pi/guest/stripped.mjs`,
  `node --disable-warning=ExperimentalWarning test/pi/guest/agent.ts edge --data ${DATA} --no-flows`,
  '</dev/null >/dev/console 2>&1 & echo $! >/tmp/agent.pid',
].join(' ')

/** The agent as a process of the guest. */
const processOf = ({ shell, agentUrl }: Pi) => ({
  /** Resolves when it answers. */
  startAgent: async (): Promise<void> => {
    await shell.run(START)
    const site = createClient(agentUrl)
    const answer = async (): Promise<unknown> => {
      await shell.run(`kill -0 ${AGENT}`)
      return site.get('/api/health').catch(() => undefined)
    }
    await until('边缘终端启动', answer, START_MS)
  },
  /** Process number of the guard, which holds the lock lines. */
  guardProcess: async (): Promise<number> =>
    Number(await shell.run(`ps | awk '/[g]pio\\/guard.ts/ { print $1 }'`)),
  /** Sends a signal to the agent alone, or to another process. */
  signal: (name: 'KILL' | 'STOP' | 'CONT', to: number | string = AGENT): Promise<string> =>
    shell.run(`kill -${name} ${to}`),
})

/** A person at the agent's page. */
const pharmacistAt = (agentUrl: string) => {
  let client: Client = createClient(agentUrl)
  let pin = FIRST_PIN
  const act = (session: string, action: string, body: object = {}): Promise<WithdrawalView> =>
    client.post(`/api/withdrawals/${session}/${action}`, body)
  const current = () => client.get<WithdrawalView | null>('/api/withdrawals/current')
  return {
    logIn: async (): Promise<void> => {
      const known = await logIn(agentUrl, { person: PHARMACIST }, pin)
      client = known.client
      pin = known.pin
    },
    startWithdrawal: (token: string) => client.post<WithdrawalView>('/api/withdrawals', { token }),
    act,
    /** Asks again as long as the agent cannot tell whether all drawers are shut, or has not yet read that one is. */
    actOnceSeen: (session: string, action: string, body: object): Promise<WithdrawalView> => {
      const attempt = () =>
        act(session, action, body).catch(error => {
          if (!['E_DRAWER_UNKNOWN', 'E_DRAWER_OPEN'].includes(codeOf(error))) throw error
          return undefined
        })
      return until(action, attempt, STEP_MS)
    },
    /** Waits until the withdrawal, or the step that it is at, stands like this. */
    untilStands: (...states: readonly string[]): Promise<WithdrawalView> => {
      const look = async () => {
        const view = await current()
        const seen = [view?.status, view?.steps[view.current]?.status]
        return view && seen.some(state => state !== undefined && states.includes(state)) ? view : undefined
      }
      return until(states.join(' / '), look, STEP_MS)
    },
  }
}

/** The township pharmacy on the emulated Pi, cut off from its centre, and what a person does there. */
export const openSite = async (pi: Pi, plan: CabinetPlan) => {
  const { slip, keys } = await createSlips()
  await writeFiles(pi.shell, {
    'agent.json': configOf(keys),
    'cabinet.json': plan,
    'first-fill.json': { actor: PHARMACIST, lots: LOTS },
  })
  return { slip, ...processOf(pi), ...pharmacistAt(pi.agentUrl) }
}
