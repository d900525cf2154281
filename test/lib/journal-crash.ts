import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import { type Random, seededRandom } from '#hardware/simulated/random.ts'
import { type Ask, asker, FIRST_PIN, item, openTownship, PIN, type Township } from './edge-township.ts'
import { type Acknowledged, checkAfterKill } from './journal-crash-check.ts'
import { createCrashWork } from './journal-crash-work.ts'

export type CrashReport = {
  readonly kills: number
  /** Kills that came before the agent had said it was ready. */
  readonly whileStarting: number
  /** Kills by what the API had last said of what was under way. */
  readonly inSession: Readonly<Record<string, number>>
  readonly withdrawals: number
  readonly operations: number
  readonly reviewed: number
  readonly records: number
  readonly acknowledged: number
  readonly problems: readonly string[]
}

const AGENT = fileURLToPath(new URL('../../bench/agent.ts', import.meta.url))
const DRAWER = 'D01'
/** One cabinet serves until it is nearly empty; then the next one is filled. */
const ENOUGH = 4

const startAgent = (dataDir: string): ChildProcess =>
  fork(AGENT, [dataDir], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })

/** One cabinet and its agent, with all that a person was told, and what the hand really did. */
const createDay = (town: Township, random: Random) => {
  const acknowledged: Acknowledged = { logins: 0, head: 0, started: new Set(), ended: new Map(), answers: 0 }
  const taken = new Map<string, number>()
  const closed = new Set<string>()
  let last = 'idle'
  let pinChanged = false

  const position = () => town.cabinet.world.view().drawers.find(({ id }) => id === DRAWER)?.position
  const shut = (): void => {
    if (position() === 'open') town.cabinet.hand.close(DRAWER)
  }

  const noteView = (view: WithdrawalView | null): void => {
    if (!view) return
    acknowledged.started.add(view.session)
    if (view.status === 'finished' && view.outcome) acknowledged.ended.set(view.session, view.outcome)
  }
  const told = async (ask: Ask, path: string, body?: object): Promise<Record<string, unknown>> => {
    const answer = await ask(path, body)
    if (answer.status === 200) acknowledged.answers += 1
    return answer.body ?? {}
  }
  const work = createCrashWork({
    town,
    random,
    told,
    note: ({ session, outcome }) => {
      acknowledged.started.add(session)
      if (outcome) acknowledged.ended.set(session, outcome)
    },
  })
  const act = async (ask: Ask, path: string, body?: object): Promise<WithdrawalView | null> => {
    const answer = await told(ask, path, body)
    const view = 'session' in answer ? (answer as unknown as WithdrawalView) : null
    noteView(view)
    return view
  }

  const logIn = async (url: string): Promise<Ask> => {
    const anybody = asker(url)
    if (!pinChanged) {
      const first = await anybody('/api/login', { person: 'wang', pin: FIRST_PIN })
      if (first.status === 200) {
        acknowledged.logins += 1
        await asker(url, String(first.body.token))('/api/pin', { pin: FIRST_PIN, newPin: PIN })
      }
      await work.prepare(url)
      pinChanged = true
    }
    const { body } = await anybody('/api/login', { person: 'wang', pin: PIN })
    acknowledged.logins += 1
    return asker(url, String(body.token))
  }

  const takeOut = async (session: string): Promise<void> => {
    if (taken.has(session) || position() !== 'open') return
    const units = random() < 0.15 ? 0 : 2
    if (units > 0) town.cabinet.hand.take(DRAWER, units)
    taken.set(session, units)
    await pause(random() * 60)
    shut()
    closed.add(session)
  }

  /** What the pharmacist does next, by what the screen says. */
  const step = async (ask: Ask): Promise<void> => {
    const operation = await work.step(ask)
    if (operation !== undefined) {
      last = operation
      return
    }
    const view = await act(ask, '/api/withdrawals/current')
    last = view ? `${view.status} ${view.steps[view.current]?.status ?? ''}` : 'idle'
    if (!view || view.status === 'finished') {
      if (random() < 0.5) return work.begin(ask)
      const token = await town.sign(town.claims({ items: [item('metformin-500', 2)] }))
      await act(ask, '/api/withdrawals', { token })
      return
    }
    const to = `/api/withdrawals/${view.session}`
    if (view.status === 'review') {
      shut()
      await act(ask, `${to}/review`, { note: '断电后清点', taken: { 0: taken.get(view.session) ?? 0 } })
    } else if (view.steps[view.current]?.status === 'open') await takeOut(view.session)
    else if (view.actions.includes('accept') && closed.has(view.session))
      await act(ask, `${to}/accept`, { reason: '只要部分' })
    else if (view.actions.includes('unlock')) await act(ask, `${to}/unlock`, {})
    else await pause(15)
  }

  return {
    acknowledged,
    taken,
    last: () => last,
    lastsFor: () => (town.cabinet.world.view().drawers.find(({ id }) => id === DRAWER)?.units ?? 0) > ENOUGH,
    /** Works until the agent is gone. */
    work: async (url: string): Promise<void> => {
      try {
        const ask = await logIn(url)
        for (;;) {
          await step(ask)
          const site = await told(ask, '/api/site')
          // Nothing goes to a centre here: what is unsent is the whole journal.
          acknowledged.head = Math.max(acknowledged.head, Number(site.unsent ?? 0))
        }
      } catch {
        // Killed in the middle of an answer: it was never acknowledged.
      }
    },
  }
}

