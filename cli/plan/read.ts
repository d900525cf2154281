import { YaoguiError } from '#domain/error.ts'
import { type CabinetPlan, type PlanProblem, readPlan } from '#hardware/plan.ts'
import { command } from '../report.ts'

const ABSENT_WAY_OUT = {
  zh: 'yaogui plan example > cabinet.json 给出一份样例',
  en: '`yaogui plan example > cabinet.json` gives one to start from',
}

export const problemLine = ({ path, message }: PlanProblem): string => `${path}  ${message}`

/** Everything that is wrong with it, or the plan. Errors: E_PLAN_ABSENT. */
export const problemsOrPlan = async (
  path: string,
): Promise<{ readonly problems: readonly PlanProblem[]; readonly plan?: CabinetPlan }> => {
  const read = await readPlan(path)
  if (read.ok) return { problems: [], plan: read.plan }
  if ('problems' in read) return { problems: read.problems }
  const zh = `没有药柜配置 ${path}`
  throw new YaoguiError('E_PLAN_ABSENT', { zh, en: `there is no ${path}`, wayOut: ABSENT_WAY_OUT })
}

/** Errors: E_PLAN_ABSENT, E_PLAN_INVALID. */
export const requirePlan = async (path: string): Promise<CabinetPlan> => {
  const { plan, problems } = await problemsOrPlan(path)
  if (plan !== undefined) return plan
  const list = problems.map(each => `\n  ${problemLine(each)}`).join('')
  throw new YaoguiError('E_PLAN_INVALID', {
    zh: `药柜配置 ${path} 有 ${problems.length} 处错误：${list}`,
    en: `${problems.length} problems in ${path}`,
    wayOut: { zh: '逐条改正，再运行 yaogui plan check', en: 'mend each, then run `yaogui plan check`' },
  })
}

/** As `command`, but these codes are wrong use too: exit code 2. */
export const commandRefusing =
  <A extends unknown[]>(codes: readonly string[], work: (...args: A) => Promise<void>) =>
  async (...args: A): Promise<void> => {
    let refused = false
    await command(async (...given: A) => {
      try {
        await work(...given)
      } catch (error) {
        refused = error instanceof YaoguiError && codes.includes(error.code)
        throw error
      }
    })(...args)
    if (refused) process.exitCode = 2
  }
