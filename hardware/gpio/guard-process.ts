import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { HardwareError } from '../error.ts'
import { MAX_PULSE_MS } from '../ports.ts'
import {
  type AlarmOutputs,
  BEAT_MS,
  type FromGuard,
  type GuardPlan,
  STALLED_MS,
  sharedClock,
  type ToGuard,
  type Told,
} from './messages.ts'
import { lowerPins } from './sysfs.ts'

const GUARD = fileURLToPath(new URL('./guard.ts', import.meta.url))
const SILENT_BEATS = STALLED_MS / BEAT_MS
/** Loading Node from a slow card takes its time. */
const START_BEATS = 60_000 / BEAT_MS
const CLOSE_MS = 2_000
/** An answer this long after the end of its pulse will not come, but a guard that is only slow is given the cap. */
const OVERDUE_MS = 500

/** Nothing went out. */
export const guardDown = (why?: string): HardwareError =>
  new HardwareError('E_GUARD_DOWN', {
    zh: `GPIO 守护进程未运行${why ? `（${why}）` : ''}，暂不能开锁`,
    en: `the GPIO guard is not running${why ? ` (${why})` : ''}: nothing was sent`,
    kind: 'transient',
  })

const uncertain = (): HardwareError =>
  new HardwareError('E_PULSE_UNCERTAIN', {
    zh: 'GPIO 守护进程在开锁途中退出，是否开锁不明',
    en: 'the GPIO guard ended before it answered: whether the lock was energised is unknown',
    kind: 'ambiguous',
  })

const fromTold = ({ code, kind, zh, en }: Told): HardwareError => new HardwareError(code, { kind, zh, en })

/** `id` and time are put in here. */
export type Order =
  | { readonly type: 'pulse'; readonly pin: number; readonly ms: number }
  | { readonly type: 'alarm'; readonly outputs: AlarmOutputs }

export type GuardEvents = {
  readonly onReady: () => void
  readonly onLevel: (pin: number, high: boolean) => void
  /** Once; every lock line is low then, as far as this process can see to it. */
  readonly onEnd: (why: HardwareError) => void
}

export type GuardProcess = {
  /** Resolves when carried out. Rejects with what the guard says, E_GUARD_DOWN or, for a pulse, E_PULSE_UNCERTAIN. */
  readonly order: (order: Order) => Promise<void>
  readonly close: () => Promise<void>
}

const lower = ({ root, locks, siren }: GuardPlan): void => {
  try {
    lowerPins(root, [...locks, ...(siren === undefined ? [] : [siren])])
  } catch {
    // No chip, no lines: the guard that failed over it has said so.
  }
}

const forkChild = (plan: GuardPlan): ChildProcess =>
  fork(GUARD, [JSON.stringify(plan)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // A session of its own: what is sent to the agent's whole group (Ctrl-C, a kill) must not take the guard first.
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })

type Pending = {
  readonly resolve: () => void
  readonly reject: (error: HardwareError) => void
  /** What it means that no answer came. */
  readonly lost: () => HardwareError
}

/** The orders that wait for their answer. */
const createLedger = () => {
  const pending = new Map<number, Pending>()
  let lastId = 0
  const settle = (id: number, how: (waiting: Pending) => void): void => {
    const waiting = pending.get(id)
    pending.delete(id)
    if (waiting) how(waiting)
  }
  return {
    open: (lost: () => HardwareError): { readonly id: number; readonly answer: Promise<void> } => {
      lastId += 1
      const id = lastId
      const answer = new Promise<void>((resolve, reject) => pending.set(id, { resolve, reject, lost }))
      return { id, answer }
    },
    isOpen: (id: number): boolean => pending.has(id),
    done: (id: number) => settle(id, ({ resolve }) => resolve()),
    refused: (id: number, error: Told) => settle(id, ({ reject }) => reject(fromTold(error))),
    abandon: () => {
      for (const id of [...pending.keys()]) settle(id, ({ reject, lost }) => reject(lost()))
    },
  }
}

type Ledger = ReturnType<typeof createLedger>

/** Feeds the child with beats, and ends it when it says nothing for too long. */
const superviseChild = (child: ChildProcess, plan: GuardPlan, onSilent: () => void) => {
  // Counted in our own beats and not by the clock: after a stall of the agent itself the guard's words still wait to be read.
  let silentBeats = 0
  let patience = START_BEATS
  const send = (message: ToGuard): void => {
    if (child.connected) child.send(message, () => {})
  }
  const end = (): void => {
    onSilent()
    child.kill('SIGKILL')
    lower(plan)
  }
  const timer = setInterval(() => {
    send({ type: 'beat', at: sharedClock.now() })
    silentBeats += 1
    if (silentBeats >= patience) end()
  }, BEAT_MS)
  return {
    send,
    end,
    heard: (): void => {
      silentBeats = 0
    },
    ready: (): void => {
      patience = SILENT_BEATS
    },
    stop: (): void => clearInterval(timer),
  }
}

type Supervised = ReturnType<typeof superviseChild>

const dispatch = (message: FromGuard, ledger: Ledger, events: GuardEvents, child: Supervised): void => {
  if (message.type === 'ready') {
    child.ready()
    events.onReady()
  }
  if (message.type === 'level') events.onLevel(message.pin, message.high)
  if (message.type === 'done') ledger.done(message.id)
  if (message.type === 'refused') ledger.refused(message.id, message.error)
}

/** Why it is gone, once it has ended and its last words have been read: either may come first. */
const untilGone = async (child: ChildProcess): Promise<string> => {
  const exited = new Promise<string>(resolve =>
    child.once('exit', (code, signal) => resolve(`${signal ?? code}`)),
  )
  const silent = new Promise<void>(resolve => child.once('disconnect', resolve))
  // Without a process there is neither.
  const unborn = new Promise<string>(resolve =>
    child.on('error', error => child.pid === undefined && resolve(error.message)),
  )
  return Promise.race([unborn, silent.then(() => exited)])
}

/** One guard, from its fork to its end. */
export const forkGuard = (plan: GuardPlan, events: GuardEvents): GuardProcess => {
  const ledger = createLedger()
  const child = forkChild(plan)
  let why: HardwareError | undefined
  const supervised = superviseChild(child, plan, () => {
    why = guardDown('没有应答 no answer')
  })
  const ended = untilGone(child).then(reason => {
    supervised.stop()
    // It may have been killed with a line high, and the kernel keeps the level. Lines that another process holds are
    // that one's: lowered from here, its pulse would be cut.
    if (why?.code !== 'E_GPIO_HELD') lower(plan)
    ledger.abandon()
    events.onEnd(why ?? guardDown(reason))
  })
  child.on('message', (message: FromGuard) => {
    supervised.heard()
    if (message.type === 'failed') why = fromTold(message.error)
    dispatch(message, ledger, events, supervised)
  })
  return {
    order: async order => {
      if (!child.connected) throw guardDown()
      const { id, answer } = ledger.open(order.type === 'pulse' ? uncertain : guardDown)
      supervised.send({ ...order, id, at: sharedClock.now() })
      if (order.type !== 'pulse') return answer
      // A turn of the loop later: after a stall of the agent the answer lies there and is read first.
      const overdue = (): void => void setImmediate(() => ledger.isOpen(id) && supervised.end())
      const timer = setTimeout(overdue, Math.max(order.ms + OVERDUE_MS, MAX_PULSE_MS))
      await answer.finally(() => clearTimeout(timer))
    },
    close: async () => {
      supervised.send({ type: 'close' })
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS)
      await ended
      clearTimeout(timer)
    },
  }
}