type Options = {
  readonly kills: number
  readonly seed: number
  readonly onKill?: (done: number, problems: readonly string[]) => void
  /** Looks at the last cabinet's folder as the last kill left it. */
  readonly afterwards?: (dataDir: string) => void | Promise<void>
}

/**
 * Kills an agent with SIGKILL at random instants of working days, starts it again, and holds what is on the disk against
 * what its API had acknowledged and what the hand did at the cabinet.
 */
export const crash = async ({ kills, seed, onKill, afterwards }: Options): Promise<CrashReport> => {
  const random = seededRandom(seed)
  const problems: string[] = []
  const inSession: Record<string, number> = {}
  const sum = { withdrawals: 0, operations: 0, reviewed: 0, records: 0, acknowledged: 0 }
  let whileStarting = 0
  let done = 0
  while (done < kills) {
    const town = await openTownship()
    try {
      const day = createDay(town, random)
      let counts = { withdrawals: 0, operations: 0, reviewed: 0, records: 0 }
      while (done < kills && day.lastsFor()) {
        const child = startAgent(town.dataDir)
        const gone = once(child, 'exit')
        const early = random() < 0.1
        const ready = once(child, 'message').then(([message]) => (message as { url: string }).url)
        if (early) await Promise.race([pause(random() * 700), gone])
        const url = early ? undefined : await Promise.race([ready, gone.then(() => undefined)])
        if (!early && url === undefined) problems.push(`#${done}: the agent did not start again`)
        const working = url === undefined ? Promise.resolve() : day.work(url)
        if (url !== undefined) await pause(random() * random() * 2_400)
        child.kill('SIGKILL')
        await gone
        await working
        done += 1
        if (early) whileStarting += 1
        else inSession[day.last()] = (inSession[day.last()] ?? 0) + 1
        const checked = checkAfterKill(town, day)
        counts = checked.counts
        problems.push(...checked.problems.map(problem => `#${done} (${day.last()}): ${problem}`))
        onKill?.(done, problems)
        if (problems.length > 20) return { kills: done, whileStarting, inSession, ...sum, problems }
      }
      sum.withdrawals += counts.withdrawals
      sum.operations += counts.operations
      sum.reviewed += counts.reviewed
      sum.records += counts.records
      sum.acknowledged += day.acknowledged.answers
      if (done >= kills) await afterwards?.(town.dataDir)
    } finally {
      await town.close()
    }
  }
  return { kills: done, whileStarting, inSession, ...sum, problems }
}
