import type { ChildProcess } from 'node:child_process'
import { SECOND } from '#domain/time.ts'
import type { createAnswers } from './answers.ts'
import { forkGuest, type GuestOptions } from './child-process.ts'
import { createLineLog, type FlowsLog } from './log-lines.ts'
import { readFromChild, type ToChild } from './messages.ts'
import { initialPolicy, type NodeRedStatus, type PolicyEvent, restartPolicy } from './restart-policy.ts'

export type HostClock = {
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly wall: () => Date
  /** Runs once after `ms`; the returned function cancels. */
  readonly after: (ms: number, run: () => void) => () => void
}

export const realClock: HostClock = {
  now: () => performance.now(),
  wall: () => new Date(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

export type Supervisor = {
  readonly status: () => NodeRedStatus
  /** Process id of the present child. */
  readonly pid: () => number | undefined
  /** Calls back at each change of status; the returned function ends that. */
  readonly onStatus: (listener: (status: NodeRedStatus) => void) => () => void
  /** Ends the child, by force after 5 s; afterwards `stopped` for good. */
  readonly stop: () => Promise<void>
}

const GRACE = 5 * SECOND

type Line = {
  readonly child: ChildProcess
  readonly log: FlowsLog
  readonly clock: HostClock
  readonly answer: ReturnType<typeof createAnswers>
  readonly happened: (event: PolicyEvent) => void
}

const tell = (child: ChildProcess, message: ToChild): void => {
  if (child.connected) child.send(message, () => undefined)
}

/** Connects a fresh child: its output to the log, its questions to the answers, its life to the policy. */
const attend = ({ child, log, clock, answer, happened }: Line): void => {
  for (const output of [child.stdout, child.stderr])
    output?.setEncoding('utf8').on('data', createLineLog({ log, now: clock.now }))
  child.on('message', async raw => {
    const message = readFromChild(raw)
    if (message?.kind === 'ask') return tell(child, await answer(message))
    if (message?.kind === 'listening')
      log.info({ tookMs: message.tookMs, rssBytes: message.rssBytes }, '流程引擎就绪 / Node-RED is up')
    if (message !== undefined) happened({ type: message.kind })
  })
  const ended = (fields: { readonly code?: number | null; readonly [detail: string]: unknown }): void => {
    log[fields.code === 0 ? 'info' : 'warn'](fields, '流程引擎退出 / Node-RED ended')
    happened({ type: 'exit', at: clock.now() })
  }
  child.once('exit', (code, signal) => ended({ code, signal }))
  // Also a signal that could not be sent is an 'error'; only a child that never was has ended by it.
  child.on('error', err => (child.pid === undefined ? ended({ err }) : log.warn({ err }, 'Node-RED')))
}

const endOf = (child: ChildProcess, clock: HostClock): Promise<void> =>
  new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve()
    const cancel = clock.after(GRACE, () => child.kill('SIGKILL'))
    child.once('exit', () => {
      cancel()
      resolve()
    })
    tell(child, { kind: 'shutdown' })
  })

type Supervised = Omit<Line, 'child' | 'happened'> & { readonly guest: Omit<GuestOptions, 'safeMode'> }

/** Keeps one child alive as the policy says. */
export const supervise = ({ guest, log, clock, answer }: Supervised): Supervisor => {
  const listeners = new Set<(status: NodeRedStatus) => void>()
  let policy = initialPolicy
  let child: ChildProcess | undefined
  let cancelStart = (): void => undefined

  const start = (safeMode: boolean): void => {
    child = forkGuest({ ...guest, safeMode })
    attend({ child, log, clock, answer, happened })
  }
  const happened = (event: PolicyEvent): void => {
    const before = policy.status
    const { state, effects } = restartPolicy(policy, event)
    policy = state
    for (const effect of effects) {
      if (effect.type === 'report') log.error({ code: effect.code }, `${effect.zh} / ${effect.en}`)
      else cancelStart = clock.after(effect.afterMs, () => start(effect.safeMode))
    }
    if (state.status !== before) for (const listener of [...listeners]) listener(state.status)
  }

  start(false)
  return {
    status: () => policy.status,
    pid: () => child?.pid,
    onStatus: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: async () => {
      cancelStart()
      happened({ type: 'stop' })
      if (child !== undefined) await endOf(child, clock)
    },
  }
}
