/**
 * The guard: a process of its own, forked by the agent, and the only holder of the lock lines. It has no network, no
 * database and nothing to wait for, so that its timer ends a pulse when the agent cannot.
 *
 * Invariants: every lock line is low at start and on every exit path a process can take; what no process can do after
 * itself (SIGKILL, power) is done by the agent, by the next guard and by the service's stop step (lower.ts).
 */
import { HardwareError } from '../error.ts'
import { alarmLevels, followLevels, levelsAfter, SILENT } from './alarm-outputs.ts'
import { findGpioChip, lineOf, SYSFS_GPIO } from './chip.ts'
import { holdLines } from './hold.ts'
import { type Inputs, watchInputs } from './inputs.ts'
import { BEAT_MS, type FromGuard, type GuardPlan, sharedClock, type ToGuard, type Told } from './messages.ts'
import { openOnoffLines } from './onoff-lines.ts'
import { createPulser, type Pulser } from './pulser.ts'
import { lowerPins } from './sysfs.ts'
import { openTreeLines } from './tree-lines.ts'

const TICK_MS = 10
/** Inputs that bounce for longer than this at the start do not hold up the locks. */
const SETTLE_MS = 1_500
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const
const FAILURES = ['uncaughtException', 'unhandledRejection'] as const

const tell = (message: FromGuard, sent: () => void = () => {}): void => {
  // The agent may go at any moment; that is no error of the guard.
  if (process.connected) process.send?.(message, undefined, undefined, sent)
  else sent()
}

const toldOf = (error: unknown): Told => {
  if (error instanceof HardwareError) return { code: error.code, kind: error.kind, ...error.wording }
  const en = error instanceof Error ? error.message : String(error)
  return { code: 'E_GUARD_FAILED', kind: 'transient', zh: `GPIO 守护进程出错：${en}`, en }
}

const openLines = async ({ root, locks, inputs, beacon, siren }: GuardPlan) => {
  await holdLines(root)
  const chip = findGpioChip(root)
  // First of all what an earlier guard may have left high; loading the addon takes its time.
  lowerPins(root, [...locks, ...(siren === undefined ? [] : [siren])])
  const lines = root === SYSFS_GPIO ? await openOnoffLines() : openTreeLines(root)
  const output = (pin: number) => lines.output(lineOf(chip, pin))
  return {
    locks: new Map(locks.map(pin => [pin, output(pin)])),
    follow: followLevels({
      beacon: beacon === undefined ? undefined : output(beacon),
      siren: siren === undefined ? undefined : output(siren),
    }),
    inputs: inputs.map(input => ({ ...input, line: lines.input(lineOf(chip, input.pin)) })),
  }
}

type Follow = ReturnType<typeof followLevels>

/** Binds every way out of this process to low lock lines. Gives the orderly one. */
const guardTheExits = (pulser: Pulser, follow: Follow): (() => void) => {
  const leave = (code: number, orderly = false): void => {
    pulser.drop()
    follow(levelsAfter(orderly))
    process.exit(code)
  }
  process.on('exit', pulser.drop)
  process.on('disconnect', () => leave(0))
  for (const signal of SIGNALS) process.on(signal, () => leave(0))
  for (const failure of FAILURES)
    process.on(failure, error => {
      pulser.drop()
      console.error('E_GUARD_FAILED', error)
      leave(1)
    })
  // The agent went while the lines were being opened.
  if (!process.connected) leave(0)
  return () => leave(0, true)
}

const carryOut = (pulser: Pulser, { id, pin, ms, at }: Extract<ToGuard, { type: 'pulse' }>): void => {
  const refused = (error: unknown): void => tell({ type: 'refused', id, error: toldOf(error) })
  try {
    pulser.pulse({ pin, ms, at, onEnd: error => (error ? refused(error) : tell({ type: 'done', id })) })
  } catch (error) {
    refused(error)
  }
}

/** Tells once that the guard is ready: when all inputs have settled, or have had their time. */
const announcer = (inputs: Inputs): (() => void) => {
  const startedAt = sharedClock.now()
  let ready = false
  return () => {
    if (ready || !(inputs.settled() || sharedClock.now() - startedAt > SETTLE_MS)) return
    ready = true
    tell({ type: 'ready' })
  }
}

const run = async (plan: GuardPlan): Promise<void> => {
  let seenAt = sharedClock.now()
  let alarm = SILENT
  const agentSilentMs = (): number => sharedClock.now() - seenAt
  const { locks, follow, inputs: lines } = await openLines(plan)
  const pulser = createPulser({ lines: locks, clock: sharedClock, agentSilentMs, resting: plan.resting })
  const leaveOrderly = guardTheExits(pulser, follow)
  const inputs = watchInputs(lines, (pin, high) => tell({ type: 'level', pin, high }))
  const announce = announcer(inputs)
  const show = (): void =>
    follow(alarmLevels(alarm, { now: sharedClock.now(), agentSilentMs: agentSilentMs() }))

  process.on('message', (message: ToGuard) => {
    if (message.type === 'pulse') carryOut(pulser, message)
    if (message.type === 'beat') seenAt = Math.max(seenAt, message.at)
    if (message.type === 'close') leaveOrderly()
    if (message.type === 'alarm') {
      alarm = message.outputs
      show()
      tell({ type: 'done', id: message.id })
    }
  })
  setInterval(() => {
    pulser.check()
    show()
    inputs.poll(sharedClock.now())
    announce()
  }, TICK_MS)
  setInterval(() => tell({ type: 'alive' }), BEAT_MS)
}

try {
  await run(JSON.parse(process.argv[2] ?? '') as GuardPlan)
} catch (error) {
  tell({ type: 'failed', error: toldOf(error) }, () => process.exit(1))
}
