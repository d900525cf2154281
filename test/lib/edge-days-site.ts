/**
 * A township's agent over a real journal file, with its cabinet in memory and time that the test turns. The power can go at any
 * instant: `fuse` counts down at every write and every act upon the cabinet; from then on nothing of that agent moves or
 * writes any more, and `boot` starts the next one over the same file.
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { History } from '#cloud-sync/history/port.ts'
import { openSqliteHistory } from '#cloud-sync/history/sqlite.ts'
import type { Claims } from '#domain/authorisation/claims.ts'
import { signToken } from '#domain/authorisation/token.ts'
import { codeOf } from '#domain/error.ts'
import type { Agent } from '#edge/agent.ts'
import { JOURNAL_FILE } from '#edge/journal/schema.ts'
import { seededRandom } from '#hardware/simulated/random.ts'
import { createCabinetWorld } from '#hardware/simulated/world.ts'
import { edgeClock } from './edge-clock.ts'
import { POLL_MS, startAgent } from './edge-days-agent.ts'
import type { Fuse } from './edge-days-power.ts'
import { DRAWERS, KEY, START, template } from './edge-days-template.ts'
import { type Faults, NO_FAULT } from './edge-days-wires.ts'

/** Real time that something outside of the agent's own timers may take: a signature that is checked. */
const REAL_MS = 30_000
/** A door session that has not come to rest after ten minutes of its polls never will. */
const TURNS = 6_000

/** What the agent answered; `dead`: the power went before it did. */
export type Told = { readonly code: string | null; readonly dead: boolean }

const RESTING = ['idle', 'judged', 'entry', 'witness', 'failed', 'review', 'finished']

export const openSite = async ({ seed = 1 }: { readonly seed?: number } = {}) => {
  const dir = mkdtempSync(join(tmpdir(), 'yaogui-days-'))
  const path = join(dir, JOURNAL_FILE)
  copyFileSync(await template(), path)
  const time = edgeClock(START)
  const world = createCabinetWorld({
    // Somebody may set the agent's clock; the world goes on.
    clock: () => new Date(time.monotonic()),
    random: seededRandom(seed),
    drawers: DRAWERS.map(({ id, drug, unitGrams, units }) => ({
      id,
      drug,
      unitGrams,
      units,
      variation: 0.001,
    })),
  })
  const faults = new Map<string, Faults>(DRAWERS.map(({ id }) => [id, { ...NO_FAULT }]))
  const fuse: Fuse = { left: null, blownAt: null }
  const history: History = await openSqliteHistory({ path: ':memory:' })
  let atWire: (drawer: string) => void = () => {}
  const around = { path, time, world, faults, fuse, history, onPulse: (drawer: string) => atWire(drawer) }
  let running: ReturnType<typeof startAgent> | undefined

  const session = () => {
    const { dispenser, operations } = (running as NonNullable<typeof running>).agent
    return [dispenser.current(), operations.current()].find(one => one && one.phase.at !== 'finished')
  }
  const positionOf = (drawer: string) => world.view().drawers.find(({ id }) => id === drawer)?.position
  /** Nothing goes on by itself: a person is awaited. */
  const resting = (): boolean => {
    const one = session()
    if (!one || RESTING.includes(one.phase.at)) return true
    const drawer = 'drawer' in one ? one.drawer : one.steps[one.current]?.drawer
    const wrong = faults.get(drawer ?? '')
    const heard = !wrong?.deafSwitch && !wrong?.lineDown && !wrong?.stuckOpen
    return one.phase.at === 'open' && (positionOf(drawer ?? '') === 'open' || !heard)
  }
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

  /** Takes what a dead agent had open; what was committed is on the disk, and nothing else. */
  const bury = (): void => {
    running?.power.cut()
    running?.db.close()
    running = undefined
  }

  const settle = async (pending: () => boolean): Promise<void> => {
    const until = performance.now() + REAL_MS
    for (let n = 0; running?.power.on() && (pending() || !resting()); ) {
      await turn()
      // While nothing but a person is awaited, time stands: what takes real time then must not take the agent's.
      if (running.polls() > 0 || !resting()) {
        time.pass(POLL_MS)
        n += 1
      }
      if (n > TURNS || performance.now() > until)
        throw new Error(`the agent does not come to rest: ${JSON.stringify(session()?.phase)}`)
    }
  }

  /** Waits for an answer with everything that it sets going. Undefined: the power went before. */
  const answered = async <T>(task: () => T | Promise<T>): Promise<{ readonly value: T } | undefined> => {
    let answer: { readonly value: T } | undefined
    let broken: { readonly error: unknown } | undefined
    const { power } = running as NonNullable<typeof running>
    const answering = async (): Promise<void> => {
      try {
        answer = { value: await task() }
      } catch (error) {
        broken = { error }
      }
    }
    void answering()
    await settle(() => answer === undefined && broken === undefined)
    if (!power.on()) return undefined
    if (broken) throw broken.error
    return answer
  }

  /** Asks the agent, and waits until it and the cabinet have come to rest. */
  const ask = async (task: (agent: Agent) => unknown): Promise<Told> => {
    if (!running) return { code: null, dead: true }
    const { agent } = running
    const told = await answered(async () => {
      try {
        await task(agent)
        return { code: null, dead: false }
      } catch (error) {
        return { code: codeOf(error), dead: false }
      }
    })
    // As the agent's own loop does each second.
    const swept = told && (await answered(() => agent.watch.sweep()))
    if (told && swept) return told.value
    bury()
    return { code: null, dead: true }
  }

  const boot = async (): Promise<void> => {
    if (running) return
    try {
      running = startAgent(around)
      const { agent } = running
      await ask(async () => {
        agent.stockAtStart()
        agent.service.atStart()
        const recovered = [...(await agent.dispenser.recover()), ...(await agent.operations.recover())]
        agent.journal.tell({ kind: 'agent.started', data: { version: 'test', recovered } })
      })
    } catch (error) {
      if (!fuse.blownAt) throw error
      bury()
    }
  }

  await boot()
  return {
    dir,
    path,
    time,
    world,
    faults,
    fuse,
    session,
    positionOf,
    ask,
    boot,
    on: () => running !== undefined,
    agent: (): Agent => {
      if (!running) throw new Error('the agent does not run')
      return running.agent
    },
    /** Whatever it was doing. */
    cutPower: bury,
    disk: ({ refuses, room = true }: { refuses: boolean; room?: boolean }): void => {
      if (!running) return
      running.power.diskRefuses = refuses
      running.setRoom(room)
      // As its timer does within seconds.
      if (!refuses && running.power.on() && fuse.left === null) running.agent.journal.flush()
    },
    diskRefuses: () => running?.power.diskRefuses === true,
    onPulse: (listener: (drawer: string) => void): void => {
      atWire = listener
    },
    /** True time; the site's wall clock may be anything. */
    trueTime: () => new Date(Date.parse(START) + time.monotonic()),
    sign: (claims: Claims) => signToken(claims, KEY),
    /** Hands the site an order as the downlink does; one that was not taken comes again. */
    order: async (kind: string, body: unknown): Promise<Told> => {
      const at = new Date(Date.parse(START) + time.monotonic()).toISOString()
      return ask(agent => {
        const seq = agent.orders.watermark().committed + 1
        return agent.orders.commit(1, [{ seq, at, kind, body }], at)
      })
    },
    close: async (): Promise<void> => {
      bury()
      await history.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

export type Site = Awaited<ReturnType<typeof openSite>>
