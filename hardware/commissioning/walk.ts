import type { CabinetPlan } from '../plan-schema.ts'
import { forgotten, progressOf, type Scope, type Task } from './progress.ts'
import { advance, begin, type Step } from './steps.ts'
import {
  ANSWERS,
  type Context,
  type Event,
  type Failure,
  isNo,
  LIMITS,
  type Limits,
  type Notice,
  type Request,
  type Turn,
} from './talk.ts'
import { words } from './words.ts'

export type Walk = {
  readonly context: Context
  readonly scope: Scope
  /** What was asked for last; its answer moves the walk on. */
  readonly request: Request
  readonly task?: Task
  readonly step?: Step
  /** Asked in place of `step`'s own request: after a fault, whether to do `request` again; after a refusal, the step. */
  readonly retry?: { readonly of: 'request'; readonly request: Request } | { readonly of: 'step' }
  /** Steps that were gone through, whatever came of them. */
  readonly tried: readonly string[]
  /** A pulse went out: the next one waits. `held` is the one that does. */
  readonly pulsed: boolean
  readonly held?: Request
}

export type WalkTurn = { readonly walk: Walk; readonly notices: readonly Notice[] }

const keyOf = ({ step, of }: Task): string => `${step} ${of}`

/** A drawer whose lock is not proved is not opened for anything else. */
const nextTask = ({ context: { plan, today }, scope, tried }: Walk): Task | undefined => {
  const all = progressOf(plan, today, scope)
  const locked = new Set(all.filter(({ step, done }) => step === 'lock' && !done).map(({ of }) => of))
  return all.find(
    task => !task.done && !tried.includes(keyOf(task)) && (task.step === 'lock' || !locked.has(task.of)),
  )
}

const ending = ({ context: { plan, today }, scope }: Walk): 'complete' | 'incomplete' =>
  progressOf(plan, today, scope).every(({ done }) => done) ? 'complete' : 'incomplete'

/** Without the step and all that belongs to it. */
const bare = ({ task: _t, step: _s, retry: _r, held: _h, ...walk }: Walk): Walk => walk

/** A coil rests before it is energised again; any second pulse of the walk waits, so that no swap of locks matters. */
const requesting = (walk: Walk, request: Request): Walk => {
  const { restMs } = walk.context.limits
  if (request.is !== 'pulse') return { ...walk, request }
  return walk.pulsed && walk.held === undefined
    ? { ...walk, held: request, request: { is: 'rest', ms: restMs } }
    : { ...walk, pulsed: true, request }
}

const onTurn = (walk: Walk, turn: Turn<Step>, said: readonly Notice[] = []): WalkTurn => {
  const notices = [...said, ...(turn.notices ?? [])]
  if ('state' in turn) {
    return { walk: requesting({ ...walk, step: turn.state }, turn.request), notices }
  }
  if (turn.over === 'failed' && walk.task !== undefined) {
    const request: Request = { is: 'ask', question: words.stepAgain(walk.task) }
    return { walk: { ...walk, retry: { of: 'step' }, request }, notices }
  }
  return nextStep(tick(walk), notices)
}

/** Notes that the task was gone through. */
const tick = (walk: Walk): Walk => ({
  ...bare(walk),
  tried: walk.task === undefined ? walk.tried : [...walk.tried, keyOf(walk.task)],
})

const nextStep = (walk: Walk, notices: readonly Notice[] = []): WalkTurn => {
  const task = nextTask(walk)
  if (task === undefined) return { walk: { ...walk, request: { is: 'end', outcome: ending(walk) } }, notices }
  return onTurn({ ...walk, task }, begin(task, walk.context), [...notices, words.heading(task)])
}

/** A fault of a device: asking it again does no harm, unless it was a pulse, which its step judges. */
const onFault = (walk: Walk, fault: Failure): WalkTurn => ({
  walk: {
    ...walk,
    retry: { of: 'request', request: walk.request },
    request: { is: 'ask', question: words.again() },
  },
  notices: [words.fault(fault)],
})

const onRetry = (walk: Walk, text: string): WalkTurn => {
  const { retry, task, ...rest } = walk
  if (retry === undefined || task === undefined || isNo(text)) return nextStep(tick(walk))
  return retry.of === 'request'
    ? { walk: { ...rest, task, request: retry.request }, notices: [] }
    : onTurn({ ...rest, task }, begin(task, walk.context))
}

/** `q` stops and `s` skips, whatever is asked. */
const onCommand = (walk: Walk, text: string): WalkTurn | undefined => {
  switch (text.trim().toLowerCase()) {
    case 'q':
      return { walk: { ...walk, request: { is: 'end', outcome: 'stopped' } }, notices: [] }
    case 's':
      return nextStep(tick(walk), [words.skipped()])
    default:
      return undefined
  }
}

/** A drawer that was given another lock has it proved again, also when it was its turn before. */
const stillTried = ({ tried, context }: Walk, plan: CabinetPlan): readonly string[] => {
  const relocked = plan.drawers.filter(({ lock }, at) => lock !== context.plan.drawers[at]?.lock)
  return relocked.length === 0 ? tried : tried.filter(key => !relocked.some(({ id }) => key === `lock ${id}`))
}

const MAY_FAIL: readonly Request['is'][] = ['pulse', 'look', 'zero', 'span', 'weigh', 'watch', 'measure']

const isAnswer = ({ is }: Request, event: Event): boolean =>
  event.is === 'failed' ? MAY_FAIL.includes(is) : event.is === ANSWERS[is]

const onEvent = (walk: Walk, event: Event): WalkTurn => {
  const { request, step, context, held } = walk
  if (event.is === 'failed' && request.is !== 'pulse') return onFault(walk, event)
  if (event.is === 'answered') {
    const commanded = onCommand(walk, event.text)
    if (commanded) return commanded
    if (walk.retry) return onRetry(walk, event.text)
  }
  if (request.is === 'rest' && held !== undefined) {
    const { held: _, ...rested } = walk
    return { walk: { ...rested, request: held }, notices: [] }
  }
  const now = request.is === 'save' ? { ...context, plan: request.plan } : context
  const known = { ...walk, context: now, tried: stillTried(walk, now.plan) }
  return step === undefined ? nextStep(known) : onTurn(known, advance(step, event, now))
}

/** An event that is no answer to the request changes nothing. */
export const stepWalk = (walk: Walk, event: Event): WalkTurn =>
  isAnswer(walk.request, event) ? onEvent(walk, event) : { walk, notices: [] }

export type WalkOptions = {
  readonly plan: CabinetPlan
  /** YYYY-MM-DD. */
  readonly today: string
  /** The technician, for the calibration records. */
  readonly by: string
  readonly scope?: Scope
  /** Prove again what was proved. */
  readonly redo?: boolean
  readonly limits?: Limits
}

/** Goes on where the plan says that an earlier walk ended. */
export const startWalk = (options: WalkOptions): WalkTurn => {
  const { plan, today, by, scope = {}, redo = false, limits = LIMITS } = options
  const context = { plan: redo ? forgotten(plan, scope) : plan, today, by, limits }
  return nextStep({
    context,
    scope,
    request: { is: 'end', outcome: 'stopped' },
    tried: [],
    pulsed: false,
  })
}
