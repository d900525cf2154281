import { isUtf8 } from 'node:buffer'
import { readFile, rename } from 'node:fs/promises'
import { Low } from 'lowdb'
import { atomicWrite } from './atomic-write.ts'
import { HardwareError } from './error.ts'
import { type CheckedPlan, checkPlan } from './plan-check.ts'
import type { PlanProblem } from './plan-problem.ts'
import type { CabinetPlan } from './plan-schema.ts'
import { checkPlanText } from './plan-text.ts'
import type { HardwareClock } from './ports.ts'

export { calibratedDevices, calibrationState, calibrationWords } from './plan-calibration.ts'
export type { PlanProblem } from './plan-problem.ts'
export type { CabinetPlan } from './plan-schema.ts'

/** `quarantined` is where the bad file went when the last good plan had to step in; `problems` says what was wrong. */
export type LoadedPlan = {
  readonly plan: CabinetPlan
  readonly quarantined?: string
  readonly problems: readonly PlanProblem[]
}

export const planAbsent = (path: string): HardwareError =>
  new HardwareError('E_PLAN_ABSENT', {
    zh: `没有药柜配置：${path}`,
    en: `there is no cabinet plan: ${path}`,
  })

/** E_PLAN_INVALID with all problems. */
export class PlanError extends HardwareError {
  readonly problems: readonly PlanProblem[]

  constructor(path: string, problems: readonly PlanProblem[]) {
    const list = problems.map(({ path: at, message }) => `${at}: ${message}`).join('; ')
    super('E_PLAN_INVALID', {
      zh: `药柜配置 ${path} 有误：${list}`,
      en: `cabinet plan ${path} is invalid: ${list}`,
    })
    this.problems = problems
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined

const lastGoodOf = (path: string): string => `${path}.last-good`

export type ReadPlan = CheckedPlan | { readonly ok: false; readonly absent: true }

const notUtf8: ReadPlan = {
  ok: false,
  problems: [{ path: '/', message: '文件不是 UTF-8 编码，请另存为 UTF-8 / not UTF-8: save it as UTF-8' }],
}

/** Looks and changes nothing, for tools; the agent's way is `loadPlan`. */
export const readPlan = async (path: string): Promise<ReadPlan> => {
  try {
    const bytes = await readFile(path)
    // Read all the same, a file in GBK would lose its Chinese names without a word.
    return isUtf8(bytes) ? checkPlanText(bytes.toString('utf8')) : notUtf8
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { ok: false, absent: true }
    const why = error instanceof Error ? error.message : String(error)
    return { ok: false, problems: [{ path: '/', message: `文件读不出 / unreadable: ${why}` }] }
  }
}

/** lowdb keeps the plan; the one atomic writer does the writing. */
const planStore = (path: string, plan: CabinetPlan): Low<CabinetPlan> =>
  new Low<CabinetPlan>(
    { read: async () => null, write: data => atomicWrite(path, `${JSON.stringify(data, null, 2)}\n`) },
    plan,
  )

const write = (path: string, plan: CabinetPlan): Promise<void> => planStore(path, plan).write()

/** Checks, then replaces the plan and its last good copy. Throws PlanError (E_PLAN_INVALID) and writes nothing then. */
export const savePlan = async (path: string, plan: CabinetPlan): Promise<void> => {
  const checked = checkPlan(plan)
  if (!checked.ok) throw new PlanError(path, checked.problems)
  await write(path, checked.plan)
  await write(lastGoodOf(path), checked.plan)
}

/**
 * Reads the plan. Absent is not unreadable: an absent plan is E_PLAN_ABSENT (a new cabinet); an unreadable or invalid
 * one is moved to `<path>.bad-<timestamp>`, the last good one put back in its place and returned with the problems,
 * over which the caller raises an alarm. With no last good one, PlanError (E_PLAN_INVALID), and the file stays where
 * it is: moved away, the next start would take it for absent.
 */
export const loadPlan = async (
  path: string,
  { clock = () => new Date() }: { readonly clock?: HardwareClock } = {},
): Promise<LoadedPlan> => {
  const read = await readPlan(path)
  if (read.ok) {
    const before = await readPlan(lastGoodOf(path))
    // Spares the card a write at every start.
    if (!before.ok || JSON.stringify(before.plan) !== JSON.stringify(read.plan))
      await write(lastGoodOf(path), read.plan)
    return { plan: read.plan, problems: [] }
  }
  if ('absent' in read) throw planAbsent(path)
  const lastGood = await readPlan(lastGoodOf(path))
  if (!lastGood.ok) throw new PlanError(path, read.problems)
  const quarantined = `${path}.bad-${clock().toISOString().replaceAll(/[:.]/g, '-')}`
  await rename(path, quarantined)
  await write(path, lastGood.plan)
  return { plan: lastGood.plan, quarantined, problems: read.problems }
}
