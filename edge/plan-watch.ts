import { HOUR } from '#domain/time.ts'
import type { CabinetPlan, LoadedPlan } from '#hardware/plan.ts'
import type { Agent } from './agent.ts'
import { every } from './clock.ts'
import { watchCalibrations } from './health/calibration.ts'

/** Tells if the plan on the disk was damaged and the last good one is in use. */
export const reportPlan = ({ journal, alarms }: Agent, loaded: LoadedPlan): void => {
  const { quarantined: file } = loaded
  if (!file) return
  const problems = loaded.problems.map(({ path, message }) => `${path} ${message}`)
  journal.tell({ kind: 'plan.quarantined', data: { file, problems } })
  alarms.raise({
    id: 'plan-quarantined',
    kind: 'plan',
    level: 'alarm',
    zh: '药柜配置损坏，已改用上一份完好的配置，请技术人员核对',
    en: 'the cabinet plan was damaged, the last good one is in use: have it checked',
  })
}

/** Certificates run out while the agent runs. */
export const watchPlan = ({ alarms, clock, log }: Agent, plan: CabinetPlan): (() => Promise<void>) =>
  every(clock, {
    ms: HOUR,
    task: watchCalibrations({ plan, alarms, clock }),
    onError: error => log.error({ err: error }, 'calibrations could not be checked'),
  })
